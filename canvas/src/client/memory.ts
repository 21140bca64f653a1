// What the page remembers outside itself. The session belongs to the browser and is shared by its
// tabs; what a tab has sent and whose end it has not seen belongs to that tab and outlives a reload.
// How far a tab has read is kept with its view, in memory: a reloaded page has no view, and asks
// for a whole one.

import { isArray, isObject } from '../patch/json';
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
  #identity: Kept;
  #outbox: Kept;

  // `page` is the page's origin and path: deployments on one origin do not share sessions. The
  // places are asked for each time: where storage is forbidden, naming it already throws.
  constructor(page: string, shared: () => Place, own: () => Place) {
    this.#identity = new Kept(shared, `state-runtime:${page}:session`);
    this.#outbox = new Kept(own, `state-runtime:${page}:outbox`);
  }

  get identity(): Identity | undefined {
    const kept = this.#identity.read();
    return isIdentity(kept) ? kept : undefined;
  }
  set identity(identity: Identity | undefined) {
    this.#identity.write(identity);
  }

  get outbox(): Outgoing[] {
    const kept = this.#outbox.read();
    return isArray(kept) ? (kept.filter(isOutgoing) as unknown as Outgoing[]) : [];
  }
  set outbox(outbox: readonly Outgoing[]) {
    this.#outbox.write(outbox.length > 0 ? outbox : undefined);
  }
}

// One value in a place. Storage may be full, or forbidden by the browser's settings: what could not
// be written there is kept here, and lives as long as the page.
class Kept {
  #place: () => Place;
  #key: string;
  #unwritten: { text: string | null } | undefined;

  constructor(place: () => Place, key: string) {
    this.#place = place;
    this.#key = key;
  }

  read(): unknown {
    try {
      const text = this.#unwritten ? this.#unwritten.text : this.#place().getItem(this.#key);
      return JSON.parse(text ?? 'null');
    } catch {
      return null;
    }
  }

  write(value: unknown): void {
    const text = value === undefined ? null : JSON.stringify(value);
    try {
      if (text === null) this.#place().removeItem(this.#key);
      else this.#place().setItem(this.#key, text);
      this.#unwritten = undefined;
    } catch {
      this.#unwritten = { text };
    }
  }
}

// What lies in storage may be another version's, or anybody's.
function isIdentity(value: unknown): value is Identity {
  if (!isObject(value)) return false;
  return typeof value['session'] === 'string' && typeof value['token'] === 'string';
}

function isOutgoing(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['event'])) return false;
  const { event, scope, control, label, session } = value;
  const texts = [event['id'], event['kind'], scope, control, label, session ?? ''];
  return texts.every((text) => typeof text === 'string') && isObject(event['payload']);
}
