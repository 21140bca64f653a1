// A host that is away, is killed, drains or does not let the page in: nothing that the person did is
// lost, doubled or passed over in silence.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import { openTab, received, screenshot, sent, until } from './browser.js';
import { Host, ROOT } from './host.js';
import { banner, becomes, notice, resolveButton, row, status } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 180_000 };
const ROWS = 200;

const stage = new Stage();

// Alerts enough to click for a while.
async function openMany(options = {}) {
  const rows = Array.from({ length: ROWS }, (_, i) => `(${i + 1}, 'Alert ${i + 1}', 'low', 'open')`);
  const seed = `INSERT INTO alerts (id, title, severity, status) VALUES\n${rows.join(',\n')};\n`;
  // All of them in one window.
  const app = readFileSync(join(ROOT, 'configs/apps/alerts/app.yaml'), 'utf8')
    .replace('max_rows: 500,', 'max_rows: 500, window: 500,');
  stage.host = await Host.startChanged({ files: { 'seed.sql': seed, 'app.yaml': app }, ...options });
  const tab = await stage.person();
  return tab;
}

// As fast as a page takes clicks, from one row to the next.
const clickRows = (page, first, last) =>
  page.evaluate(
    ([from, to]) => {
      for (let key = from; key <= to; ++key) {
        document.querySelector(`[data-row-key="${key}"] [data-action]`).click();
      }
    },
    [first, last],
  );

const open = (page) => page.locator('[data-cell="status"]', { hasText: 'open' }).count();
const allDone = (page, left, ms) =>
  until(`${left} open alerts`, async () => (await open(page)) === left, ms);

// The ids in the order of their first sending, and that each was done once.
function orderOf(tab) {
  const clicks = sent(tab, 'event').filter(({ kind }) => kind === 'click');
  const first = new Map(clicks.map(({ id, payload }) => [id, payload.alert_id]));
  const accepted = received(tab, 'ack').filter(({ status }) => status === 'accepted');
  assert.equal(new Set(accepted.map(({ id }) => id)).size, accepted.length);
  return [...first.values()];
}

const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('clicks made while the host was away', LIMIT, () => {
  for (const count of [30, ROWS]) {
    it(`are all done once it is back: ${count}`, async () => {
      const tab = await openMany();
      const { page } = tab;
      await stage.host.kill();
      await banner(page).waitFor();
      await clickRows(page, 1, count);
      await page.getByText(`${count} actions are waiting.`).waitFor();
      if (count === 30) await screenshot(page, 'outage-waiting');
      await stage.host.run();
      await allDone(page, ROWS - count, 90_000);
      await banner(page).waitFor({ state: 'detached' });
      assert.deepEqual(orderOf(tab), numbers(1, count));
      assert.equal(await notice(page).count(), 0);
      assert.deepEqual(tab.complaints, []);
    });
  }

  it('outlive a reload of the page', async () => {
    const tab = await openMany();
    const { page } = tab;
    await tab.context.setOffline(true);
    await page.evaluate(() => globalThis.dispatchEvent(new Event('online'))); // drops the socket
    await banner(page).waitFor();
    await clickRows(page, 1, 30);
    await page.getByText('30 actions are waiting.').waitFor();
    await tab.context.setOffline(false);
    await page.reload();
    await row(page, 1).waitFor();
    await allDone(page, ROWS - 30, 60_000);
    assert.deepEqual(orderOf(tab), numbers(1, 30));
    assert.equal(await notice(page).count(), 0);
  });
});

describe('a host that goes away in the middle', LIMIT, () => {
  it('and is killed three times does every click once', async () => {
    const tab = await openMany();
    const { page } = tab;
    await clickRows(page, 1, 60);
    for (const left of [ROWS - 5, ROWS - 15, ROWS - 30]) {
      await until('some clicks', async () => (await open(page)) <= left, 60_000);
      await stage.host.kill();
      await stage.host.run();
    }
    await allDone(page, ROWS - 60, 90_000);
    assert.deepEqual(orderOf(tab), numbers(1, 60));
    assert.equal(await notice(page).count(), 0);
    await page.reload();
    await row(page, 1).waitFor();
    assert.equal(await open(page), ROWS - 60);
  });

  it('and drains does them after its next start', async () => {
    const tab = await openMany();
    const { page } = tab;
    await clickRows(page, 1, 60);
    await until('some clicks', async () => (await open(page)) <= ROWS - 5);
    await stage.host.drain();
    await stage.host.run();
    await allDone(page, ROWS - 60, 90_000);
    assert.deepEqual(orderOf(tab), numbers(1, 60));
    assert.equal(await notice(page).count(), 0);
  });
});

describe('two tabs', LIMIT, () => {
  it('that hold clicks for a host that was away have all of them done', async () => {
    const { page, context } = await openMany();
    const other = (await openTab(context, stage.host.url)).page;
    await row(other, 1).waitFor();
    await stage.host.kill();
    for (const one of [page, other]) await banner(one).waitFor();
    await clickRows(page, 1, 20);
    await clickRows(other, 21, 40);
    await stage.host.run();
    for (const one of [page, other]) await allDone(one, ROWS - 40, 60_000);
    for (const one of [page, other]) assert.equal(await notice(one).count(), 0);
  });
});

// A proxy that puts the host's own name in place of the one that the browser asked for.
async function rewritingProxy(to) {
  const server = createServer((client) => {
    const host = connect(Number(to.port), to.hostname);
    const here = `Host: 127.0.0.1:${server.address().port}`;
    client.on('data', (bytes) => {
      host.write(Buffer.from(bytes.toString('latin1').replace(here, `Host: ${to.host}`), 'latin1'));
    });
    host.pipe(client);
    for (const [one, other] of [[client, host], [host, client]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

describe('a page that may not connect', LIMIT, () => {
  let proxy;
  after(() => proxy?.close());

  it('says so, and names the option that would let it in', async () => {
    stage.host = await Host.start();
    proxy = await rewritingProxy(new URL(stage.host.url));
    const { page } = await openTab(await stage.context(), proxy.url);
    const said = page.locator('[data-banner] p');
    await until('the reason', async () => /origins/.test(await said.textContent()));
    const text = await said.textContent();
    assert.ok(text.includes(new URL(proxy.url).origin), text);
    assert.doesNotMatch(text, /does not answer|Connection lost/);
    await screenshot(page, 'not-allowed');
    await page.setViewportSize({ width: 380, height: 700 });
    await screenshot(page, 'not-allowed-narrow');
  });
});

describe('a browser that forbids storage', LIMIT, () => {
  it('has a page that works, with one session while it is open', async () => {
    stage.host = await Host.start();
    const context = await stage.context();
    await context.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        const get = () => {
          throw new DOMException('forbidden', 'SecurityError');
        };
        Object.defineProperty(globalThis, name, { get });
      }
    });
    const tab = await openTab(context, stage.host.url);
    const { page } = tab;
    await row(page, 1).waitFor();
    await stage.host.kill();
    await banner(page).waitFor();
    await resolveButton(page, 2).click();
    await stage.host.run();
    await becomes(status(page, 2), 'resolved');
    const sessions = received(tab, 'welcome').map(({ session }) => session);
    assert.equal(new Set(sessions).size, 1);
    assert.deepEqual(tab.complaints, []);
  });
});
