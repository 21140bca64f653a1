// The page's end of the wire: one WebSocket, opened again whenever it is lost.
//
// It keeps the server's view by applying patches, the person's events until they are answered, and
// the store up to date with both. What is shown is the view plus a preview, if one is on its way;
// what patches apply to is the view alone.

import { applyPatch } from '../patch/apply';
import { viewHash } from '../patch/hash';
import { isObject, type Json, type JsonObject } from '../patch/json';
import { backoff } from './backoff';
import type { Memory, Outgoing } from './memory';
import { uuid } from './uuid';
import {
  parseServerMessage,
  type Ack,
  type ClientMessage,
  type Event,
  type Failure,
  type Patch,
  type Preview,
  type Snapshot,
  type Welcome,
} from './protocol';
import type { PageStore, Phase } from './state';

const BANNER_MS = 500;
const MAX_OUTBOX = 100;
const MAX_NOTICES = 4;
// What an ack announces, the patch or the error, follows at once. An error, or a patch without
// operations, that a lost connection took is not sent again; its control is then released after
// this long.
const FOLLOW_UP_MS = 1000;
const DRAIN_SPREAD_MS = 500;

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(frame: string): void;
  close(): void;
}

export interface ClientParts {
  store: PageStore;
  memory: Memory;
  connect: () => Socket;
  afterPaint: (done: () => void) => void; // calls `done` when what is in the store is on screen
}

export interface Intent {
  kind: Event['kind'];
  componentId?: string;
  payload: JsonObject;
  scope: string;
  control: string;
  label: string;
}

export class Client {
  #parts: ClientParts;
  #store: PageStore;
  #memory: Memory;

  #socket: Socket | null = null;
  #welcomed = false;
  #liveAt: number | undefined; // resuming: the seq from which the view is the server's again
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #bannerTimer: ReturnType<typeof setTimeout> | undefined;
  #drainTimer: ReturnType<typeof setTimeout> | undefined;

  #asked: string | undefined; // the session that the last hello named
  #session: string | undefined;
  #view: Json | undefined; // null in a session that has no screen yet
  #epoch: Json | undefined;
  #resyncing = false;
  #hashesAgree = true;
  #outbox: Outgoing[];
  #answered = new Map<string, { item: Outgoing; timer: ReturnType<typeof setTimeout> }>();
  #ackedSeq = 0;
  #ackScheduled = false;
  #nextNotice = 1;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#memory = parts.memory;
    this.#outbox = parts.memory.outbox;
    for (const item of this.#outbox) this.#markPending(item);
    this.#publishOutbox();
  }

  start(): void {
    this.#open();
  }

