// The page's end of the wire: one WebSocket, opened again whenever it is lost.
//
// It keeps the server's view by applying patches, hands the person's events to the outbox, and keeps
// the store up to date with both. What is shown is the view plus a preview, if one is on its way;
// what patches apply to is the view alone.

import { applyPatch } from '../patch/apply';
import { viewHash } from '../patch/hash';
import { isObject, own, type Json, type JsonObject } from '../patch/json';
import { backoff, resendAfter } from './backoff';
import type { Memory, Outgoing } from './memory';
import { Notices } from './notices';
import { Outbox } from './outbox';
import { uuid } from './uuid';
import {
  parseServerMessage,
  readDid,
  type Ack,
  type ClientMessage,
  type Event,
  type Failure,
  type Patch,
  type Preview,
  type Snapshot,
  type Welcome,
} from './protocol';
import { NOTICES, type PageStore, type Phase } from './state';

const BANNER_MS = 500;
const MAX_OUTBOX = 1000;
const DRAIN_SPREAD_MS = 500;
const DRAIN_UNTOLD_MS = 1000; // a host that drains and did not say until when
// A handshake that fails for less than this is a host that starts again.
const ASK_WHY_FROM = 2; // attempts
const TOO_LONG = 1009; // close code of a message over the host's limit
const SESSION_ENDED = 'The session had ended and a new one began.';

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((end?: { code?: number; reason?: string }) => void) | null;
  send(frame: string): void;
  close(): void;
}

