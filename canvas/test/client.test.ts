import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Client, type Intent, type Socket } from '../src/client/client';
import { Memory } from '../src/client/memory';
import { newPageStore, type PageStore } from '../src/client/state';
import { viewHash } from '../src/patch/hash';
import type { JsonObject } from '../src/patch/json';

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: Socket['onclose'] = null;
  sent: Record<string, unknown>[] = [];
  closed = false;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  receive(message: object | string): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }
  of(type: string) {
    return this.sent.filter((message) => message['type'] === type);
  }
}

// Memory of a browser: `shared` by its tabs, `own` to one.
function newPlace(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as Storage;
}

const VIEW: JsonObject = {
  components: [{ type: 'AlertTable', id: 'alerts', rows: [{ id: 2, status: 'open' }] }],
};
const RESOLVED = { op: 'replace', path: '/components/0/rows/0/status', value: 'resolved' };
const AFTER: JsonObject = {
  components: [{ type: 'AlertTable', id: 'alerts', rows: [{ id: 2, status: 'resolved' }] }],
};
const CLICK: Intent = {
  kind: 'click',
  componentId: 'alerts',
  payload: { user_action: 'resolve_alert', alert_id: 2 },
  scope: 'component:alerts',
  control: 'resolve_alert 2',
  label: 'Resolve Login errors',
};

const memoryOf = (path: string, shared: Storage) =>
  new Memory(`http://host${path}`, () => shared, newPlace);

function page(shared = newPlace(), own = newPlace()) {
  const sockets: FakeSocket[] = [];
  const store = newPageStore();
  const client = new Client({
    store,
    memory: new Memory('http://host/', () => shared, () => own),
    whyNot: () => Promise.resolve(whyNot.now),
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    afterPaint: (done) => setTimeout(done, 16),
  });
  client.start();
  const last = () => sockets[sockets.length - 1]!;
  const welcome = (change: object = {}) => {
    const message = { session: 's1', token: 't1', epoch: 'e1', seq: 5, mode: 'snapshot' };
    last().receive({ type: 'welcome', ...message, ...change });
  };
  const snapshot = (view = VIEW, seq = 5) =>
    last().receive({ type: 'snapshot', seq, view, hash: viewHash(view) });
  const live = () => {
    last().onopen!();
    welcome();
    snapshot();
  };
  return { client, store, sockets, last, welcome, snapshot, live, shared, own };
}

const said = (store: PageStore) =>
  store.state.notices.map(({ heading, items, message }) =>
    heading === '' ? message : `${heading}: ${items.map((i) => i.label).join(', ')}. ${message}`,
  );

