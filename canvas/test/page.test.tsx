// Components in a DOM: what they show, what they send, and that a patch draws one cell only.

import { act } from 'react';
import { describe, expect, it, vi } from 'vitest';

import type { Client } from '../src/client/client';
import { layout, readPoints, summarize, ticks } from '../src/components/chart';
import type { Json, JsonObject } from '../src/patch/json';
import { App } from '../src/ui/App';
import { $, $$, ALERTS, click, draw, patch, root, sent, store, type } from './drawn';

const SETTINGS = {
  type: 'SettingsForm',
  id: 'settings',
  title: 'Settings',
  fields: [
    { name: 'email', label: 'Send to', kind: 'text', value: 'a@example.org' },
    { name: 'threshold', label: 'Threshold', kind: 'number', value: '90' },
    { name: 'paging', label: 'Page at night', kind: 'toggle', value: 'true' },
  ],
};

describe('AlertTable', () => {
  it('shows rows, and buttons where they may be pressed', () => {
    draw(ALERTS);
    expect($$('tbody tr').map((row) => row.textContent)).toEqual([
      '1DiskopenResolve',
      '2LoginopenResolve',
      '3Certificateresolved',
    ]);
    expect($$('[data-action]').map((button) => button.getAttribute('aria-label'))).toEqual([
      'Resolve Disk',
      'Resolve Login',
    ]);
  });

  it("sends the row's key with the name that the action gives it", () => {
    draw(ALERTS);
    click($('[data-row-key="2"] [data-action]'));
    expect(sent).toMatchObject([
      {
        kind: 'click',
        componentId: 'alerts',
        payload: { user_action: 'resolve_alert', alert_id: 2 },
      },
    ]);
  });

  it('draws one cell for a patch of one cell', () => {
    draw(ALERTS);
    const before = $$('[data-cell]');
    patch({ op: 'replace', path: '/components/0/rows/1/status', value: 'resolved' });
    expect($$('[data-cell]')).toEqual(before);
    expect($$('[data-drawn-at="1"]').map((cell) => cell.textContent)).toEqual(['resolved']);
    expect($('[data-row-key="2"] [data-action]')).toBeNull();
  });

  it('keeps the rows that stay when others come and go', () => {
    draw(ALERTS);
    const third = $('[data-row-key="3"]');
    patch(
      { op: 'remove', path: '/components/0/rows/0' },
      { op: 'add', path: '/components/0/rows/0', value: { id: 9, title: 'New', status: 'open' } },
    );
    expect($$('tbody tr').map((row) => row.dataset['rowKey'])).toEqual(['9', '2', '3']);
    expect($('[data-row-key="3"]')).toBe(third);
  });

  it('leaves the focus in the row whose button goes away', () => {
    draw(ALERTS);
    $('[data-row-key="2"] [data-action]').focus();
    patch({ op: 'replace', path: '/components/0/rows/1/status', value: 'resolved' });
    expect(document.activeElement).toBe($('[data-row-key="2"]'));
  });

  it('offers nothing when no column identifies a row', () => {
    const { key: _, columns: __, ...rest } = ALERTS;
    draw(rest);
    expect($$('thead th').map((head) => head.textContent)).toEqual(['Id', 'Title', 'Status']);
    expect($$('[data-action]')).toEqual([]);
  });

  it('marks what waits', () => {
    draw(ALERTS);
    const before = $$('[data-cell]');
    act(() => store.set({ pending: { 'component:alerts': { 'resolve_alert 2': 'id' } } }));
    expect($('[data-component-id="alerts"]').dataset['pending']).toBe('');
    expect($$('[data-action][data-pending]')).toEqual([$('[data-row-key="2"] [data-action]')]);
    expect($$('[data-cell]')).toEqual(before);
  });
});

