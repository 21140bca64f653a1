// What the page remembers outside itself. The session belongs to the browser and is shared by its
// tabs; what a tab has sent and not yet seen answered belongs to that tab and outlives a reload.
// How far a tab has read is kept with its view, in memory: a reloaded page has no view, and asks
// for a whole one.

import type { Event } from './protocol';

export interface Identity {
  session: string;
  token: string;
}

// An event on its way. `scope` and `control` say which part of the page waits for it, `label` names
// it to the person.
export interface Outgoing {
  event: Event;
  session?: string;
  scope: string;
  control: string;
  label: string;
}

type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Memory {
  #identityKey: string;
  #outboxKey: string;
  #shared: Place;
  #own: Place;

  // `page` is the page's origin and path: deployments on one origin do not share sessions.
  constructor(page: string, shared: Place, own: Place) {
    this.#identityKey = `state-runtime:${page}:session`;
    this.#outboxKey = `state-runtime:${page}:outbox`;
    this.#shared = shared;
    this.#own = own;
  }

  get identity(): Identity | undefined {
    return read<Identity>(this.#shared, this.#identityKey);
  }
  set identity(identity: Identity | undefined) {
    write(this.#shared, this.#identityKey, identity);
  }

  get outbox(): Outgoing[] {
    return read<Outgoing[]>(this.#own, this.#outboxKey) ?? [];
  }
  set outbox(outbox: Outgoing[]) {
    write(this.#own, this.#outboxKey, outbox.length > 0 ? outbox : undefined);
  }
}

// Storage may be full, or forbidden by the browser's settings; the page then works without it.
function read<T>(place: Place, key: string): T | undefined {
  try {
    return (JSON.parse(place.getItem(key) ?? 'null') as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(place: Place, key: string, value: unknown): void {
  try {
    if (value === undefined) place.removeItem(key);
    else place.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}