const whyNot = { now: '' };
const onlyEvent = (socket: FakeSocket) => {
  expect(socket.of('event')).toHaveLength(1);
  return socket.of('event')[0]! as { id: string; baseSeq: number };
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('opening', () => {
  it('says hello, keeps the session, shows the snapshot and acknowledges it once painted', () => {
    const { store, last, live, shared } = page();
    live();
    expect(last().sent).toEqual([{ type: 'hello' }]);
    expect(store.state).toMatchObject({ view: VIEW, seq: 5, phase: 'live', banner: false });
    vi.advanceTimersByTime(16);
    expect(last().of('ack')).toEqual([{ type: 'ack', seq: 5 }]);
    const reloaded = page(shared);
    reloaded.last().onopen!();
    expect(reloaded.last().sent).toEqual([{ type: 'hello', session: 's1', token: 't1' }]);
  });

  it('tries again when a host cannot take it now, keeps its session, and says why meanwhile', () => {
    const { store, sockets, last, live, shared } = page();
    live();
    last().onclose!();
    const failure = { code: 'store_unavailable', message: 'The database is locked.' };
    for (const wait of [10, 50, 100]) {
      vi.advanceTimersByTime(wait);
      last().onopen!();
      last().receive({ type: 'error', ...failure, retryable: true });
    }
    expect(sockets).toHaveLength(4);
    expect(store.state).toMatchObject({ why: 'The database is locked.', notices: [] });
    expect(memoryOf('/', shared).identity?.session).toBe('s1');
  });

  it('keeps sessions of different pages apart', () => {
    const shared = newPlace();
    memoryOf('/a', shared).identity = { session: 's', token: 't' };
    expect(memoryOf('/b', shared).identity).toBeUndefined();
  });

  it('starts a new session when its own is gone, and says what was not done', () => {
    const shared = newPlace();
    const { client, store, sockets, last, live, welcome, snapshot } = page(shared);
    live();
    client.send(CLICK);
    last().onclose!();
    vi.advanceTimersByTime(10);
    last().onopen!();
    const failure = { code: 'unknown_session', message: 'no such session', retryable: false };
    last().receive({ type: 'error', ...failure });
    expect(sockets).toHaveLength(3);
    last().onopen!();
    expect(last().sent).toEqual([{ type: 'hello' }]);
    welcome({ session: 's2', token: 't2' });
    snapshot();
    expect(last().of('event')).toEqual([]);
    expect(store.state.pending).toEqual({});
    expect(said(store)).toEqual([
      'Not done: Resolve Login errors. The session had ended and a new one began.',
    ]);
  });

  it('ignores frames that are not of the protocol', () => {
    const { store, last, live } = page();
    live();
    const before = store.state;
    for (const frame of ['', '{', '[]', '{"type":"toString"}', '{"type":"patch","seq":"6"}']) {
      last().receive(frame);
    }
    expect(store.state).toBe(before);
  });
});

describe('events', () => {
  it('go out with an id and the seq they were made at, and wait until painted', () => {
    const { client, store, last, live } = page();
    live();
    expect(client.send(CLICK)).toBe(true);
    const { id } = onlyEvent(last());
    expect(last().of('event')[0]).toEqual({
      type: 'event',
      id,
      kind: 'click',
      componentId: 'alerts',
      payload: CLICK.payload,
      baseSeq: 5,
    });
    expect(client.send(CLICK)).toBe(false); // a double click
    expect(last().of('event')).toHaveLength(1);
    expect(store.get('/pending/component:alerts/resolve_alert 2')).toBe(id);

    last().receive({ type: 'ack', id, status: 'accepted', seq: 6 });
    expect(store.get('/pending/component:alerts')).toBeDefined();
    last().receive({ type: 'patch', seq: 8, cause: id, ops: [RESOLVED], hash: viewHash(AFTER) });
    expect(store.state).toMatchObject({ view: AFTER, seq: 8, pending: {}, queued: 0 });
    expect(store.state.announcement).toBe('Resolve Login errors: done');
  });

  it('are sent again with the same id after the connection was lost', () => {
    const { client, store, last, live, welcome } = page();
    live();
    client.send(CLICK);
    const { id } = onlyEvent(last());
    last().onclose!();
    client.send({ ...CLICK, control: 'other' }); // while there is no connection
    expect(store.state.queued).toBe(2);
    vi.advanceTimersByTime(10);
    last().onopen!();
    expect(last().sent).toEqual([
      { type: 'hello', session: 's1', token: 't1', epoch: 'e1', lastSeq: 5 },
    ]);
    welcome({ seq: 5, mode: 'resume' });
    expect(onlyEvent(last()).id).toBe(id);
    last().receive({ type: 'ack', id, status: 'duplicate', seq: 4 });
    last().receive({ type: 'patch', seq: 5, cause: id, ops: [] });
    expect(store.state.queued).toBe(1);
    expect(Object.keys(store.state.pending['component:alerts']!)).toEqual(['other']);
    expect(last().of('event')).toHaveLength(2);
  });

  it('are not sent again when the resume shows what they did', () => {
    const { client, store, last, live, welcome } = page();
    live();
    client.send(CLICK);
    const { id } = onlyEvent(last());
    last().onclose!();
    client.send({ ...CLICK, control: 'other' });
    vi.advanceTimersByTime(10);
    last().onopen!();
    welcome({ seq: 8, mode: 'resume' });
    expect(last().of('event')).toEqual([]); // not before the view is the server's again
    last().receive({ type: 'patch', seq: 8, cause: id, ops: [RESOLVED], hash: viewHash(AFTER) });
    expect(store.state).toMatchObject({ view: AFTER, phase: 'live', queued: 1 });
    expect(onlyEvent(last()).id).not.toBe(id);
  });

  it('outlive a reload of the page', () => {
    const first = page();
    first.live();
    first.client.send(CLICK);
    const { id } = onlyEvent(first.last());
    const second = page(first.shared, first.own);
    expect(second.store.get('/pending/component:alerts/resolve_alert 2')).toBe(id);
    second.live();
    expect(onlyEvent(second.last()).id).toBe(id);
  });

  it('of another tab paint here too, and settle nothing of ours', () => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    last().receive({ type: 'patch', seq: 8, cause: 'theirs', ops: [RESOLVED] });
    expect(store.state).toMatchObject({ view: AFTER, queued: 1 });
    expect(store.get('/pending/component:alerts')).toBeDefined();
  });

  it('that change nothing on screen are done with a patch of no operations at the old seq', () => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    const { id } = onlyEvent(last());
    const ops = [{ op: 'replace', path: '/components', value: [] }];
    last().receive({ type: 'preview', cause: id, ops });
    last().receive({ type: 'ack', id, status: 'accepted', seq: 6 });
    last().receive({ type: 'patch', seq: 5, cause: id, ops: [], hash: viewHash(VIEW) });
    expect(store.state).toMatchObject({ view: VIEW, seq: 5, pending: {} });
    expect(store.state.announcement).toBe('Resolve Login errors: done');
  });

  it('whose end was lost with the connection are asked after again', () => {
    const { client, store, last, live, welcome } = page();
    live();
    client.send(CLICK);
    const { id } = onlyEvent(last());
    last().receive({ type: 'ack', id, status: 'accepted', seq: 6 });
    last().onclose!();
    vi.advanceTimersByTime(10);
    last().onopen!();
    welcome({ mode: 'resume' });
    expect(onlyEvent(last()).id).toBe(id);
    last().receive({ type: 'ack', id, status: 'duplicate', seq: 6 });
    last().receive({ type: 'error', id, code: 'refused', message: 'No such alert.' });
    expect(store.state).toMatchObject({ pending: {}, queued: 0, announcement: '' });
    expect(said(store)).toEqual(['Not done: Resolve Login errors. No such alert.']);
  });

  it('that the screen asks back about are not told a second time', () => {
    const { client, store, last, live } = page();
    live();
    const command = 'close the disk alert';
    client.send({ ...CLICK, kind: 'command', payload: { command } });
    const { id } = onlyEvent(last());
    const components = [{ type: 'Choice', id: 'choice-6', command, rows: [] }];
    last().receive({ type: 'ack', id, status: 'accepted', seq: 6 });
    const ops = [{ op: 'replace', path: '/components', value: components }];
    last().receive({ type: 'patch', seq: 9, cause: '', ops });
    last().receive({ type: 'error', id, code: 'refused', message: 'Which?' });
    expect(store.state).toMatchObject({ pending: {}, queued: 0 });
    expect(store.state.announcement).toBe('Resolve Login errors: which one?');
    expect(said(store)).toEqual([]);
  });

  it('that were taken and about which nothing more is said are done', () => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    last().receive({ type: 'ack', id: onlyEvent(last()).id, status: 'accepted', seq: 6 });
    vi.advanceTimersByTime(999);
    expect(store.state.queued).toBe(1);
    vi.advanceTimersByTime(1);
    expect(store.state).toMatchObject({ pending: {}, queued: 0 });
  });

  it.each(['store_unavailable', 'overloaded', 'internal'])(
    'that the host cannot take now (%s) are sent again with the same id, and say why',
    (code) => {
      const { client, store, last, live } = page();
      live();
      client.send(CLICK);
      const { id } = onlyEvent(last());
      const failure = { type: 'error', id, code, message: 'Not now.', retryable: true };
      for (const [round, pause] of [100, 250, 500].entries()) {
        last().receive(failure);
        expect(store.state.queued).toBe(1);
        vi.advanceTimersByTime(pause - 1);
        expect(last().of('event')).toHaveLength(round + 1);
        vi.advanceTimersByTime(1);
      }
      const ids = new Set(last().of('event').map((event) => event['id']));
      expect([...ids]).toEqual([id]);
      expect(store.state).toMatchObject({ banner: true, why: 'Not now.', notices: [] });
      last().receive({ type: 'ack', id, status: 'accepted', seq: 6 });
      expect(store.state).toMatchObject({ banner: false, why: '' });
    },
  );

  it('that never get an answer are set aside by name, and tried again with the same id', () => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    client.send({ ...CLICK, control: 'other', label: 'Resolve Disk' });
    const { id } = onlyEvent(last());
    const message = 'The database is locked.';
    for (let i = 0; i < 8; ++i) {
      last().receive({ type: 'error', id, code: 'store_unavailable', message, retryable: true });
      vi.advanceTimersByTime(5000);
    }
    expect(said(store)).toEqual([
      'It is not known whether this was done: Resolve Login errors. The database is locked. ' +
        'Trying again does it once, even if it was done before.',
    ]);
    const events = last().of('event');
    expect(events.at(-1)!['id']).not.toBe(id); // the other one is no longer in its way
    last().receive({ type: 'ack', id: events.at(-1)!['id'], status: 'accepted', seq: 6 });
    client.retry(store.state.notices[0]!.id);
    expect(last().of('event').at(-1)).toEqual(events[0]);
    expect(store.state.notices).toEqual([]);
  });

  it('that take their connection with them each time stand in the way of no others', () => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    client.send({ ...CLICK, control: 'other', label: 'Resolve Disk' });
    const { id } = onlyEvent(last());
    for (let i = 0; i < 8; ++i) {
      expect(onlyEvent(last()).id).toBe(id);
      last().onclose!();
      vi.advanceTimersByTime(10);
      live();
    }
    expect(onlyEvent(last()).id).not.toBe(id);
    expect(said(store)[0]).toContain('It is not known whether this was done: Resolve Login errors.');
  });

  it('that failed in the log are tried again as new ones, once each', () => {
    const { client, store, last, live } = page();
    live();
    const ids = ['a', 'b'].map((control) => {
      client.send({ ...CLICK, control, label: control });
      const id = last().of('event').at(-1)!['id'];
      last().receive({ type: 'ack', id, status: 'rejected', seq: 6 });
      const failure = { code: 'model_failed', message: 'No valid answer.', retryable: true };
      last().receive({ type: 'error', id, ...failure });
      return id;
    });
    expect(store.state.pending).toEqual({});
    expect(said(store)).toEqual(['Not done: a, b. No valid answer.']); // one notice for both
    client.retry(store.state.notices[0]!.id);
    expect(store.state).toMatchObject({ notices: [], queued: 2 });
    const again = last().of('event').at(-1)!;
    expect(again).toMatchObject({ kind: 'click', componentId: 'alerts', payload: CLICK.payload });
    expect(ids).not.toContain(again['id']);
    last().receive({ type: 'error', id: again['id'], code: 'not_allowed', message: 'No.' });
    expect(store.state.notices).toMatchObject([{ message: 'No.', again: 'never' }]);
  });

  it('that are refused for good are named, each of them', () => {
    const { client, store, last, live } = page();
    live();
    for (let i = 0; i < 30; ++i) {
      client.send({ ...CLICK, control: `row ${i}`, label: `Resolve ${i}` });
      const id = last().of('event').at(-1)!['id'];
      last().receive({ type: 'error', id, code: 'not_allowed', message: `No ${i}.` });
    }
    expect(said(store)).toHaveLength(30);
    client.dismissAll();
    expect(store.state.notices).toEqual([]);
  });

  it.each([
    ['an error', { code: 'bad_message', message: 'the message has 70000 bytes', retryable: false }],
    ['its close code', undefined],
  ])('that are longer than the host takes are named (%s)', (_, failure) => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    if (failure) last().receive({ type: 'error', ...failure });
    else last().onclose!({ code: 1009 });
    expect(store.state).toMatchObject({ queued: 0, pending: {} });
    expect(said(store)[0]).toContain('Not done: Resolve Login errors.');
  });

  it('that were made during an outage all go out in their order, one at a time', () => {
    const { client, store, last, live } = page();
    live();
    last().onclose!();
    for (let i = 0; i < 200; ++i) client.send({ ...CLICK, control: `row ${i}`, label: `${i}` });
    expect(store.state.queued).toBe(200);
    vi.advanceTimersByTime(10);
    live();
    const done: unknown[] = [];
    while (store.state.queued > 0) {
      const { id } = last().of('event').at(-1)! as { id: string };
      expect(last().of('event')).toHaveLength(done.length + 1);
      done.push(id);
      last().receive({ type: 'ack', id, status: 'accepted', seq: 6 });
      last().receive({ type: 'patch', seq: 5, cause: id, ops: [] });
    }
    expect(new Set(done).size).toBe(200);
    expect(store.state.notices).toEqual([]);
  });

  it('that a draining host did not take go to the next one', () => {
    const { client, store, sockets, last, live, welcome } = page();
    live();
    last().receive({ type: 'drain', afterMs: 200 });
    client.send(CLICK);
    const { id } = onlyEvent(last());
    last().receive({ type: 'error', id, code: 'draining', message: 'going away', retryable: true });
    expect(store.state.notices).toEqual([]);
    expect(store.state.queued).toBe(1);
    vi.advanceTimersByTime(700);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]!.closed).toBe(true);
    last().onopen!();
    welcome({ mode: 'resume' });
    expect(onlyEvent(last()).id).toBe(id);
  });
});