describe('SettingsForm', () => {
  it('sends one event for each field that was changed, as text', () => {
    draw(SETTINGS);
    type($<HTMLInputElement>('[data-field="threshold"]'), '85');
    click($('[data-field="paging"]'));
    click($('form [type="submit"].button-strong'));
    expect(sent.map(({ kind, componentId, payload }) => ({ kind, componentId, payload }))).toEqual([
      {
        kind: 'submit',
        componentId: 'settings',
        payload: { submit: 'settings', values: { threshold: '85' } },
      },
      {
        kind: 'submit',
        componentId: 'settings',
        payload: { submit: 'settings', values: { paging: 'false' } },
      },
    ]);
  });

  it('draws one row of a table as a field for each column, and sends what was changed at once', () => {
    const row = { loan_no: 10, tool: 'saw', renewals: 2, lost: false, note: null };
    draw({ type: 'SettingsForm', id: 'loan', title: 'Loan', fields: [row] });
    expect($$('[data-field]').map((field) => field.dataset['field'])).toEqual(Object.keys(row));
    expect($$('label').map((label) => label.textContent)).toContain('Loan no');
    expect($<HTMLInputElement>('[data-field="renewals"]').type).toBe('number');
    click($('form [type="submit"].button-strong'));
    expect(sent).toEqual([]);
    type($<HTMLInputElement>('[data-field="renewals"]'), '3');
    click($('[data-field="lost"]'));
    click($('form [type="submit"].button-strong'));
    expect(sent.map(({ kind, payload }) => ({ kind, payload }))).toEqual([
      { kind: 'submit', payload: { submit: 'loan', values: { renewals: '3', lost: 'true' } } },
    ]);
  });

  it('keeps what was typed until the view agrees, and no longer', () => {
    draw(SETTINGS);
    const input = $<HTMLInputElement>('[data-field="threshold"]');
    const to = (value: string) =>
      patch({ op: 'replace', path: '/components/0/fields/1/value', value });
    type(input, '85');
    to('70'); // somebody else
    expect(input.value).toBe('85');
    to('85'); // our own
    to('60');
    expect(input.value).toBe('60');
  });
});

// What every object of JavaScript has without having been given it.
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
];
const given = (pairs: [string, Json][]) => Object.fromEntries(pairs) as JsonObject;

describe('names that JavaScript has already', () => {
  it.each(NAMES)('a column called %s is drawn, patched and sent', (name) => {
    const row = given([['driver', 'Ann'], [name, 'Red']]);
    const actions = [{ user_action: 'retire', label: 'Retire', param: name }];
    draw({ ...ALERTS, columns: ['driver', name], key: name, rows: [row], actions });
    expect($(`[data-cell="${name}"]`).textContent).toBe('Red');
    click($('[data-action]'));
    expect(JSON.stringify(sent[0]!.payload)).toBe(`{"user_action":"retire","${name}":"Red"}`);
    patch({ op: 'replace', path: `/components/0/rows/0/${name}`, value: 'Blue' });
    expect($(`[data-cell="${name}"]`).textContent).toBe('Blue');
    expect($('[data-row-key]').dataset['rowKey']).toBe('Blue');
  });

  it.each(NAMES)('a row that lacks %s shows nothing there', (name) => {
    draw({ ...ALERTS, columns: ['id', name] });
    expect($$(`[data-cell="${name}"]`).map((cell) => cell.textContent)).toEqual(['–', '–', '–']);
  });

  it.each(NAMES)('a setting called %s shows its value, and is sent only when edited', (name) => {
    const fields = [
      { name, label: 'C', kind: 'text', value: 'Ferrari' },
      { name: 'email', label: 'E', kind: 'text', value: 'a' },
    ];
    draw({ ...SETTINGS, fields });
    expect($<HTMLInputElement>(`[data-field="${name}"]`).value).toBe('Ferrari');
    type($<HTMLInputElement>('[data-field="email"]'), 'b');
    click($('form [type="submit"].button-strong'));
    expect(sent.map(({ payload }) => payload)).toEqual([
      { submit: 'settings', values: { email: 'b' } },
    ]);
    type($<HTMLInputElement>(`[data-field="${name}"]`), 'Lotus');
    click($('form [type="submit"].button-strong'));
    const { values } = sent[1]!.payload as { values: JsonObject };
    expect(JSON.stringify(values)).toContain(`"${name}":"Lotus"`);
    patch({ op: 'replace', path: '/components/0/fields/0/value', value: 'Lotus' });
    expect($<HTMLInputElement>(`[data-field="${name}"]`).value).toBe('Lotus');
  });

  it.each(NAMES)('a component and an action called %s wait for their own answers only', (name) => {
    const actions = [{ user_action: name, label: 'Go', param: 'id' }];
    draw({ ...ALERTS, id: name, actions }, { type: 'ToastNotification', id: 't', level: name });
    expect($$('[data-pending]')).toEqual([]);
    const waiting = given([[`${name} 2`, 'id']]) as Record<string, string>;
    act(() => store.set({ pending: { [`component:${name}`]: waiting } }));
    expect($$('[data-action][data-pending]')).toEqual([$('[data-row-key="2"] [data-action]')]);
  });
});

