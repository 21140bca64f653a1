// A test double of the host: `sr.v1` over an alerts app that lives in memory, one session. It lets
// the page be looked at without building the host; it is not a specification of anything.

import type { Server } from 'node:http';

import { WebSocketServer, type WebSocket } from 'ws';

import { applyPatch } from '../../src/patch/apply';
import { viewHash } from '../../src/patch/hash';
import type { Json, JsonObject } from '../../src/patch/json';

const BETWEEN_MS = 150; // so that what waits can be seen waiting

const connections = [42, 45, 51, 48, 57, 63, 61, 58];
const durations = [3.1, 2.9, 3.4, 4.8, 4.1, 3.6, 3.3, 3.2];

function alertsScreen(): JsonObject {
  return {
    components: [
      {
        type: 'AlertTable',
        id: 'alerts',
        title: 'Alerts',
        columns: ['id', 'title', 'severity', 'status'],
        key: 'id',
        rows: [
          { id: 1, title: 'Disk almost full on db-1', severity: 'high', status: 'open' },
          { id: 2, title: 'Login errors above 5 %', severity: 'critical', status: 'open' },
          { id: 3, title: 'Certificate expires in 9 days', severity: 'medium', status: 'open' },
        ],
        actions: [
          {
            user_action: 'resolve_alert',
            label: 'Resolve',
            param: 'alert_id',
            when: { column: 'status', equals: 'open' },
          },
        ],
      },
    ],
  };
}

function metricsScreen(): JsonObject {
  const card = (id: string, label: string, value: number, unit: string) => {
    return { type: 'MetricCard', id, label, value, unit };
  };
  const chart = (id: string, title: string, unit: string, values: number[]) => {
    return { type: 'LineChart', id, title, unit, points: values.map((y, x) => ({ x, y })) };
  };
  return {
    components: [
      card('connections', 'Connections', 58, ''),
      card('query', 'Query time', 3.55, 'ms'),
      card('cache', 'Cache hits', 97.863, '%'),
      chart('connections-chart', 'Connections', '', connections),
      chart('query-chart', 'Query time', 'ms', durations),
    ],
  };
}

function settingsScreen(): JsonObject {
  return {
    components: [
      {
        type: 'SettingsForm',
        id: 'settings',
        title: 'Settings',
        submit: 'Save',
        fields: [
          { name: 'email', label: 'Send alerts to', kind: 'text', value: 'ops@example.org' },
          { name: 'threshold', label: 'Disk threshold in percent', kind: 'number', value: '90' },
          { name: 'paging', label: 'Page at night', kind: 'toggle', value: 'true' },
        ],
      },
      { type: 'ToastNotification', id: 'hint', level: 'info', message: 'Changes apply at once.' },
      { type: 'Gauge', id: 'gauge' },
    ],
  };
}

interface Turn {
  ops?: Json[];
  error?: string;
}

function answer(view: JsonObject, kind: string, payload: Record<string, Json>): Turn {
  const [component] = view['components'] as Record<string, Json>[];
  if (kind === 'click') {
    const rows = component!['rows'] as { id: Json }[];
    const row = rows.findIndex((candidate) => candidate.id === payload['alert_id']);
    if (row < 0) return { error: 'There is no such alert.' };
    const path = `/components/0/rows/${row}/status`;
    return { ops: [{ op: 'replace', path, value: 'resolved' }] };
  }
  if (kind === 'submit') {
    const [[name, value]] = Object.entries(payload['values'] as Record<string, Json>) as [
      [string, Json],
    ];
    const fields = component!['fields'] as { name: string }[];
    const field = fields.findIndex((candidate) => candidate.name === name);
    return { ops: [{ op: 'replace', path: `/components/0/fields/${field}/value`, value }] };
  }
  const command = String(payload['command']);
  const screen = /metric/.test(command)
    ? metricsScreen()
    : /setting/.test(command)
      ? settingsScreen()
      : /alert/.test(command)
        ? alertsScreen()
        : undefined;
  if (!screen) return { error: `I cannot do this: ${command}` };
  return { ops: [{ op: 'replace', path: '/components', value: screen['components']! }] };
}

export function attachDouble(http: Server): void {
  const sockets = new Set<WebSocket>();
  let view = alertsScreen();
  let seq = 1;
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => 'sr.v1' });

  const receive = (socket: WebSocket, message: Record<string, Json>) => {
    const send = (reply: object, to: Iterable<WebSocket> = [socket]) => {
      for (const other of to) other.send(JSON.stringify(reply));
    };
    const { type, id } = message;
    if (type === 'hello') {
      send({ type: 'welcome', session: 's', token: 't', epoch: 'e', seq, mode: 'snapshot' });
      send({ type: 'snapshot', seq, view, hash: viewHash(view) });
    }
    if (type === 'resync') send({ type: 'snapshot', seq, view, hash: viewHash(view) });
    if (type !== 'event') return;
    setTimeout(() => {
      const { ops, error } = answer(
        view,
        String(message['kind']),
        message['payload'] as Record<string, Json>,
      );
      if (!ops) {
        send({ type: 'error', code: 'not_allowed', message: error, id, retryable: false });
        return;
      }
      view = applyPatch(view, ops) as JsonObject;
      seq += 3;
      send({ type: 'ack', id, status: 'accepted', seq: seq - 2 });
      send({ type: 'patch', seq, cause: id, ops, hash: viewHash(view) }, sockets);
    }, BETWEEN_MS);
  };

  http.on('upgrade', (request, stream, head) => {
    if (request.url !== '/ws') return;
    server.handleUpgrade(request, stream, head, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('message', (data) => receive(socket, JSON.parse(String(data))));
    });
  });
}
