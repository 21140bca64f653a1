import { expect, it, vi } from 'vitest';

import { applyPatch } from '../src/patch/apply';
import type { JsonObject } from '../src/patch/json';
import { Store } from '../src/store/store';

const table = (rows: number) => ({
  rows: Array.from({ length: rows }, (_, id) => ({ id, status: 'open' })),
});

it('wakes the listener of the changed cell, of its ancestors, and nobody else', () => {
  const store = new Store<{ view: JsonObject; other: number }>({ view: table(3), other: 0 });
  const cells = [0, 1, 2].map((row) => vi.fn(() => row));
  cells.forEach((cell, row) => store.subscribe(`/view/rows/${row}/status`, cell));
  const id = vi.fn();
  const rows = vi.fn();
  const other = vi.fn();
  store.subscribe('/view/rows/1/id', id);
  store.subscribe('/view/rows', rows);
  store.subscribe('/other', other);

  const ops = [{ op: 'replace', path: '/rows/1/status', value: 'resolved' }];
  store.set({ view: applyPatch(store.state.view, ops) as JsonObject });

  expect(cells.map((cell) => cell.mock.calls.length)).toEqual([0, 1, 0]);
  expect(id).not.toHaveBeenCalled();
  expect(rows).toHaveBeenCalledTimes(1);
  expect(other).not.toHaveBeenCalled();
  expect(store.get('/view/rows/1/status')).toBe('resolved');
});

it('wakes who watches something that appears or goes away', () => {
  const store = new Store<{ view: JsonObject | null }>({ view: null });
  const status = vi.fn();
  store.subscribe('/view/rows/1/status', status);
  store.set({ view: table(2) });
  expect(status).toHaveBeenCalledTimes(1);
  store.set({ view: table(1) });
  expect(status).toHaveBeenCalledTimes(2);
  expect(store.get('/view/rows/1/status')).toBeUndefined();
});

it('forgets a listener, and only that one', () => {
  const store = new Store<{ view: JsonObject }>({ view: table(1) });
  const first = vi.fn();
  const second = vi.fn();
  const forget = store.subscribe('/view/rows/0/status', first);
  store.subscribe('/view/rows/0/status', second);
  forget();
  forget();
  store.set({ view: { rows: [] } });
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledTimes(1);
});

it('reads members that are not plain words', () => {
  const store = new Store<{ view: JsonObject }>({ view: { 'a/b~c': 1, '': 2 } });
  expect(store.get('/view/a~1b~0c')).toBe(1);
  expect(store.get('/view/')).toBe(2);
  expect(store.get('/view/toString')).toBeUndefined();
});
