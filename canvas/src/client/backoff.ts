// How long to wait, in milliseconds, before the n-th attempt (from 0) at something that just failed.

const CONNECT = [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000];
const RESEND = [100, 250, 500, 1000, 2000, 4000, 5000];

// To connect again.
export function backoff(attempt: number, random: number): number {
  return spread(CONNECT, attempt, random);
}

// To send an event again that the host could not take.
export function resendAfter(attempt: number, random: number): number {
  return spread(RESEND, attempt, random);
}

// Between half a step and a whole one, so that a crowd of pages does not come back at once.
function spread(steps: readonly number[], attempt: number, random: number): number {
  const step = steps[Math.min(attempt, steps.length - 1)]!;
  return step * (0.5 + random / 2);
}