describe('values', () => {
  const GRADES = {
    ...ALERTS,
    columns: ['student', 'course', 'mark'],
    key: ['student', 'course'],
    rows: [
      { student: 'ann', course: 'math', mark: 1 },
      { student: 'ann', course: 'art', mark: 2 },
      { student: 'bob', course: null, mark: 3 },
    ],
    actions: [{ user_action: 'up', label: 'Up', param: 'id' }],
  };

  it('a key of several columns tells rows apart, and goes out under its own names', () => {
    draw(GRADES);
    expect($$('[data-action]').map((button) => button.getAttribute('aria-label'))).toEqual([
      'Up ann, math',
      'Up ann, art',
    ]);
    click($$('[data-action]')[1]!);
    expect(sent[0]!.payload).toEqual({ user_action: 'up', student: 'ann', course: 'art' });
    const art = $$('tbody tr')[1]!;
    patch({ op: 'remove', path: '/components/0/rows/0' });
    expect($$('tbody tr')[0]).toBe(art);
  });

  it.each<[string, Json]>([
    ['a whole number beyond 2^53', '9007199254740993'],
    ['a backslash and quotes', 'ACME\\bob"\''],
    ['nothing', ''],
    ['slashes and tildes', 'a/b~1'],
    ['a list', '["x"]'],
  ])('a key that is %s goes back as it came', (_, id) => {
    draw({ ...ALERTS, rows: [{ id, title: 'Odd', status: 'open' }] });
    click($('[data-action]'));
    expect(sent[0]!.payload).toEqual({ user_action: 'resolve_alert', alert_id: id });
  });

  it('rows with the same key, or none, have no buttons and are all drawn', () => {
    const rows = [1, 1, null, null].map((id) => ({ id, title: 'T', status: 'open' }));
    draw({ ...ALERTS, rows });
    expect($$('tbody tr')).toHaveLength(4);
    expect($$('[data-action]')).toHaveLength(1);
  });

  it.each<[Json, number, string]>([
    [4e-5, 0, '0.00004'],
    [-0.000123456, 0, '-0.000123'],
    [1e-30, 0, '1e-30'],
    [1e22, 0, '1e+22'],
    [0.3, 2, '0.30'],
    [1234.5, 2, '1,234.50'],
    [97.863, 0, '97.863'],
    [0, 0, '0'],
    ['9007199254740993', 0, '9007199254740993'],
    ['12345678901234567.8', 2, '12345678901234567.80'],
    ['NaN', 2, 'NaN'],
    [true, 0, 'Yes'],
    [null, 2, '–'],
    ['2026-01-31 10:00:00+00', 0, '2026-01-31 10:00:00+00'],
    [{ a: [1] }, 0, '{"a":[1]}'],
  ])('a metric of %s with %i places shows %s', (value, places, text) => {
    draw({ type: 'MetricCard', id: 'm', label: 'Rate', value, places: { value: places } });
    expect($('[data-value]').textContent).toBe(text);
  });

  it('cells are exact, and filled to their places', () => {
    const rows = [{ id: '9007199254740993', price: 0.3, small: 4e-5, odd: 1e-7 }];
    const columns = ['id', 'price', 'small', 'odd'];
    draw({ ...ALERTS, columns, rows, places: { price: 2 }, actions: [] });
    expect($$('[data-cell]').map((cell) => cell.textContent)).toEqual([
      '9007199254740993',
      '0.30',
      '0.00004',
      '1e-7',
    ]);
  });

  it('a very long cell shows its beginning, and all of it on request', () => {
    const title = 'x'.repeat(1 << 20);
    draw({ ...ALERTS, rows: [{ id: 1, title, status: 'open' }] });
    expect($('[data-cell="title"]').textContent!.length).toBeLessThan(600);
    expect($('[data-action]').getAttribute('aria-label')!.length).toBeLessThan(100);
    click($('[data-cell="title"] button'));
    expect($('[data-cell="title"] span').textContent).toBe(title);
  });

  it('a table may have 200 columns, and says a repeated one once', () => {
    const columns = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const row = Object.fromEntries(columns.map((column, i) => [column, i]));
    draw({ ...ALERTS, key: 'c0', columns: [...columns, 'c7'], rows: [row], actions: [] });
    expect($$('[data-cell]')).toHaveLength(200);
    patch({ op: 'replace', path: '/components/0/rows/0/c199', value: 'new' });
    expect($$('[data-drawn-at="1"]').map((cell) => cell.textContent)).toEqual(['new']);
  });

  it('a status is no style sheet', () => {
    draw({ ...ALERTS, rows: [{ id: 1, title: 'T', status: 'sr-only hidden' }] });
    expect($('[data-cell="status"] .badge').className).toBe('badge badge-sr-only-hidden');
  });

  it('a setting of several lines keeps them, and one that is no number can be read', () => {
    const fields = [
      { name: 'text', label: 'T', kind: 'text', value: 'a\nb' },
      { name: 'long', label: 'L', kind: 'text', value: 'so much to say '.repeat(6) },
      { name: 'limit', label: 'L', kind: 'number', value: 'none' },
      { name: 'big', label: 'B', kind: 'number', value: '9007199254740993' },
    ];
    draw({ ...SETTINGS, fields });
    const inputs = ['text', 'limit', 'big'].map((name) => $<HTMLInputElement>(`[data-field="${name}"]`));
    expect(inputs.map(({ value }) => value)).toEqual(['a\nb', 'none', '9007199254740993']);
    expect($$('textarea').map((one) => one.dataset['field'])).toEqual(['text', 'long']);
  });

  it('a chart draws numbers that come as text, and says what it cannot draw', () => {
    const points = [
      { x: 1, y: '10.5' },
      { x: 2, y: 11 },
      { x: 3, y: 'n/a' },
      { x: 4, y: null },
    ];
    draw({ type: 'LineChart', id: 'l', title: 'l', points });
    expect($$('svg .dot')).toHaveLength(2);
    expect($$('[data-point] td').map((cell) => cell.textContent)).toEqual([
      '10.5',
      '11',
      'n/a',
      '–',
    ]);
    expect($('[data-not-drawn]').textContent).toBe(
      '1 point is not drawn, because a number is missing: “n/a” at 3.',
    );
  });
});

