import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

// What the host answers at /healthz, as its own tests have it.
interface Said {
  status: number;
  body: Record<string, string>;
}
const host = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../tests/cases/wire/healthz.json'), 'utf8'),
) as Record<'healthy' | 'draining', Said>;
const said = ({ status, body }: Said): [number, string] => [status, JSON.stringify(body) + '\n'];

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

  it('the host says how it is, and its protocol', async () => {
    expect(await why({ healthz: said(host.healthy) })).toBe('');
    expect(await why({ healthz: said(host.healthy), ws: [503, 'too many connections\n'] })).toBe(
      'The host cannot take this page now: too many connections.',
    );
    expect(await why({ healthz: said(host.draining) })).toContain('The host is shutting down');
  });

  it('it speaks another protocol', async () => {
    const { status, body } = host.healthy;
    const other = { status, body: { ...body, protocol: 'sr.v2' } };
    expect(await why({ healthz: said(other) })).toContain(
      'This page speaks sr.v1, and the host sr.v2.',
    );
  });

  it('a proxy does not pass WebSockets on, or the address is not listed', async () => {
    const said = await why({ healthz: [200, 'ok'], ws: [426, 'this address speaks WebSocket'] });
    expect(said).toContain('https://ops.example.org');
    expect(said).toContain('"origins"');
  });
});