export interface ClientParts {
  store: PageStore;
  memory: Memory;
  connect: () => Socket;
  whyNot: () => Promise<string>; // why a handshake failed; empty when the host is not there
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
  #outbox: Outbox;
  #notices: Notices;
  #asking = false; // why the handshake failed
  #resyncTimer: ReturnType<typeof setTimeout> | undefined;
  #resyncs = 0; // refused in a row
  #ackedSeq = 0;
  #ackScheduled = false;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#memory = parts.memory;
    this.#notices = new Notices(parts.store);
    const kept = parts.memory.outbox;
    this.#outbox = new Outbox(kept, {
      transmit: (event) => this.#transmit(event),
      changed: (items) => this.#publishOutbox(items),
      held: (why) => this.#onHeld(why),
      done: (item) => {
        this.#release(item);
        this.#store.set({ announcement: `${item.label}: done` });
      },
      notDone: (item, why, again, code) => {
        this.#release(item);
        if (code === 'refused' && asksAbout(this.#view, item)) {
          this.#store.set({ announcement: `${item.label}: which one?` });
          return;
        }
        this.#notices.notDone([item], why, again);
      },
      uncertain: (item, why) => {
        this.#release(item);
        this.#notices.uncertain(item, why);
      },
    });
    for (const item of kept) this.#markPending(item);
    this.#publishOutbox(kept);
  }

  start(): void {
    this.#open();
  }

  // The network is back, or somebody looks at the page again: do not wait for the timer.
  wake(): void {
    if (this.#socket === null) this.#open();
    else this.#outbox.hurry();
  }

  // The network went away and came back: the socket may be dead without knowing.
  reconnect(): void {
    this.#drop();
    this.#open();
  }

  // Sends an event, in its turn. False when the same control already waits, or too much does.
  send(intent: Intent): boolean {
    const { scope, control, label, kind, componentId, payload } = intent;
    if (own(own(this.#store.state.pending, scope), control) !== undefined) return false;
    const event: Event = { type: 'event', id: uuid(), kind, payload };
    if (componentId !== undefined) event.componentId = componentId;
    if (this.#view !== undefined) event.baseSeq = this.#store.state.seq;
    return this.#add({ event, scope, control, label });
  }

  // What failed, once more: with its id, unless its failure is in the log under that id.
  retry(noticeId: number): void {
    const notice = this.#notices.find(noticeId);
    if (!notice || notice.again === 'never') return;
    this.dismiss(noticeId);
    for (const item of notice.items) {
      if (item.session !== undefined && item.session !== this.#session) {
        this.#notices.notDone([item], SESSION_ENDED, 'never');
        continue;
      }
      const id = notice.again === 'new' ? uuid() : item.event.id;
      this.#add({ ...item, event: { ...item.event, id } });
    }
  }

  // What a notice says was changed goes back, or forth again.
  takeBack(noticeId: number): void {
    const did = this.#notices.find(noticeId)?.did;
    const kind = did?.undo !== undefined ? 'undo' : 'redo';
    const seq = did?.[kind];
    if (did === undefined || seq === undefined) return;
    const label = `${kind === 'undo' ? 'Undo' : 'Redo'}: ${did.says}`;
    const sent = this.send({ kind, payload: { [kind]: seq }, scope: NOTICES, control: kind, label });
    if (sent) this.dismiss(noticeId);
  }

  dismiss(noticeId: number): void {
    this.#notices.dismiss(noticeId);
  }

  dismissAll(): void {
    this.#notices.dismissAll();
  }

  // ---- connection

  #open(): void {
    clearTimeout(this.#retryTimer);
    if (this.#socket) return;
    if (this.#attempt === 0) this.#setPhase('connecting');
    this.#bannerLater();
    const socket = this.#parts.connect();
    let opened = false;
    this.#socket = socket;
    socket.onopen = () => {
      opened = true;
      this.#hello();
    };
    socket.onmessage = (message) => this.#receive(message.data);
    socket.onclose = (end) => {
      if (end?.code === TOO_LONG) this.#outbox.refusedUnderWay('It is longer than the host takes.');
      this.#drop();
      if (opened) this.#store.set({ why: closedBecause(end?.reason) });
      else this.#askWhy();
      this.#openLater();
    };
  }

  // The banner's sentence comes when the handshake has failed a few times, and goes when it is live.
  #askWhy(): void {
    if (this.#asking || this.#attempt < ASK_WHY_FROM) return;
    this.#asking = true;
    void this.#parts.whyNot().then((why) => {
      this.#asking = false;
      if (this.#store.state.phase !== 'live') this.#store.set({ why });
    });
  }

  #bannerLater(): void {
    this.#bannerTimer ??= setTimeout(() => this.#store.set({ banner: true }), BANNER_MS);
  }

  #bannerOff(): void {
    clearTimeout(this.#bannerTimer);
    this.#bannerTimer = undefined;
    this.#store.set({ banner: false, why: '' });
  }

  #openLater(): void {
    // Only a reason: a host on this machine is there without a network.
    this.#setPhase(navigator.onLine ? 'waiting' : 'offline');
    this.#bannerLater();
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
    this.#drainTimer = undefined;
    clearTimeout(this.#resyncTimer);
    this.#outbox.close();
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

  // The view is the server's: what waits may go out.
  #goLive(): void {
    if (this.#store.state.phase === 'live') return;
    this.#attempt = 0;
    this.#store.set({ phase: 'live' });
    this.#bannerOff();
    this.#outbox.open();
  }

  // The host is there, and cannot take what waits.
  #onHeld(why: string | undefined): void {
    if (this.#store.state.phase !== 'live') return;
    if (why === undefined) return this.#bannerOff();
    this.#store.set({ why });
    this.#bannerLater();
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
        return this.#leaveAfter(message.afterMs);
      default:
        console.warn('A message that is not of sr.v1 was ignored.');
    }
  }

  #leaveAfter(ms: number): void {
    clearTimeout(this.#drainTimer);
    const spread = Math.random() * DRAIN_SPREAD_MS;
    this.#drainTimer = setTimeout(() => this.reconnect(), ms + spread);
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
    const lost = this.#outbox.remove((item) => (item.session ?? session) !== session);
    if (lost.length === 0) return;
    for (const item of lost) this.#release(item);
    this.#notices.notDone(lost, SESSION_ENDED, 'never');
  }

  #onSnapshot(message: Snapshot): void {
    this.#view = message.view;
    this.#resyncing = false;
    this.#resyncs = 0;
    // The server's view stands even when the hashes differ; comparing further ones would only ask
    // for the same snapshot again and again.
    this.#hashesAgree = !message.hash || viewHash(message.view) === message.hash;
    if (!this.#hashesAgree) console.warn('The hash of a snapshot is not the hash of its view.');
    this.#store.set({ view: shown(message.view), seq: message.seq });
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
    const own = message.cause !== undefined && this.#outbox.painted(message.cause);
    const did = own ? readDid(message.did) : undefined;
    if (did !== undefined) this.#notices.did(did);
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

  #onAck(message: Ack): void {
    this.#outbox.ack(message);
  }

  #onError(failure: Failure): void {
    const { code, message, id, retryable } = failure;
    if (code === 'unknown_session' && !retryable) {
      if (this.#memory.identity?.session === this.#asked) this.#memory.identity = undefined;
      this.#view = undefined;
      return this.reconnect();
    }
    if (!this.#welcomed) {
      this.#store.set({ why: message });
      this.#drop();
      return this.#openLater();
    }
    this.#show();
    if (code === 'draining' && this.#drainTimer === undefined) this.#leaveAfter(DRAIN_UNTOLD_MS);
    if (id !== undefined && this.#outbox.refused(id, failure)) return;
    if (id === undefined && this.#resyncing && retryable) return this.#resyncLater();
    if (id === undefined && code === 'bad_message' && this.#outbox.refusedUnderWay(message)) return;
    if (code !== 'draining') this.#notices.say(message);
  }

  // A request for a snapshot that the host could not take: without it nothing more is shown.
  #resyncLater(): void {
    clearTimeout(this.#resyncTimer);
    const pause = resendAfter(this.#resyncs++, Math.random());
    this.#resyncTimer = setTimeout(() => this.#resync('the last request was refused'), pause);
  }

  // ---- events

  #add(item: Outgoing): boolean {
    if (this.#store.state.queued >= MAX_OUTBOX) {
      this.#notices.notDone([item], 'Too many actions are waiting for the host.', 'same');
      return false;
    }
    const session = this.#session ?? this.#memory.identity?.session;
    this.#store.set({ announcement: '' });
    this.#markPending(item);
    this.#outbox.add(session === undefined ? item : { ...item, session });
    return true;
  }

  #markPending({ scope, control, event }: Outgoing): void {
    const { pending } = this.#store.state;
    const controls = { ...own(pending, scope), [control]: event.id };
    this.#store.set({ pending: { ...pending, [scope]: controls } });
  }

  #release({ scope, control, event }: Outgoing): void {
    const { [scope]: _, ...others } = this.#store.state.pending;
    const controls = own(this.#store.state.pending, scope);
    if (own(controls, control) !== event.id) return; // another event of it waits
    const { [control]: __, ...rest } = controls!;
    const pending = Object.keys(rest).length > 0 ? { ...others, [scope]: rest } : others;
    this.#store.set({ pending });
  }

  #publishOutbox(items: readonly Outgoing[]): void {
    this.#memory.outbox = items;
    this.#store.set({ queued: items.length });
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
}

function closedBecause(reason: string | undefined): string {
  return reason ? `The host closed the connection: ${reason}.` : '';
}

// What the page draws of a view: nothing, until there is a screen.
function shown(view: Json | undefined): JsonObject | null {
  return isObject(view) ? view : null;
}

// The screen itself asks which row was meant: that says it all.
function asksAbout(view: Json | undefined, { event }: Outgoing): boolean {
  const components = isObject(view) ? view['components'] : undefined;
  const top = Array.isArray(components) ? (components[0] as Json) : undefined;
  if (event.kind !== 'command' || !isObject(top) || top['type'] !== 'Choice') return false;
  return top['command'] === event.payload['command'];
}
