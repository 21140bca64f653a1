// How components reach the store and the client.

import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';

import type { Client, Intent } from '../client/client';
import type { PageStore } from '../client/state';
import type { Json } from '../patch/json';
import { pointerTo } from '../patch/pointer';

export interface Page {
  store: PageStore;
  client: Client;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('PageContext is missing');
  return page;
}

// The value at a pointer into the page's state. The component draws again when this value is
// replaced, and never for any other reason.
export function useAt<T = Json | undefined>(pointer: string): T {
  return useSelected(pointer, (value) => value as T);
}

// A part of that value. `select` must return what compares equal by identity when nothing changed.
export function useSelected<T>(pointer: string, select: (value: unknown) => T): T {
  const { store } = usePage();
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(pointer, listener),
    [store, pointer],
  );
  return useSyncExternalStore(subscribe, () => select(store.get(pointer)));
}

// Whether an event of this control is on its way, and how to send one.
export function useControl(scope: string, control: string) {
  const { client } = usePage();
  const pending = useAt(pointerTo('pending', scope, control)) !== undefined;
  const send = (intent: Omit<Intent, 'scope' | 'control'>) =>
    client.send({ ...intent, scope, control });
  return { pending, send };
}

// What every component of the registry is given: its id, and where it stands in the state.
export interface ComponentProps {
  id: string;
  pointer: string;
}
