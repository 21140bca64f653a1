// Rows that people add by a form, in a browser: as they were typed, on every screen that shows the table.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { accessibilityFaults, screenshot } from './browser.js';
import { Host, ROOT } from './host.js';
import { becomes, did, notice, row, texts } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };
const LONG = 'longer than the forty letters that it may have';
const TITLE = `'; DROP TABLE alerts; -- \\ "é😀" <b>`;

const stage = new Stage();
const app = readFileSync(join(ROOT, 'configs/apps/alerts/app.yaml'), 'utf8').replace(
  'update: { columns: [status]',
  'insert: { columns: [title, severity, status] }\n      update: { columns: [status]',
);

describe('a row that somebody adds', LIMIT, () => {
  it('stands on every screen as it was typed, once, and can be taken back', async () => {
    stage.host = await Host.startChanged({ files: { 'app.yaml': app } });
    const tab = await stage.person();
    const other = await stage.person();
    const { page } = tab;

    await page.locator('[data-new-row]').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type(TITLE);
    await screenshot(page, 'new-row');
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.locator('[data-field="severity"]').selectOption('low');
    await page.locator('[data-field="status"]').selectOption('open');
    await page.locator('[data-field="title"]').focus();
    await page.keyboard.press('Enter');
    await page.locator('.values-form').waitFor({ state: 'detached' });
    await becomes(did(page).locator('p'), 'Alert 4 added');
    assert.deepEqual((await texts(page, 4)).slice(0, 4), ['4', TITLE, 'low', 'open']);
    await row(other.page, 4).waitFor();

    await did(page).getByRole('button', { name: /^Undo/ }).click();
    await row(page, 4).waitFor({ state: 'detached' });
    assert.deepEqual([...tab.complaints, ...other.complaints], []);
  });

  it('keeps what was typed when it cannot be added', async () => {
    const strict = readFileSync(join(ROOT, 'configs/apps/alerts/schema.sql'), 'utf8').replace(
      /title\s+TEXT NOT NULL/i,
      (text) => `${text} CHECK (length(title) < 40)`,
    );
    stage.host = await Host.startChanged({ files: { 'app.yaml': app, 'schema.sql': strict } });
    const { page } = await stage.person();
    await page.locator('[data-new-row]').click();
    await page.locator('[data-field="title"]').fill(LONG);
    await page.locator('[data-field="severity"]').selectOption('low');
    await page.locator('[data-field="status"]').selectOption('open');
    await page.locator('.values-form button[type=submit]').click();
    await notice(page).waitFor();
    assert.equal(await page.locator('[data-field="title"]').inputValue(), LONG);
    await page.locator('[data-field="title"]').fill('short');
    await page.locator('.values-form button[type=submit]').click();
    await row(page, 4).waitFor();
    await page.locator('.values-form').waitFor({ state: 'detached' });
  });
});