describe('notices', () => {
  it('name what was not done', () => {
    const item = { event: { type: 'event', id: 'e', kind: 'click', payload: {} } } as const;
    const items = ['Resolve Disk', 'Resolve Login'].map((label) => {
      return { ...item, scope: 's', control: label, label };
    });
    draw(ALERTS);
    act(() =>
      store.set({
        notices: [{ id: 1, heading: 'Not done', message: 'No.', items, again: 'never' }],
      }),
    );
    expect($('[data-notice] [data-named]').textContent).toBe(
      'Not done: Resolve Disk, Resolve Login.',
    );
    expect($$('[data-notice] button').map((button) => button.textContent)).toEqual(['Dismiss']);
  });
});

describe('focus', () => {
  it('goes to the neighbour of a row that goes away', () => {
    draw(ALERTS);
    $('[data-row-key="2"] [data-action]').focus();
    patch({ op: 'remove', path: '/components/0/rows/1' });
    expect(document.activeElement).toBe($('[data-row-key="3"]'));
  });
});

describe('other components', () => {
  it('show values, and a dash where there is none', () => {
    draw(
      { type: 'MetricCard', id: 'a', label: 'Connections', value: 58, unit: 'open' },
      { type: 'MetricCard', id: 'b', label: 'Nothing', value: null, unit: 'ms' },
    );
    expect($$('[data-component-type="MetricCard"]').map((card) => card.textContent)).toEqual([
      'Connections58open',
      'Nothing–',
    ]);
  });

  it('draw a line with its summary and its table', () => {
    const points = [
      { x: 0, y: 3 },
      { x: 1, y: null },
      { x: 2, y: 5 },
    ];
    draw({ type: 'LineChart', id: 'c', title: 'Query time', unit: 'ms', points });
    expect($('svg[role="img"]').getAttribute('aria-label')).toBe(
      'Query time: 2 points, from 3 ms at 0 to 5 ms at 2; lowest 3 ms, highest 5 ms.',
    );
    expect($('svg .line').getAttribute('d')!.match(/M/g)).toHaveLength(2);
    expect($$('[data-point]').map((row) => row.textContent)).toEqual(['03', '1–', '25']);
  });

  it('keep the last name under a chart inside of it', () => {
    const points = [
      { x: 'high', y: 1 },
      { x: 'medium', y: 2 },
    ];
    draw({ type: 'LineChart', id: 'c', title: 'Open alerts', points });
    const last = $$('svg text').find((text) => text.textContent === 'medium')!;
    expect(last.getAttribute('text-anchor')).toBe('end');
  });

  it('say what a toast says, until it goes away', () => {
    vi.useFakeTimers();
    draw({ type: 'ToastNotification', id: 't', level: 'success', message: 'Saved.' });
    expect($('[data-component-id="t"]').textContent).toContain('Saved.');
    act(() => vi.advanceTimersByTime(8000));
    expect($('[data-component-id="t"]').textContent).toBe('');
    vi.useRealTimers();
  });

  it('that are unknown say so', () => {
    draw({ type: 'Gauge', id: 'g' }, { type: 'constructor', id: 'h' }, ALERTS);
    expect($$('[data-unknown-type]').map((box) => box.dataset['unknownType'])).toEqual([
      'Gauge',
      'constructor',
    ]);
    expect($$('tbody tr')).toHaveLength(3);
  });

  it('that fail take nothing else with them, and come back when their part changes', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    draw({ ...ALERTS, id: 'broken', actions: [null] }, ALERTS);
    expect($('[data-component-id="broken"]').textContent).toContain('could not be drawn');
    expect($$('[data-component-id="alerts"] tbody tr')).toHaveLength(3);
    patch({ op: 'replace', path: '/components/0/actions', value: [] });
    expect($$('[data-component-id="broken"] tbody tr')).toHaveLength(3);
    vi.restoreAllMocks();
  });
});

