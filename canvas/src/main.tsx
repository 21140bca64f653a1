import { createRoot } from 'react-dom/client';

import { Client, type Socket } from './client/client';
import { Memory } from './client/memory';
import { SUBPROTOCOL } from './client/protocol';
import { whyNotReached, type Ask } from './client/reach';
import { newPageStore } from './client/state';
import { App } from './ui/App';
import './styles.css';

// A hidden page paints nothing: what it holds counts as painted after a moment.
function afterPaint(done: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(done, 50);
  else requestAnimationFrame(() => setTimeout(done));
}

// Beside the page: "/" has its socket at "/ws", "/ops/" at "/ops/ws".
function connect(): Socket {
  const url = new URL('ws', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url, SUBPROTOCOL) as Socket;
}

const ANSWER_MS = 5000;

// Plain HTTP to the place where the socket is.
const ask: Ask = async (path) => {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(new URL(path, document.baseURI), { cache: 'no-store', signal });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return undefined;
  }
};

const store = newPageStore();
const memory = new Memory(
  location.origin + location.pathname,
  () => localStorage,
  () => sessionStorage,
);
const whyNot = () => whyNotReached(ask, location.origin);
const client = new Client({ store, memory, connect, whyNot, afterPaint });

window.addEventListener('online', () => client.reconnect());
window.addEventListener('pageshow', () => client.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') client.wake();
});

createRoot(document.getElementById('root')!).render(<App page={{ store, client }} />);
client.start();
