import { createRoot } from 'react-dom/client';

import { Client, type Socket } from './client/client';
import { Memory } from './client/memory';
import { SUBPROTOCOL } from './client/protocol';
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

const store = newPageStore();
const memory = new Memory(location.origin + location.pathname, localStorage, sessionStorage);
const client = new Client({ store, memory, connect, afterPaint });

window.addEventListener('online', () => client.reconnect());
window.addEventListener('pageshow', () => client.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') client.wake();
});

createRoot(document.getElementById('root')!).render(<App page={{ store, client }} />);
client.start();