describe('the Omnibox', () => {
  it('takes Ctrl-K and sends what was typed', () => {
    draw();
    const input = $<HTMLInputElement>('[data-omnibox] input');
    act(() => {
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true }));
    });
    expect(document.activeElement).toBe(input);
    type(input, '  show me database metrics ');
    act(() => $<HTMLFormElement>('[data-omnibox]').requestSubmit());
    expect(sent).toMatchObject([
      { kind: 'command', payload: { command: 'show me database metrics' } },
    ]);
    expect(input.value).toBe('');
  });
});

describe('the arithmetic of a chart', () => {
  it('puts round numbers around the values', () => {
    expect(ticks(42, 63)).toEqual([40, 50, 60, 70]);
    expect(ticks(2.9, 4.8)).toEqual([2, 3, 4, 5]);
    expect(ticks(5, 5)).toEqual([4, 6]);
    expect(ticks(0, 0)).toEqual([0, 0.5]);
    expect(ticks(Infinity, -Infinity)).toEqual([]);
    const labels = (...ys: number[]) =>
      layout(readPoints(ys.map((y, x) => ({ x, y }))), 400, 200).yTicks.map(({ label }) => label);
    expect(labels(1000.0001, 1000.0004)).toEqual([
      '1,000',
      '1,000.0002',
      '1,000.0004',
      '1,000.0006',
    ]);
    expect(labels(1e-7, 3e-7)).toEqual(['0.0000001', '0.0000002', '0.0000003']);
  });

  it('stands dates to scale, and other labels one after another', () => {
    const at = (...xs: string[]) => readPoints(xs.map((x) => ({ x, y: 1 }))).map(({ x }) => x);
    const [a, b, c] = at('2026-01-01', '2026-01-02', '2026-01-04');
    expect(c! - b!).toBe(2 * (b! - a!));
    expect(at('Mon', 'Tue', 'Wed')).toEqual([0, 1, 2]);
  });

  it('draws nothing from nothing', () => {
    expect(readPoints('nonsense')).toEqual([]);
    expect(layout([], 400, 200)).toMatchObject({ path: '', dots: [], xTicks: [], yTicks: [] });
    expect(summarize('Empty', [], '')).toBe('Empty: no points.');
  });
});

