// How long to wait before the n-th attempt to connect again, in milliseconds.

const STEPS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000];

// Between half a step and a whole one, so that a crowd of pages does not come back at once.
export function backoff(attempt: number, random: number): number {
  const step = STEPS[Math.min(attempt, STEPS.length - 1)]!;
  return step * (0.5 + random / 2);
}
