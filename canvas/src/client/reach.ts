// Why a WebSocket could not be opened. A browser tells a page nothing about a handshake that
// failed; plain HTTP to the same place tells more.

import { isObject } from '../patch/json';
import { SUBPROTOCOL } from './protocol';

const MOST_SHOWN = 300; // characters of an answer that is nobody's we know

interface Answer {
  status: number;
  body: string;
}
// Undefined: nobody answered.
export type Ask = (path: 'healthz' | 'ws') => Promise<Answer | undefined>;

// A sentence for the person; empty when the host is simply not there.
export async function whyNotReached(ask: Ask, page: string): Promise<string> {
  const health = await ask('healthz');
  if (!health) return '';
  const said = sentence(health);
  if (said !== '') return said;
  const socket = await ask('ws');
  if (!socket) return '';
  return (
    sentence(socket) ||
    `The host runs, but does not take a connection from a page at ${page}. Whoever runs it: ` +
      'list this address under "origins" of its websocket transport, and let a proxy in front ' +
      'pass WebSockets on.'
  );
}

function sentence({ status, body }: Answer): string {
  const told = read(body);
  if (status === 403 || status === 421) {
    return `The host does not let this page in: ${told.message || `HTTP ${status}`}.`;
  }
  if (status === 503 && told.status.startsWith('draining')) {
    return 'The host is shutting down; its next start, or another host, will take over.';
  }
  if (status >= 500) return `The host cannot take this page now: ${told.message || `HTTP ${status}`}.`;
  if (told.protocol !== '' && told.protocol !== SUBPROTOCOL) {
    return (
      `This page speaks ${SUBPROTOCOL}, and the host ${told.protocol}. ` +
      'Reload the page; if that does not help, the page is not the one that belongs to the host.'
    );
  }
  return '';
}

// `{"status":…,"message":…,"protocol":…}`, or text, or somebody else's page.
function read(body: string): { status: string; message: string; protocol: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  const text = body.trim();
  if (!isObject(value)) return { status: text, message: short(text), protocol: '' };
  const member = (name: string) => {
    const found = value[name];
    return typeof found === 'string' ? found : '';
  };
  return { status: member('status'), message: member('message'), protocol: member('protocol') };
}

function short(text: string): string {
  return text.startsWith('<') ? '' : text.slice(0, MOST_SHOWN).replace(/\.$/, '');
}