describe('a table of more rows than are shown', () => {
  const MANY = { ...ALERTS, total: 10000 };
  const text = (selector: string) => $(selector).textContent;

  it('says which rows these are, and asks for the next ones', () => {
    draw(MANY);
    expect(text('[data-range]')).toBe('1–3 of 10,000');
    expect($('[data-page="previous"]').getAttribute('aria-disabled')).toBe('true');
    click($('[data-page="previous"]'));
    click($('[data-page="next"]'));
    expect(sent).toMatchObject([
      { kind: 'window', componentId: 'alerts', payload: { component: 'alerts', offset: 3 } },
    ]);
  });

  it('goes back, keeping size, order and search', () => {
    const sort = [{ column: 'title', descending: true }];
    draw({ ...MANY, window: { offset: 3, limit: 3, sort, search: 'disk' } });
    expect(text('[data-range]')).toBe('4–6 of 10,000');
    expect($('[data-sort="title"]').closest('th')!.getAttribute('aria-sort')).toBe('descending');
    expect($<HTMLInputElement>('[data-search]').value).toBe('disk');
    click($('[data-page="previous"]'));
    expect(sent[0]!.payload).toEqual({ component: 'alerts', offset: 0, limit: 3, sort, search: 'disk' });
  });

  it('does not know how many there are, but more', () => {
    draw({ ...ALERTS, more: true });
    expect(text('[data-range]')).toBe('1–3 of more');
    expect($('[data-page="next"]').getAttribute('aria-disabled')).toBeNull();
  });

  it('ends at the last row', () => {
    draw({ ...ALERTS, total: 6, window: { offset: 3, limit: 3 } });
    expect($('[data-page="next"]').getAttribute('aria-disabled')).toBe('true');
  });

  it('sorts by a head: up, down, as the query has it', () => {
    const sorted = (descending: boolean) => [{ column: 'title', descending }];
    const cases: [Json | undefined, Json | undefined][] = [
      [undefined, sorted(false)],
      [sorted(false), sorted(true)],
      [sorted(true), undefined],
    ];
    for (const [now, next] of cases) {
      sent.length = 0;
      const window = { offset: 0, limit: 3, sort: now! };
      act(() => draw(now === undefined ? MANY : { ...MANY, window }));
      click($('[data-sort="title"]'));
      expect(sent[0]!.payload['sort']).toEqual(next);
      expect(sent[0]!.payload['offset']).toBe(0);
    }
  });

  it('searches when Enter is pressed, or a moment after the last key', () => {
    vi.useFakeTimers();
    draw(MANY);
    type($<HTMLInputElement>('[data-search]'), "o'clock %");
    expect(sent).toEqual([]);
    act(() => vi.advanceTimersByTime(400));
    expect(sent.map(({ payload }) => payload)).toEqual([
      { component: 'alerts', offset: 0, search: "o'clock %" },
    ]);
    type($<HTMLInputElement>('[data-search]'), 'disk');
    act(() => $<HTMLFormElement>('[role="search"]').requestSubmit());
    act(() => vi.advanceTimersByTime(4000));
    expect(sent).toHaveLength(2);
    vi.useRealTimers();
  });

  it('has neither pages nor a search when all rows are there', () => {
    draw({ ...ALERTS, total: 3 });
    expect($('[data-range]')).toBeNull();
    expect($('[data-search]')).toBeNull();
    expect($$('[data-sort]')).toHaveLength(3);
  });
});

