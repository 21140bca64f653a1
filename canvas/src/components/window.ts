// Which rows of a table are shown (docs/protocol.md, "Windows"), and how others are asked for.

import { isArray, isObject, type Json, type JsonObject } from '../patch/json';

export interface SortKey {
  column: string;
  descending: boolean;
}

export interface Window {
  offset: number;
  limit: number | undefined; // as many as the host gives by itself
  sort: readonly SortKey[];
  search: string;
  filters: JsonObject | undefined;
}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

export function readWindow(given: unknown): Window {
  const window = isObject(given) ? given : {};
  const sort = isArray(window['sort']) ? window['sort'].filter(isObject) : [];
  const filters = window['filters'];
  return {
    offset: number(window['offset']) ?? 0,
    limit: number(window['limit']),
    sort: sort.map((key) => ({
      column: String(key['column']),
      descending: key['descending'] === true,
    })),
    search: typeof window['search'] === 'string' ? window['search'] : '',
    filters: isObject(filters) ? filters : undefined,
  };
}

export function askFor(component: string, window: Window): JsonObject {
  const payload: Record<string, Json> = { component, offset: window.offset };
  if (window.limit !== undefined) payload['limit'] = window.limit;
  if (window.sort.length > 0) payload['sort'] = window.sort as unknown as Json;
  if (window.search !== '') payload['search'] = window.search;
  if (window.filters) payload['filters'] = window.filters;
  return payload;
}

// The order that a click on this column's head leads to: up, down, the query's own.
export function sortedBy(column: string, now: readonly SortKey[]): SortKey[] {
  const key = now.length === 1 && now[0]!.column === column ? now[0] : undefined;
  if (key === undefined) return [{ column, descending: false }];
  return key.descending ? [] : [{ column, descending: true }];
}

const counts = new Intl.NumberFormat('en');

// "1–100 of 10,000"
export function rangeText(window: Window, shown: number, total: number | undefined): string {
  const first = shown === 0 ? 0 : window.offset + 1;
  const last = window.offset + shown;
  const span = shown === 0 ? '0' : `${counts.format(first)}–${counts.format(last)}`;
  return total === undefined ? `${span} of more` : `${span} of ${counts.format(total)}`;
}
