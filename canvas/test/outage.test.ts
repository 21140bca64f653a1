// A host that is away, dies, drains, is too busy, loses its database or its connections at random,
// between it and a page that is used and reloaded all the while: every event takes effect once, in
// the order in which it was made, or the person is told by name that it did not.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Client, type Socket } from '../src/client/client';
import { Memory } from '../src/client/memory';
import { newPageStore } from '../src/client/state';
import { viewHash } from '../src/patch/hash';
import { isObject, type JsonObject } from '../src/patch/json';

const VIEW: JsonObject = { components: [] };
const WAITING_EVENTS = 16;
const BURST = 40;
const PER_SECOND = 20;

type Random = () => number;

// mulberry32
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// One end of a connection. Frames travel in order, each for a while; a cut loses what is under way,
// but for what had already left towards the host.
class Wire implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  tokens = BURST;
  #host: Host;
  #random: Random;
  #cut = false;
  #lastIn = 0;
  #lastOut = 0;

  constructor(host: Host, random: Random) {
    this.#host = host;
    this.#random = random;
    setTimeout(() => {
      if (!host.takes()) return this.cut();
      host.wires.add(this);
      this.onopen?.();
    }, random() * 20);
  }

  send(frame: string): void {
    if (this.#cut) return;
    this.#lastOut = Math.max(this.#lastOut, Date.now() + this.#random() * 20);
    const message = JSON.parse(frame) as Record<string, unknown>;
    setTimeout(() => this.#host.receive(this, message), this.#lastOut - Date.now());
  }
  close(): void {
    this.cut();
  }
  tell(message: object): void {
    this.#lastIn = Math.max(this.#lastIn, Date.now() + this.#random() * 20);
    setTimeout(() => {
      if (!this.#cut) this.onmessage?.({ data: JSON.stringify(message) });
    }, this.#lastIn - Date.now());
  }
  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#host.wires.delete(this);
    this.onclose?.();
  }
}

interface Work {
  wire: Wire;
  id: string;
  label: string;
  life: number;
}

// What of a host matters here: one session, a queue with a limit, a log that survives.
class Host {
  wires = new Set<Wire>();
  calm = false; // nothing goes wrong any more
  sick = false; // its database answers nothing, whatever it does
  applied: string[] = []; // labels, in order
  #log = new Map<string, { seq: number; ending: object | null }>();
  #seq = 1;
  #queue: Work[] = [];
  #busy = false;
  #up = true;
  #draining = false;
  #life = 0;
  #random: Random;

  constructor(random: Random) {
    this.#random = random;
    setInterval(() => {
      for (const wire of this.wires) wire.tokens = Math.min(BURST, wire.tokens + PER_SECOND / 20);
    }, 50);
  }

  takes(): boolean {
    return this.#up && !this.#draining;
  }
  chance(p: number): boolean {
    return !this.calm && this.#random() < p;
  }
  kill(): void {
    ++this.#life;
    this.#up = this.#draining = this.#busy = false;
    this.#queue = [];
    for (const wire of [...this.wires]) wire.cut();
  }
  start(): void {
    this.#up = true;
  }
  drain(): void {
    this.#draining = true;
    for (const wire of this.wires) if (this.chance(0.8)) wire.tell({ type: 'drain', afterMs: 300 });
    setTimeout(() => {
      this.kill();
      setTimeout(() => this.start(), 500);
    }, 200);
  }

  receive(wire: Wire, message: Record<string, unknown>): void {
    if (!this.#up) return;
    if (message['type'] === 'hello') {
      const seq = this.#seq;
      const welcome = { session: 's', token: 't', epoch: 'e', seq, mode: 'snapshot' };
      wire.tell({ type: 'welcome', ...welcome });
      wire.tell({ type: 'snapshot', seq, view: VIEW, hash: viewHash(VIEW) });
    }
    if (message['type'] !== 'event') return;
    const id = String(message['id']);
    const payload = message['payload'];
    const label = isObject(payload) ? String(payload['label']) : '';
    const refuse = (code: string) =>
      wire.tell({ type: 'error', id, code, message: `${code}.`, retryable: true });
    if (wire.tokens < 1) return refuse('overloaded');
    --wire.tokens;
    if (this.#draining) return refuse('draining');
    if (this.#queue.length >= WAITING_EVENTS || this.chance(0.05)) return refuse('overloaded');
    const work = { wire, id, label, life: this.#life };
    this.#queue.push(work);
    if (this.chance(0.05)) this.#queue.push(work); // it came twice
    this.#serve();
  }

  #serve(): void {
    const work = this.#queue[0];
    if (!work || this.#busy) return;
    this.#busy = true;
    setTimeout(() => {
      if (work.life !== this.#life) return;
      this.#busy = false;
      this.#queue.shift();
      this.#turn(work);
      this.#serve();
    }, this.#random() * 60);
  }

  #turn({ wire, id, label }: Work): void {
    const known = this.#log.get(id);
    if (this.sick && !this.calm) {
      if (!known && this.#random() < 0.3) this.#commit(id, label, null);
      return wire.tell(noDatabase(id));
    }
    if (known) {
      wire.tell({ type: 'ack', id, status: 'duplicate', seq: known.seq });
      const said = known.ending ?? { type: 'patch', seq: this.#seq, cause: id, ops: [] };
      return wire.tell(said);
    }
    const luck = this.calm ? 1 : this.#random();
    const lost = luck < 0.04; // the reply to COMMIT
    if (luck < 0.08) {
      if (lost) this.#commit(id, label, null);
      return wire.tell(noDatabase(id));
    }
    if (luck < 0.12 || /bad$/.test(label)) {
      const code = luck < 0.12 ? 'model_failed' : 'not_allowed';
      const ending = { type: 'error', id, code, message: 'No.', retryable: luck < 0.12 };
      this.#commit(id, undefined, ending);
      wire.tell({ type: 'ack', id, status: 'rejected', seq: this.#seq });
      return wire.tell(ending);
    }
    this.#commit(id, label, null);
    if (this.chance(0.05)) return wire.cut();
    wire.tell({ type: 'ack', id, status: 'accepted', seq: this.#seq });
    wire.tell({ type: 'patch', seq: this.#seq, cause: id, ops: [], hash: viewHash(VIEW) });
  }

  #commit(id: string, label: string | undefined, ending: object | null): void {
    this.#log.set(id, { seq: ++this.#seq, ending });
    if (label !== undefined) this.applied.push(label);
  }
}

function noDatabase(id: string): object {
  const message = 'No database.';
  return { type: 'error', id, code: 'store_unavailable', message, retryable: true };
}

function newPlace(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as Storage;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const EVENTS = 40;

it.each(Array.from({ length: 50 }, (_, i) => i + 1))('run %i', (seed) => {
  const random = seeded(seed);
  vi.spyOn(Math, 'random').mockImplementation(random);
  const host = new Host(random);
  const shared = newPlace();
  const own = newPlace();
  const open = () => {
    const store = newPageStore();
    const life = { over: false }; // a page that was left does nothing more
    const inert: Socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: () => undefined,
      close: () => undefined,
    };
    const client = new Client({
      store,
      memory: new Memory('http://host/', () => shared, () => (life.over ? newPlace() : own)),
      connect: () => (life.over ? inert : new Wire(host, random)),
      whyNot: () => Promise.resolve(''),
      afterPaint: (done) => setTimeout(done, 16),
    });
    client.start();
    return { store, client, life };
  };
  let page = open();
  const told = new Set<string>(); // by pages that were reloaded since
  const named = () => {
    const { notices } = page.store.state;
    const labels = notices.flatMap(({ items }) => items.map(({ label }) => label));
    return new Set([...told, ...labels]);
  };

  let away = false;
  for (let made = 0; made < EVENTS; ) {
    vi.advanceTimersByTime(random() * 200);
    const luck = random();
    if (luck < 0.6) {
      const label = `${made++}${random() < 0.05 ? ' bad' : ''}`;
      const sent = { kind: 'click' as const, payload: { label }, scope: 's', label };
      expect(page.client.send({ ...sent, control: label })).toBe(true);
    } else if (luck < 0.7) {
      if (away) host.start();
      else host.kill();
      away = !away;
    } else if (luck < 0.75 && !away) {
      host.drain();
    } else if (luck < 0.85) {
      for (const wire of [...host.wires]) wire.cut();
    } else if (luck < 0.87) {
      host.sick = true;
      vi.advanceTimersByTime(random() * 60_000);
      host.sick = false;
    } else if (luck < 0.92) {
      for (const label of named()) told.add(label);
      for (const wire of [...host.wires]) {
        wire.onopen = wire.onmessage = wire.onclose = null;
        wire.cut();
      }
      page.life.over = true;
      page = open();
    }
  }
  host.calm = true;
  host.start();
  for (let i = 0; i < 600 && page.store.state.queued > 0; ++i) vi.advanceTimersByTime(1000);

  expect(page.store.state).toMatchObject({ queued: 0, pending: {}, phase: 'live' });
  expect(new Set(host.applied).size).toBe(host.applied.length); // never twice
  const numbers = host.applied.map((label) => parseInt(label));
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b)); // in order
  const all = Array.from({ length: EVENTS }, (_, i) => i);
  const accounted = new Set([...numbers, ...[...named()].map((label) => parseInt(label))]);
  expect(all.filter((number) => !accounted.has(number))).toEqual([]); // none in silence

  // What the person tries again is then done once, too.
  const hopeful = page.store.state.notices.filter(({ again }) => again !== 'never');
  const labels = hopeful.flatMap(({ items }) => items.map(({ label }) => label));
  for (const { id } of hopeful) page.client.retry(id);
  for (let i = 0; i < 600 && page.store.state.queued > 0; ++i) vi.advanceTimersByTime(1000);
  for (const label of labels.filter((label) => !label.endsWith('bad'))) {
    expect(host.applied.filter((other) => other === label)).toEqual([label]);
  }
});
