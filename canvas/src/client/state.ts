// Everything the page draws from. The view is the server's; the rest says how the connection and
// the person's own events stand.

import { Store } from '../store/store';
import type { JsonObject } from '../patch/json';
import type { Outgoing } from './memory';
import type { Again } from './outbox';
import type { Did } from './protocol';

export type Phase = 'connecting' | 'live' | 'waiting' | 'offline';

export interface Notice {
  readonly id: number;
  readonly heading: string; // what became of the items
  readonly message: string;
  readonly items: readonly Outgoing[];
  readonly again: Again; // whether, and as what, they may be sent again
  readonly did?: Did; // says what was changed; goes away by itself
}

export interface PageState {
  view: JsonObject | null;
  seq: number;
  phase: Phase;
  why: string; // why it is not live, or why the host does not take what waits; empty: not known
  banner: boolean; // it has been so for long enough to say so
  queued: number; // events whose end is not known
  pending: { readonly [scope: string]: { readonly [control: string]: string } }; // → event id
  notices: readonly Notice[];
  announcement: string; // read out politely
}

export type PageStore = Store<PageState>;

export function newPageStore(): PageStore {
  return new Store<PageState>({
    view: null,
    seq: 0,
    phase: 'connecting',
    why: '',
    banner: false,
    queued: 0,
    pending: {},
    notices: [],
    announcement: '',
  });
}

export const OMNIBOX = 'omnibox';
export const NOTICES = 'notices';
export const scopeOf = (componentId: string): string => `component:${componentId}`;
