// Values as people read them.

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

export const NOTHING = '–';

export function formatNumber(value: number): string {
  return numbers.format(value);
}

// Text of a cell or a metric. Keys and codes stay as they are: only `formatNumber` groups digits.
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return JSON.stringify(value);
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
