// The page in a DOM, drawn anew for each test of the file that takes this in.

import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach } from 'vitest';

import type { Client, Intent } from '../src/client/client';
import { newPageStore, type PageStore } from '../src/client/state';
import { applyPatch } from '../src/patch/apply';
import type { Json, JsonObject } from '../src/patch/json';
import { App } from '../src/ui/App';

export const ALERTS = {
  type: 'AlertTable',
  id: 'alerts',
  title: 'Alerts',
  columns: ['id', 'title', 'status'],
  key: 'id',
  rows: [
    { id: 1, title: 'Disk', status: 'open' },
    { id: 2, title: 'Login', status: 'open' },
    { id: 3, title: 'Certificate', status: 'resolved' },
  ],
  actions: [
    {
      user_action: 'resolve_alert',
      label: 'Resolve',
      param: 'alert_id',
      when: { column: 'status', equals: 'open' },
    },
  ],
};
export let root: Root;
export let store: PageStore;
export let sent: Intent[]; // by the page, in the test that runs

export function draw(...components: Json[]): void {
  store.set({ view: { components } });
  const client = { send: (intent: Intent) => sent.push(intent) > 0 } as unknown as Client;
  act(() => root.render(<App page={{ store, client }} />));
}

export function patch(...ops: object[]): void {
  const view = applyPatch(store.state.view!, ops) as JsonObject;
  act(() => store.set({ view, seq: store.state.seq + 1 }));
}

export const $ = <T extends Element = HTMLElement>(selector: string) =>
  document.querySelector<T>(selector)!;
export const $$ = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
export const click = (element: HTMLElement) => act(() => element.click());

export function type(input: HTMLInputElement, text: string): void {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!;
  act(() => {
    set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

beforeEach(() => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  document.body.innerHTML = '<div id="root"></div>';
  store = newPageStore();
  sent = [];
  root = createRoot($('#root'));
});
afterEach(() => act(() => root.unmount()));