describe('a component that could not be filled', () => {
  const error = 'this takes longer than 2 s to find, and was stopped; ask for less';

  it('says why, in its own place', () => {
    const { rows: _, ...table } = ALERTS;
    draw(
      { ...table, error },
      { type: 'MetricCard', id: 'n', label: 'Open alerts', error },
      { type: 'MetricCard', id: 'm', label: 'All', value: 7 },
    );
    expect($$('[data-unfilled]').map((note) => note.textContent)).toEqual([
      'This takes longer than 2 s to find, and was stopped; ask for less.',
      'This takes longer than 2 s to find, and was stopped; ask for less.',
    ]);
    expect($('[data-component-id="n"] h2').textContent).toBe('Open alerts');
    expect($('[data-component-id="m"]').textContent).toContain('7');
    expect($('[data-component-id="alerts"]').textContent).not.toContain('No rows');
  });

  it('keeps its search, so that less can be asked for', () => {
    const { rows: _, ...table } = ALERTS;
    draw({ ...table, error, window: { offset: 0, limit: 100, search: 'disk' } });
    expect($<HTMLInputElement>('[data-search]').value).toBe('disk');
  });

  it('is itself again once it can be', () => {
    draw({ type: 'MetricCard', id: 'n', label: 'Open alerts', error });
    patch(
      { op: 'remove', path: '/components/0/error' },
      { op: 'add', path: '/components/0/value', value: 5 },
    );
    expect($('[data-unfilled]')).toBeNull();
    expect($('[data-component-id="n"]').textContent).toContain('5');
  });
});

describe('What was changed', () => {
  const did = { says: 'Alert 2: status open → resolved', undo: 17 };

  function told(client: Partial<Client>): void {
    store.set({
      view: { components: [ALERTS] },
      notices: [{ id: 1, heading: '', message: did.says, items: [], again: 'never', did }],
    });
    act(() => root.render(<App page={{ store, client: client as Client }} />));
  }

  it('is told with a button that takes it back', () => {
    const takeBack = vi.fn();
    told({ takeBack, dismiss: vi.fn() });
    expect($('[data-notice=did]').textContent).toContain(did.says);
    const undo = $<HTMLButtonElement>('[data-notice=did] [aria-label^="Undo: "]');
    expect(undo.textContent).toBe('Undo');
    click(undo);
    expect(takeBack).toHaveBeenCalledWith(1);
  });

  it('goes away by itself unless it is being read', () => {
    vi.useFakeTimers();
    try {
      const dismiss = vi.fn();
      told({ dismiss });
      act(() => $('[data-notice] button').focus());
      act(() => void vi.advanceTimersByTime(60_000));
      expect(dismiss).not.toHaveBeenCalled();
      act(() => $('[data-notice] button').blur());
      act(() => void vi.advanceTimersByTime(60_000));
      expect(dismiss).toHaveBeenCalledWith(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