describe('storage', () => {
  const forbidden = () => {
    throw new DOMException('forbidden', 'SecurityError');
  };
  it('may be forbidden: the session lasts as long as the page', () => {
    const memory = new Memory('http://host/', forbidden, forbidden);
    expect([memory.identity, memory.outbox]).toEqual([undefined, []]);
    memory.identity = { session: 's', token: 't' };
    expect(memory.identity).toEqual({ session: 's', token: 't' });
    memory.identity = undefined;
    expect(memory.identity).toBeUndefined();
  });

  it('may be full: what was written before does not come back', () => {
    const place = newPlace();
    const memory = new Memory('http://host/', () => place, newPlace);
    memory.identity = { session: 'old', token: 't' };
    place.setItem = forbidden;
    memory.identity = { session: 'new', token: 't' };
    expect(memory.identity.session).toBe('new');
  });

  it.each(['{', '1', '[1]', '[{"event":{}}]', '{"session":1}', 'null'])(
    'may hold %s, which is nothing',
    (text) => {
      const place = { ...newPlace(), getItem: () => text } as Storage;
      const { store, last, live } = page(place, place);
      live();
      expect(last().sent[0]).toEqual({ type: 'hello' });
      expect(store.state).toMatchObject({ phase: 'live', queued: 0 });
    },
  );
});

