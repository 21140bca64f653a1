// What the person did, until it is known what became of it.
//
// Events go to the host in their order, one at a time: the next one leaves when the one before has
// been taken. So a host that comes back is not flooded, and what fails for the moment is not
// overtaken by what was done after it. An event keeps its id for as long as its outcome is not
// known, and goes out again under that id: the host does it once, however often it is sent.
//
// An event leaves by exactly one door: done, not done, or uncertain. `uncertain` is for one that was
// tried again and again without an answer. It may stand in the way of others, so it is named and
// set aside; sent again later it still has its id.

import { resendAfter } from './backoff';
import type { Outgoing } from './memory';
import type { Ack, Event, Failure } from './protocol';

// So often an event may fail, or take its connection with it, before it is set aside.
const TRIES = 8;
// What an ack announces, the patch or the error, follows at once. A host that says nothing more
// has nothing more to say.
const FOLLOW_UP_MS = 1000;
const NOT_ACCEPTED = 'The host did not accept it, and its reason was lost with the connection.';

export interface OutboxListener {
  transmit(event: Event): void;
  changed(items: readonly Outgoing[]): void;
  held(why: string | undefined): void; // the host cannot take the first one now; it can again
  done(item: Outgoing): void;
  notDone(item: Outgoing, why: string, again: Again, code?: string): void; // of the host's error
  uncertain(item: Outgoing, why: string): void;
}

// How an event that failed may be tried again: the same one, as long as the host may still do it;
// a new one, when the failure is in the log under its id.
export type Again = 'same' | 'new' | 'never';

interface Entry {
  item: Outgoing;
  state: 'waiting' | 'under way' | 'taken'; // by the host, on this connection
  logged: boolean; // its id is in the session's log
  rejected: boolean; // the host said so, whatever it says when asked again
  tries: number;
  followUp?: ReturnType<typeof setTimeout>;
}

export class Outbox {
  #listener: OutboxListener;
  #entries: Entry[];
  #open = false;
  #refusals = 0; // in a row
  #resendTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(items: readonly Outgoing[], listener: OutboxListener) {
    this.#listener = listener;
    this.#entries = items.map(waiting);
  }

  get items(): readonly Outgoing[] {
    return this.#entries.map(({ item }) => item);
  }

  add(item: Outgoing): void {
    this.#entries.push(waiting(item));
    this.#changed();
    this.#next();
  }

  // The connection is live: what has no end yet goes out again, from the first.
  open(): void {
    this.#open = true;
    this.#next();
  }

  // The connection is gone. What was under way may have been done; so may what was taken, and how
  // it ended is asked again.
  close(): void {
    this.#open = false;
    this.#refusals = 0;
    clearTimeout(this.#resendTimer);
    this.#resendTimer = undefined;
    this.#listener.held(undefined);
    for (const entry of [...this.#entries]) {
      clearTimeout(entry.followUp);
      const lost = entry.state === 'under way';
      entry.state = 'waiting';
      if (lost) this.#failed(entry, 'The connection was lost each time before an answer came.');
    }
  }

  // Somebody does not want to wait.
  hurry(): void {
    clearTimeout(this.#resendTimer);
    this.#resendTimer = undefined;
    this.#next();
  }

  // Events that cannot be carried further; the caller says why.
  remove(which: (item: Outgoing) => boolean): Outgoing[] {
    const gone = this.#entries.filter(({ item }) => which(item));
    for (const entry of gone) this.#forget(entry);
    return gone.map(({ item }) => item);
  }

  ack({ id, status, seq }: Ack): void {
    const entry = this.#find(id);
    if (!entry) return;
    entry.state = 'taken';
    entry.logged ||= seq > 0;
    entry.rejected ||= status === 'rejected';
    clearTimeout(entry.followUp);
    entry.followUp = setTimeout(() => this.#end(entry), FOLLOW_UP_MS);
    this.#progress();
  }

  // A patch says that this event is its cause. It may come without an ack, when the ack was lost
  // with an earlier connection. False when it is none of ours.
  painted(id: string): boolean {
    const entry = this.#find(id);
    if (!entry) return false;
    const wasFirst = entry.state === 'under way';
    this.#end(entry);
    if (wasFirst) this.#progress();
    return true;
  }

  // An error about this event. False when it is none of ours.
  refused(id: string, failure: Failure): boolean {
    const entry = this.#find(id);
    if (!entry) return false;
    const { code, message, retryable = false } = failure;
    if (entry.state === 'taken' || !retryable) {
      const wasFirst = entry.state === 'under way';
      this.#forget(entry);
      this.#listener.notDone(entry.item, message, retryable ? again(entry) : 'never', code);
      if (wasFirst) this.#progress();
      return true;
    }
    entry.state = 'waiting';
    // The next host, or a later moment, takes it; it is not the event's fault.
    if (code === 'draining') return true;
    if (code === 'overloaded' || !this.#failed(entry, message)) this.#resendLater(message);
    return true;
  }

  // An answer that names no event, about something that was sent: the one under way cannot be
  // taken as it is.
  refusedUnderWay(message: string): boolean {
    const entry = this.#entries.find(({ state }) => state === 'under way');
    if (!entry) return false;
    this.#forget(entry);
    this.#listener.notDone(entry.item, message, 'never');
    this.#progress();
    return true;
  }

  #next(): void {
    if (!this.#open || this.#resendTimer !== undefined) return;
    if (this.#entries.some(({ state }) => state === 'under way')) return;
    const first = this.#entries.find(({ state }) => state === 'waiting');
    if (!first) return;
    first.state = 'under way';
    this.#listener.transmit(first.item.event);
  }

  #progress(): void {
    this.#refusals = 0;
    this.#listener.held(undefined);
    this.#next();
  }

  #resendLater(why: string): void {
    this.#listener.held(why);
    clearTimeout(this.#resendTimer);
    const pause = resendAfter(this.#refusals++, Math.random());
    this.#resendTimer = setTimeout(() => this.hurry(), pause);
  }

  // Whether it has been set aside.
  #failed(entry: Entry, why: string): boolean {
    if (++entry.tries < TRIES) return false;
    this.#forget(entry);
    this.#listener.uncertain(entry.item, why);
    this.#progress();
    return true;
  }

  #end(entry: Entry): void {
    this.#forget(entry);
    if (entry.rejected) this.#listener.notDone(entry.item, NOT_ACCEPTED, again(entry));
    else this.#listener.done(entry.item);
  }

  #forget(entry: Entry): void {
    clearTimeout(entry.followUp);
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#changed();
  }

  #find(id: string): Entry | undefined {
    return this.#entries.find(({ item }) => item.event.id === id);
  }

  #changed(): void {
    this.#listener.changed(this.items);
  }
}

function waiting(item: Outgoing): Entry {
  return { item, state: 'waiting', logged: false, rejected: false, tries: 0 };
}

function again({ logged }: Entry): Again {
  return logged ? 'new' : 'same';
}
