// The arithmetic of a line chart: points, scales, ticks, and the sentence that says the same.

import { isArray, isObject, type Json } from '../patch/json';
import { cut, formatNumber, formatPlaces, formatValue, toNumber } from '../ui/format';

export interface Point {
  x: number; // where it stands
  label: string; // what stands there
  y: number | null; // null leaves a gap
  shown: string; // y as it came
  wrong: boolean; // y is there, and is not a number
}

export interface Tick {
  at: number; // pixels
  label: string;
}

export interface Layout {
  left: number;
  right: number;
  path: string;
  dots: { x: number; y: number }[];
  xTicks: Tick[];
  yTicks: Tick[];
}

const TOP = 10;
const BOTTOM = 26;
const RIGHT = 14;
const DIGIT = 7; // pixels, about, of one character of a tick
const MAX_DOTS = 40;

// Numbers and dates stand to scale; other labels stand one after another.
export function readPoints(given: unknown): Point[] {
  const rows = isArray(given) ? given.filter(isObject) : [];
  const labels = rows.map((row) => String(row['x'] ?? ''));
  const places = rows.map((row) => toNumber(row['x']));
  const numeric = places.every((x) => x !== undefined);
  const dates = labels.map((label) => Date.parse(label));
  const dated = !numeric && dates.every(Number.isFinite) && labels.every((l) => l.includes('-'));
  return rows.map((row, index) => ({
    x: numeric ? places[index]! : dated ? dates[index]! : index,
    label: labels[index]!,
    ...readY(row['y'] ?? null),
  }));
}

function readY(given: Json): Pick<Point, 'y' | 'shown' | 'wrong'> {
  const y = toNumber(given) ?? null;
  const shown = typeof given === 'number' ? formatNumber(given) : formatValue(given);
  return { y, shown, wrong: y === null && given !== null };
}

const NAMED = 3;

// What of the points is not drawn, and why; empty when all is.
export function notDrawn(points: readonly Point[]): string {
  const wrong = points.filter((point) => point.wrong);
  if (wrong.length === 0) return '';
  const named = wrong.slice(0, NAMED).map(({ shown, label }) => `“${cut(shown, 40)}” at ${label}`);
  if (wrong.length > NAMED) named.push(`${wrong.length - NAMED} more`);
  const what = wrong.length === 1 ? '1 point is not drawn' : `${wrong.length} points are not drawn`;
  return `${what}, because a number is missing: ${named.join(', ')}.`;
}

export function layout(points: readonly Point[], width: number, height: number): Layout {
  const drawn = points.filter((point) => point.y !== null);
  const yTicks = ticks(
    Math.min(...drawn.map((point) => point.y!)),
    Math.max(...drawn.map((point) => point.y!)),
  );
  const low = yTicks[0] ?? 0;
  const high = yTicks[yTicks.length - 1] ?? 1;
  const labels = tickLabels(yTicks);
  const left = 14 + DIGIT * Math.max(1, ...labels.map((label) => label.length));
  const right = width - RIGHT;
  const first = Math.min(...points.map((point) => point.x));
  const last = Math.max(...points.map((point) => point.x));
  const toX = (x: number) => round(left + ((x - first) / (last - first || 1)) * (right - left));
  const toY = (y: number) =>
    round(height - BOTTOM - ((y - low) / (high - low || 1)) * (height - BOTTOM - TOP));

  let pen = 'M';
  let path = '';
  for (const point of points) {
    if (point.y === null) {
      pen = 'M';
      continue;
    }
    path += `${pen}${toX(point.x)} ${toY(point.y)}`;
    pen = 'L';
  }

  const longest = Math.max(1, ...points.map((point) => point.label.length));
  const room = Math.max(2, Math.floor((right - left) / (longest * DIGIT + 16)));
  const step = Math.max(1, Math.ceil(points.length / room));
  return {
    left,
    right,
    path,
    dots:
      drawn.length > MAX_DOTS ? [] : drawn.map((point) => ({ x: toX(point.x), y: toY(point.y!) })),
    xTicks: points
      .filter((_, index) => index % step === 0)
      .map((point) => ({ at: toX(point.x), label: point.label })),
    yTicks: yTicks.map((tick, index) => ({ at: toY(tick), label: labels[index]! })),
  };
}

// Round numbers, about four of them, around the values; none when there are no values.
export function ticks(low: number, high: number): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [];
  const span = high - low || Math.abs(high) || 1;
  const magnitude = 10 ** Math.floor(Math.log10(span / 3));
  const unit = span / 3 / magnitude;
  const step = (unit > 5 ? 10 : unit > 2 ? 5 : unit > 1 ? 2 : 1) * magnitude;
  const start = Math.floor(low / step);
  const end = Math.max(start + 1, Math.ceil(high / step));
  return Array.from({ length: end - start + 1 }, (_, i) =>
    Number(((start + i) * step).toPrecision(12)),
  );
}

// With as many digits as tell neighbours apart.
function tickLabels(all: readonly number[]): string[] {
  const step = all.length > 1 ? all[1]! - all[0]! : 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const largest = Math.max(...all.map(Math.abs));
  if (digits > 12 || largest >= 1e15) return all.map((tick) => String(tick));
  return all.map((tick) => formatPlaces(tick, 0, digits));
}

export function summarize(title: string, points: readonly Point[], unit: string): string {
  const drawn = points.filter((point) => point.y !== null);
  const [first] = drawn;
  const last = drawn[drawn.length - 1];
  if (!first || !last) return `${title}: no points.`;
  const say = (y: number) => (unit === '' ? formatNumber(y) : `${formatNumber(y)} ${unit}`);
  const values = drawn.map((point) => point.y!);
  return (
    `${title}: ${drawn.length} points, from ${say(first.y!)} at ${first.label} ` +
    `to ${say(last.y!)} at ${last.label}; ` +
    `lowest ${say(Math.min(...values))}, highest ${say(Math.max(...values))}.`
  );
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