describe('patches', () => {
  it('that were applied before are not applied again', () => {
    const { store, last, live } = page();
    live();
    const ops = [{ op: 'add', path: '/components/-', value: { id: 'x' } }];
    last().receive({ type: 'patch', seq: 8, ops });
    const { view } = store.state;
    last().receive({ type: 'patch', seq: 8, ops });
    expect(store.state.view).toBe(view);
  });

  it.each([
    ['does not apply', { seq: 8, ops: [{ op: 'remove', path: '/components/7' }] }],
    ['gives another view than the server has', { seq: 8, ops: [RESOLVED], hash: '0'.repeat(16) }],
  ])('a patch that %s is answered with resync', (_, patch) => {
    const { store, last, live, snapshot } = page();
    live();
    last().receive({ type: 'patch', ...patch });
    expect(last().of('resync')).toHaveLength(1);
    expect(store.state).toMatchObject({ view: VIEW, seq: 5 });
    // What was under way meanwhile counts for nothing: the snapshot holds it.
    last().receive({ type: 'patch', seq: 9, ops: [RESOLVED] });
    expect(store.state.view).toEqual(VIEW);
    snapshot(AFTER, 9);
    expect(store.state).toMatchObject({ view: AFTER, seq: 9 });
    expect(last().of('resync')).toHaveLength(1);
  });

  it('does not ask for the same snapshot again and again when hashes never agree', () => {
    const { last, live } = page();
    live();
    last().receive({ type: 'patch', seq: 8, ops: [RESOLVED], hash: '0'.repeat(16) });
    last().receive({ type: 'snapshot', seq: 8, view: AFTER, hash: '1'.repeat(16) });
    last().receive({ type: 'patch', seq: 9, ops: [RESOLVED], hash: '2'.repeat(16) });
    expect(last().of('resync')).toHaveLength(1);
  });

  it('bring the first screen of a session that had none', () => {
    const { store, last, welcome } = page();
    last().onopen!();
    welcome({ seq: 1 });
    last().receive({ type: 'snapshot', seq: 1, view: null, hash: viewHash(null) });
    expect(store.state).toMatchObject({ view: null, phase: 'live' });
    const ops = [{ op: 'replace', path: '', value: VIEW }];
    last().receive({ type: 'patch', seq: 4, ops, hash: viewHash(VIEW) });
    expect(store.state).toMatchObject({ view: VIEW, seq: 4 });
  });

  it('replace what a preview showed', () => {
    const { store, last, live } = page();
    live();
    const preview = (value: object) => [{ op: 'add', path: '/components/-', value }];
    last().receive({ type: 'preview', cause: 'c', ops: preview({ id: 'a' }) });
    last().receive({ type: 'preview', cause: 'c', ops: preview({ id: 'b' }) });
    expect(store.state.view!['components']).toHaveLength(3);
    expect(store.state.seq).toBe(5);
    last().receive({ type: 'patch', seq: 8, cause: 'c', ops: [RESOLVED], hash: viewHash(AFTER) });
    expect(store.state.view).toEqual(AFTER);
  });

  it.each(['an error', 'a lost connection'])('%s discards a preview', (end) => {
    const { store, last, live } = page();
    live();
    last().receive({ type: 'preview', ops: [{ op: 'replace', path: '/components', value: [] }] });
    expect(store.state.view!['components']).toEqual([]);
    if (end === 'an error') last().receive({ type: 'error', code: 'model_failed', message: 'No.' });
    else last().onclose!();
    expect(store.state.view).toEqual(VIEW);
  });
});

