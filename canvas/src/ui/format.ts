// Values as people read them.

export const NOTHING = '–';

const MOST_DIGITS = 20; // after the point
const SMALLEST = 1e-15; // below, and from LARGEST on, an exponent is easier to read than zeros
const LARGEST = 1e21;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const formats = new Map<string, Intl.NumberFormat>();

// A figure to be read at a glance: grouped, three digits after the point or as many as a small one
// needs, and at least `places`.
export function formatNumber(value: number, places = 0): string {
  const size = Math.abs(value);
  if (size >= LARGEST || (size > 0 && size < SMALLEST)) return String(value);
  const needed = size > 0 && size < 1 ? Math.ceil(-Math.log10(size)) + 2 : 3;
  return formatPlaces(value, places, Math.max(needed, places));
}

// With `least` to `most` digits after the point.
export function formatPlaces(value: number, least: number, most: number): string {
  const minimumFractionDigits = Math.min(least, MOST_DIGITS);
  const maximumFractionDigits = Math.min(most, MOST_DIGITS);
  const key = `${minimumFractionDigits} ${maximumFractionDigits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(undefined, { minimumFractionDigits, maximumFractionDigits });
    formats.set(key, format);
  }
  return format.format(value);
}

// Text of a cell or a metric. Keys and codes stay as they are: only `formatNumber` groups digits.
// A decimal is filled up to its `places`.
export function formatValue(value: unknown, places = 0): string {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value !== 'string' && typeof value !== 'number') return JSON.stringify(value);
  const text = String(value);
  if (places === 0 || !DECIMAL.test(text)) return text;
  const [whole, fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(places, '0')}`;
}

// A number, or text that spells one: what JSON's numbers cannot hold exactly comes as text.
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && !NUMBER.test(value.trim())) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

// How many digits after the point a view asks for; 0 when it does not say.
export function placesOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.floor(value), MOST_DIGITS) : 0;
}

// "query_ms" → "Query ms".
export function humanize(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

// The beginning of a long text; whole characters only.
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