  // The network is back, or somebody looks at the page again: do not wait for the timer.
  wake(): void {
    if (this.#socket === null) this.#open();
  }

  // The network went away and came back: the socket may be dead without knowing.
  reconnect(): void {
    this.#drop();
    this.#open();
  }

  // Sends an event, now or when the connection is back. False when the same control already waits.
  send(intent: Intent): boolean {
    const { scope, control, label, kind, componentId, payload } = intent;
    if (this.#store.state.pending[scope]?.[control] !== undefined) return false;
    if (this.#outbox.length >= MAX_OUTBOX) {
      this.#notify('Too many actions are waiting for the connection.');
      return false;
    }
    const event: Event = { type: 'event', id: uuid(), kind, payload };
    if (componentId !== undefined) event.componentId = componentId;
    if (this.#view !== undefined) event.baseSeq = this.#store.state.seq;
    const item: Outgoing = { event, scope, control, label };
    if (this.#session !== undefined) item.session = this.#session;
    this.#outbox = [...this.#outbox, item];
    this.#store.set({ announcement: '' });
    this.#markPending(item);
    this.#publishOutbox();
    if (this.#store.state.phase === 'live') this.#transmit(event);
    return true;
  }

  retry(noticeId: number): void {
    const item = this.#store.state.notices.find((notice) => notice.id === noticeId)?.retry;
    this.dismiss(noticeId);
    if (item) this.send({ ...item.event, ...item });
  }

  dismiss(noticeId: number): void {
    const notices = this.#store.state.notices.filter((notice) => notice.id !== noticeId);
    this.#store.set({ notices });
  }

  // ---- connection

  #open(): void {
    clearTimeout(this.#retryTimer);
    if (this.#socket) return;
    this.#setPhase('connecting');
    this.#bannerTimer ??= setTimeout(() => this.#store.set({ banner: true }), BANNER_MS);
    const socket = this.#parts.connect();
    this.#socket = socket;
    socket.onopen = () => this.#hello();
    socket.onmessage = (message) => this.#receive(message.data);
    socket.onclose = () => {
      this.#drop();
      this.#openLater();
    };
  }

  #openLater(): void {
    // Only a reason: a host on this machine is there without a network.
    this.#setPhase(navigator.onLine ? 'waiting' : 'offline');
    this.#bannerTimer ??= setTimeout(() => this.#store.set({ banner: true }), BANNER_MS);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#open(), backoff(this.#attempt++, Math.random()));
  }

  // Lets go of the socket, and of everything that was only true while it was open.
  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    this.#resyncing = false;
    this.#liveAt = undefined;
    clearTimeout(this.#drainTimer);
    this.#show(); // a preview does not outlive its connection
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #hello(): void {
    const identity = this.#memory.identity;
    this.#asked = identity?.session;
    if (!identity) return this.#transmit({ type: 'hello' });
    const { session, token } = identity;
    if (this.#view !== undefined && this.#epoch !== undefined && session === this.#session) {
      const lastSeq = this.#store.state.seq;
      return this.#transmit({ type: 'hello', session, token, epoch: this.#epoch, lastSeq });
    }
    this.#transmit({ type: 'hello', session, token });
  }

  #setPhase(phase: Phase): void {
    this.#store.set({ phase });
  }

  // The view is the server's. What still has no answer goes out again, under the same ids.
  #goLive(): void {
    if (this.#store.state.phase === 'live') return;
    clearTimeout(this.#bannerTimer);
    this.#bannerTimer = undefined;
    this.#attempt = 0;
    this.#store.set({ phase: 'live', banner: false });
    for (const item of this.#outbox) this.#transmit(item.event);
  }

  #transmit(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  // ---- messages

  #receive(frame: unknown): void {
    const message = parseServerMessage(frame);
    switch (message?.type) {
      case 'welcome':
        return this.#onWelcome(message);
      case 'snapshot':
        return this.#onSnapshot(message);
      case 'patch':
        return this.#onPatch(message);
      case 'preview':
        return this.#onPreview(message);
      case 'ack':
        return this.#onAck(message);
      case 'error':
        return this.#onError(message);
      case 'drain':
        clearTimeout(this.#drainTimer);
        this.#drainTimer = setTimeout(
          () => this.reconnect(),
          message.afterMs + Math.random() * DRAIN_SPREAD_MS,
        );
        return;
      default:
        console.warn('A message that is not of sr.v1 was ignored.');
    }
  }

  #onWelcome(message: Welcome): void {
    const { session, token, epoch, mode } = message;
    if (this.#session !== undefined && this.#session !== session) this.#view = undefined;
    this.#session = session;
    this.#epoch = epoch;
    this.#memory.identity = { session, token };
    this.#welcomed = true;
    this.#resyncing = mode === 'snapshot';
    this.#carryOver(session);
    if (mode === 'snapshot') return;
    if (this.#view === undefined) return this.#resync('there is no view to resume');
    this.#liveAt = message.seq;
    if (this.#store.state.seq >= message.seq) this.#goLive();
  }

  // Events made for a session that is gone cannot be carried to another: its screen is another.
  #carryOver(session: string): void {
    const lost = this.#outbox.filter((item) => (item.session ?? session) !== session);
    if (lost.length === 0) return;
    this.#outbox = this.#outbox.filter((item) => !lost.includes(item));
    for (const item of lost) this.#release(item);
    this.#publishOutbox();
    const labels = lost.map((item) => item.label).join(', ');
    this.#notify(`The session had ended and a new one began. Not done: ${labels}.`);
  }

  #onSnapshot(message: Snapshot): void {
    this.#view = message.view;
    this.#resyncing = false;
    // The server's view stands even when the hashes differ; comparing further ones would only ask
    // for the same snapshot again and again.
    this.#hashesAgree = !message.hash || viewHash(message.view) === message.hash;
    if (!this.#hashesAgree) console.warn('The hash of a snapshot is not the hash of its view.');
    this.#store.set({ view: shown(message.view), seq: message.seq });
    for (const id of [...this.#answered.keys()]) this.#finish(id);
    this.#goLive();
    this.#acknowledge(message.seq);
  }

  #onPatch(message: Patch): void {
    const base = this.#resyncing ? undefined : this.#view;
    if (base !== undefined && message.seq > this.#store.state.seq) {
      let view: Json;
      try {
        view = applyPatch(base, message.ops);
      } catch (error) {
        return this.#resync(`patch ${message.seq} does not apply: ${(error as Error).message}`);
      }
      if (message.hash && this.#hashesAgree && viewHash(view) !== message.hash) {
        return this.#resync(`the view at ${message.seq} has another hash`);
      }
      this.#view = view;
      this.#store.set({ view: shown(view), seq: message.seq });
      this.#acknowledge(message.seq);
    } else {
      this.#show(); // a turn that changed nothing may have had a preview
    }
    const item = message.cause === undefined ? undefined : this.#finish(message.cause);
    if (item) this.#store.set({ announcement: `${item.label}: done` });
    if (this.#liveAt !== undefined && this.#store.state.seq >= this.#liveAt) this.#goLive();
  }

  #resync(reason: string): void {
    console.warn(`Asking for a snapshot: ${reason}`);
    this.#resyncing = true;
    this.#show();
    this.#transmit({ type: 'resync', reason });
  }

  // A preview that does not apply is dropped: the turn's patch brings everything anyway.
  #onPreview(message: Preview): void {
    try {
      const view = applyPatch(this.#store.state.view, message.ops);
      this.#store.set({ view: shown(view) });
    } catch {
      this.#show();
    }
  }

  #onAck({ id, status, seq }: Ack): void {
    const item = this.#take(id);
    if (!item) return;
    const timer = setTimeout(() => {
      this.#show();
      this.#finish(id);
      if (status === 'rejected') this.#notify(`${item.label}: not accepted.`, item);
    }, FOLLOW_UP_MS);
    this.#answered.set(id, { item, timer });
    if (status === 'duplicate' && seq <= this.#store.state.seq) this.#finish(id);
  }

  #onError({ code, message, id, retryable }: Failure): void {
    if (code === 'unknown_session' && !retryable) {
      if (this.#memory.identity?.session === this.#asked) this.#memory.identity = undefined;
      this.#view = undefined;
      return this.reconnect();
    }
    if (!this.#welcomed) {
      this.#notify(message);
      this.#drop();
      return this.#openLater();
    }
    this.#show();
    // A draining host did not take the event: it goes to the next one.
    if (code === 'draining') return;
    const item = id === undefined ? undefined : this.#finish(id);
    this.#notify(message, retryable ? item : undefined);
  }

  // ---- events

  #take(id: string): Outgoing | undefined {
    const item = this.#outbox.find(({ event }) => event.id === id);
    if (!item) return undefined;
    this.#outbox = this.#outbox.filter((other) => other !== item);
    this.#publishOutbox();
    return item;
  }

  // Nothing more is awaited for this event. A patch or an error may come without an ack, when the
  // ack was lost with an earlier connection.
  #finish(id: string): Outgoing | undefined {
    const answered = this.#answered.get(id);
    clearTimeout(answered?.timer);
    this.#answered.delete(id);
    const item = answered?.item ?? this.#take(id);
    if (item) this.#release(item);
    return item;
  }

  #markPending({ scope, control, event }: Outgoing): void {
    const { pending } = this.#store.state;
    this.#store.set({
      pending: { ...pending, [scope]: { ...pending[scope], [control]: event.id } },
    });
  }

  #release({ scope, control }: Outgoing): void {
    const { [scope]: controls = {}, ...others } = this.#store.state.pending;
    const { [control]: _, ...rest } = controls;
    const pending = Object.keys(rest).length > 0 ? { ...others, [scope]: rest } : others;
    this.#store.set({ pending });
  }

  #publishOutbox(): void {
    this.#memory.outbox = this.#outbox;
    this.#store.set({ queued: this.#outbox.length });
  }

  // ---- what is shown

  #show(): void {
    this.#store.set({ view: shown(this.#view) });
  }

  #acknowledge(seq: number): void {
    this.#ackedSeq = seq;
    if (this.#ackScheduled) return;
    this.#ackScheduled = true;
    this.#parts.afterPaint(() => {
      this.#ackScheduled = false;
      if (this.#welcomed) this.#transmit({ type: 'ack', seq: this.#ackedSeq });
    });
  }

  #notify(message: string, retry?: Outgoing): void {
    const notice = { id: this.#nextNotice++, message, retry: retry ?? null };
    const others = this.#store.state.notices.filter((other) => other.message !== message);
    this.#store.set({ notices: [...others, notice].slice(-MAX_NOTICES) });
  }
}

// What the page draws of a view: nothing, until there is a screen.
function shown(view: Json | undefined): JsonObject | null {
  return isObject(view) ? view : null;
}