describe('the connection', () => {
  it('says why it cannot be made, and no longer than that', async () => {
    const { store, last, live } = page();
    whyNot.now = 'The host does not let this page in.';
    for (const wait of [10, 50, 100, 150]) {
      last().onclose!();
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(store.state.why).toBe('The host does not let this page in.');
    whyNot.now = '';
    live();
    expect(store.state.why).toBe('');
  });

  it('asks again for a snapshot that the host was too busy to send', () => {
    const { last, live } = page();
    live();
    last().receive({ type: 'patch', seq: 8, ops: [{ op: 'remove', path: '/components/7' }] });
    last().receive({ type: 'error', code: 'overloaded', message: 'Too many.', retryable: true });
    expect(last().of('resync')).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(last().of('resync')).toHaveLength(2);
  });

  it('is tried again after 10, 50, 100 … 5000 ms, and from the start once it was live', () => {
    const { sockets, last, live } = page();
    live();
    for (const wait of [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000]) {
      last().onclose!();
      const before = sockets.length;
      vi.advanceTimersByTime(wait - 1);
      expect(sockets).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(before + 1);
    }
    live();
    last().onclose!();
    const before = sockets.length;
    vi.advanceTimersByTime(10);
    expect(sockets).toHaveLength(before + 1);
  });

  it('shows its banner after half a second only', () => {
    const { store, last, live } = page();
    live();
    last().onclose!();
    vi.advanceTimersByTime(499);
    expect(store.state.banner).toBe(false);
    vi.advanceTimersByTime(1);
    expect(store.state.banner).toBe(true);
    last().onopen!();
    live();
    expect(store.state.banner).toBe(false);
  });

  it('is made at once when the network is back or the page is looked at', () => {
    const { client, sockets, last, live } = page();
    live();
    client.wake();
    expect(sockets).toHaveLength(1); // there is one
    last().onclose!();
    client.wake();
    expect(sockets).toHaveLength(2);
    live();
    client.reconnect(); // `online`: the open one may be dead
    expect(sockets).toHaveLength(3);
    expect(sockets[1]!.closed).toBe(true);
  });

  it('asks for a whole view when it is to resume one that it does not have', () => {
    const { last, welcome } = page();
    last().onopen!();
    welcome({ mode: 'resume' });
    expect(last().of('resync')).toHaveLength(1);
  });
});

describe('what was changed', () => {
  const DID = { says: 'Alert 2: status open → resolved', undo: 17 };

  it('is told where it was done, and nowhere else', () => {
    const { client, store, last, live } = page();
    live();
    last().receive({ type: 'patch', seq: 6, cause: 'another tab', ops: [], did: DID });
    expect(said(store)).toEqual([]);
    client.send(CLICK);
    const { id } = onlyEvent(last());
    last().receive({ type: 'patch', seq: 6, cause: id, ops: [], did: DID });
    expect(said(store)).toEqual([DID.says]);
  });

  it('goes back with the seq that the host said, once', () => {
    const { client, store, last, live } = page();
    live();
    client.send(CLICK);
    last().receive({ type: 'patch', seq: 6, cause: onlyEvent(last()).id, ops: [], did: DID });
    const { id } = store.state.notices[0]!;
    client.takeBack(id);
    client.takeBack(id);
    const undos = last().of('event').slice(1);
    expect(undos).toMatchObject([{ kind: 'undo', payload: { undo: 17 } }]);
    expect(said(store)).toEqual([]);
    const cause = (undos[0] as { id: string }).id;
    const again = { says: 'Undone. Alert 2: status resolved → open', redo: 23 };
    last().receive({ type: 'patch', seq: 6, cause, ops: [], did: again });
    client.takeBack(store.state.notices[0]!.id);
    expect(last().of('event')[2]).toMatchObject({ kind: 'redo', payload: { redo: 23 } });
  });

  it('is only told of the last change', () => {
    const { client, store, last, live } = page();
    live();
    for (const says of ['one', 'two']) {
      client.send(CLICK);
      const events = last().of('event');
      const cause = (events[events.length - 1] as { id: string }).id;
      last().receive({ type: 'patch', seq: 6, cause, ops: [], did: { says, undo: 1 } });
    }
    expect(said(store)).toEqual(['two']);
  });
});
