import { describe, expect, it } from 'vitest';

import { whyNotReached, type Ask } from '../src/client/reach';

type Answers = Partial<Record<Parameters<Ask>[0], [number, string]>>;

function why(answers: Answers): Promise<string> {
  const ask: Ask = (path) => {
    const answer = answers[path];
    return Promise.resolve(answer && { status: answer[0], body: answer[1] });
  };
  return whyNotReached(ask, 'https://ops.example.org');
}

const refusal = JSON.stringify({ status: 'refused', message: 'pages from x may not connect' });

describe('why the host is not reached', () => {
  it.each<[string, Answers, string]>([
    ['it is away', {}, ''],
    ['it went away in between', { healthz: [200, 'ok\n'] }, ''],
    [
      'it refuses the name by which it was called',
      { healthz: [403, refusal] },
      'The host does not let this page in: pages from x may not connect.',
    ],
    [
      'it refuses the page at the socket only',
      { healthz: [200, 'ok\n'], ws: [403, refusal] },
      'The host does not let this page in: pages from x may not connect.',
    ],
    [
      'it drains',
      { healthz: [503, 'draining\n'] },
      'The host is shutting down; its next start, or another host, will take over.',
    ],
    [
      'it is full',
      { healthz: [200, 'ok\n'], ws: [503, 'too many connections (100)\n'] },
      'The host cannot take this page now: too many connections (100).',
    ],
    [
      'a proxy answers in its place',
      { healthz: [502, '<html>Bad gateway</html>'] },
      'The host cannot take this page now: HTTP 502.',
    ],
  ])('%s', async (_, answers, expected) => {
    expect(await why(answers)).toBe(expected);
  });

  it('it speaks another protocol', async () => {
    const healthz: [number, string] = [200, '{"status":"ok","protocol":"sr.v2"}'];
    expect(await why({ healthz })).toContain('This page speaks sr.v1, and the host sr.v2.');
  });

  it('a proxy does not pass WebSockets on, or the address is not listed', async () => {
    const said = await why({ healthz: [200, 'ok'], ws: [426, 'this address speaks WebSocket'] });
    expect(said).toContain('https://ops.example.org');
    expect(said).toContain('"origins"');
  });
});
