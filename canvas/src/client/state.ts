// Everything the page draws from. The view is the server's; the rest says how the connection and
// the person's own events stand.

import { Store } from '../store/store';
import type { JsonObject } from '../patch/json';
import type { Outgoing } from './memory';

export type Phase = 'connecting' | 'live' | 'waiting' | 'offline';

export interface Notice {
  readonly id: number;
  readonly message: string;
  readonly retry: Outgoing | null;
}

export interface PageState {
  view: JsonObject | null;
  seq: number;
  phase: Phase;
  banner: boolean; // not live for long enough to say so
  queued: number; // events that no answer has come for
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
    banner: false,
    queued: 0,
    pending: {},
    notices: [],
    announcement: '',
  });
}

export const OMNIBOX = 'omnibox';
export const scopeOf = (componentId: string): string => `component:${componentId}`;
