// A change that has to be confirmed, in a browser: what it would do is said, and done when it is applied.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { accessibilityFaults, screenshot } from './browser.js';
import { Host, ROOT } from './host.js';
import { becomes, command, did, resolveButton, status } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };

const stage = new Stage();

const proposal = (page) => page.locator('[data-component-type="Proposal"]');
const decide = (page, kind) => proposal(page).locator(`[data-decide="${kind}"]`);

describe('a change that has to be confirmed', LIMIT, () => {
  it('is done when it is applied, by keys, after the host was killed, and not when it is cancelled', async () => {
    const app = readFileSync(join(ROOT, 'configs/apps/alerts/app.yaml'), 'utf8');
    const careful = app.replace('where: [id], max_rows: 1', 'where: [id], max_rows: 1, confirm: always');
    assert.notEqual(careful, app);
    stage.host = await Host.startChanged({ files: { 'app.yaml': careful } });
    const tab = await stage.person();
    const { page } = tab;

    await command(page, 'resolve 2');
    await becomes(proposal(page).locator('[data-says]'), 'Alert 2: status open → resolved');
    assert.equal(await status(page, 2).textContent(), 'open');
    assert.equal(await did(page).count(), 0);
    await screenshot(page, 'proposal');
    assert.deepEqual(await accessibilityFaults(page), []);

    await stage.host.kill();
    await stage.host.run();
    await page.reload();
    await decide(page, 'apply').focus();
    await page.keyboard.press('Enter');
    await becomes(status(page, 2), 'resolved');
    await proposal(page).waitFor({ state: 'detached' });
    await becomes(did(page).locator('p'), 'Alert 2: status open → resolved');

    await resolveButton(page, 1).click();
    await proposal(page).waitFor();
    await decide(page, 'cancel').focus();
    await page.keyboard.press('Space');
    await proposal(page).waitFor({ state: 'detached' });
    assert.equal(await status(page, 1).textContent(), 'open');

    await resolveButton(page, 1).click();
    await proposal(page).waitFor();
    await command(page, 'show me the settings');
    await proposal(page).waitFor({ state: 'detached' });
    assert.deepEqual(tab.complaints, []);
  });
});
