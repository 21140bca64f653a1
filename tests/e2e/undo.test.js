// What was changed is said, and taken back, in a browser: by mouse, by keys, and by two people.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { accessibilityFaults, received, screenshot, sent, until } from './browser.js';
import { Host } from './host.js';
import { becomes, did, notice, resolveButton, status } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };

const stage = new Stage();

describe('a change', LIMIT, () => {
  it('is said and taken back, again and again, also after a reload of the page', async () => {
    stage.host = await Host.start();
    const tab = await stage.person();
    const { page } = tab;
    await resolveButton(page, 2).click();
    await becomes(status(page, 2), 'resolved');
    await becomes(did(page).locator('p'), 'Alert 2: status open → resolved');
    await screenshot(page, 'undo');
    assert.deepEqual(await accessibilityFaults(page), []);

    await did(page).getByRole('button', { name: 'Undo: Alert 2' }).click();
    await becomes(status(page, 2), 'open');
    await becomes(did(page).locator('p'), 'Undone. Alert 2: status resolved → open');
    const redo = did(page).getByRole('button', { name: 'Redo: Undone. Alert 2' });
    await redo.focus();
    await page.keyboard.press('Enter');
    await becomes(status(page, 2), 'resolved');
    assert.equal(await did(page).count(), 1);
    assert.deepEqual(
      sent(tab, 'event').map(({ kind }) => kind),
      ['click', 'undo', 'redo'],
    );

    await page.reload();
    await becomes(status(page, 2), 'resolved');
    assert.equal(await did(page).count(), 0);
    assert.deepEqual(tab.complaints, []);
  });

  it('of somebody else is not overwritten', async () => {
    stage.host = await Host.start();
    const ann = await stage.person();
    const bob = await stage.person();
    await resolveButton(ann.page, 2).click();
    await becomes(status(bob.page, 2), 'resolved');
    assert.equal(await did(bob.page).count(), 0, 'it was not his');
    await bob.page.keyboard.press('Control+k');
    await bob.page.keyboard.type('reopen 2');
    await bob.page.keyboard.press('Enter');
    await becomes(status(ann.page, 2), 'open');
    await did(ann.page).getByRole('button', { name: /^Undo/ }).click();
    await notice(ann.page).waitFor();
    assert.match(await notice(ann.page).textContent(), /has been changed since; it was left as it is/);
    assert.equal(await status(bob.page, 2).textContent(), 'open');
    await until('his words', async () => received(bob, 'patch').some((patch) => patch.did));
    await did(bob.page).getByRole('button', { name: /^Undo/ }).click();
    await becomes(status(ann.page, 2), 'resolved');
  });
});
