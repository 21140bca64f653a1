// A command that may be about several rows, in a browser: the person is asked which, and it is done with the
// row that they pick.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { accessibilityFaults, screenshot } from './browser.js';
import { Host, ROOT } from './host.js';
import { becomes, command, did, notice, status } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };

const stage = new Stage();
const read = (name) => readFileSync(join(ROOT, 'configs/apps/alerts', name), 'utf8');
const choice = (page) => page.locator('[data-component-type="Choice"]');

const SEED = `${read('seed.sql')}
INSERT INTO alerts (id, title, severity, status) VALUES (4, 'Disk is slow', 'low', 'open');
`;
const RULES = read('scripted.yaml').replace(
  'rules:\n',
  `rules:
  - when: { command: '/^close the disk alert (\\d+)$/' }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = {command|1}" }
  - when: { command: 'close the disk alert' }
    say: { kind: sql, sql: "UPDATE alerts SET status = 'resolved' WHERE id = 1" }
`,
);

describe('a command that fits several rows', LIMIT, () => {
  it('is asked about, and done with the row that is picked by key, after the host was killed', async () => {
    stage.host = await Host.startChanged({ files: { 'seed.sql': SEED, 'scripted.yaml': RULES } });
    const tab = await stage.person();
    const { page } = tab;

    await command(page, 'close the disk alert');
    await choice(page).waitFor();
    await command(page, 'resolve 2');
    await choice(page).waitFor({ state: 'detached' });

    await command(page, 'close the disk alert');
    await choice(page).waitFor();
    assert.deepEqual(await choice(page).locator('[data-choose]').allTextContents(), [
      'Alert 1: Disk almost full on db-1, high, open',
      'Alert 4: Disk is slow, low, open',
    ]);
    assert.equal(await status(page, 4).textContent(), 'open');
    assert.equal(await did(page).locator('p').textContent(), 'Alert 2: status open → resolved');
    assert.equal(await notice(page).count(), 0);
    await screenshot(page, 'choice');
    assert.deepEqual(await accessibilityFaults(page), []);

    await stage.host.kill();
    await stage.host.run();
    await page.reload();
    await choice(page).locator('[data-choose]').nth(1).focus();
    await page.keyboard.press('Enter');
    await becomes(status(page, 4), 'resolved');
    await choice(page).waitFor({ state: 'detached' });
    await becomes(did(page).locator('p'), 'Alert 4: status open → resolved');
    assert.equal(await status(page, 1).textContent(), 'open');
    assert.deepEqual(tab.complaints, []);
  });
});
