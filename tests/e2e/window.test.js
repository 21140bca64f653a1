// A table of more rows than a screen holds, in a browser: pages, order and search, by mouse and keys.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { accessibilityFaults, screenshot, sent, until } from './browser.js';
import { Host } from './host.js';
import { becomes, component, resolveButton, row, status } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };

const SEED = `INSERT INTO alerts (id, title, severity, status)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234)
SELECT i, 'Alert ' || i, CASE WHEN i % 2 = 0 THEN 'low' ELSE 'high' END, 'open' FROM n;
`;

const stage = new Stage();

const keys = (page) =>
  page.locator('tbody tr').evaluateAll((rows) => rows.map((one) => one.dataset.rowKey));

describe('a table of 1,234 rows', LIMIT, () => {
  it('is paged, sorted and searched, and its buttons work everywhere', async () => {
    stage.host = await Host.startChanged({ files: { 'seed.sql': SEED } });
    const tab = await stage.person();
    const { page } = tab;
    const range = page.locator('[data-range]');
    assert.equal(await range.textContent(), '1–100 of 1,234');
    assert.equal((await keys(page)).length, 100);

    await page.locator('[data-page="next"]').click();
    await becomes(range, '101–200 of 1,234');
    assert.equal((await keys(page))[0], '101');
    await resolveButton(page, 105).click();
    await becomes(status(page, 105), 'resolved');
    assert.equal(await range.textContent(), '101–200 of 1,234');
    await page.locator('[data-page="previous"]').focus();
    await page.keyboard.press('Enter');
    await becomes(range, '1–100 of 1,234');

    await page.locator('[data-sort="id"]').click();
    await until('the order up', async () => (await sortOf(page)) === 'ascending');
    await page.locator('[data-sort="id"]').focus();
    await page.keyboard.press('Space');
    await until('the last row first', async () => (await keys(page))[0] === '1234');
    assert.equal(await sortOf(page), 'descending');

    await page.locator('[data-search]').fill('aLERT 12');
    await becomes(range, '1–46 of 46');
    assert.deepEqual((await keys(page)).slice(0, 2), ['1234', '1233']);
    await screenshot(page, 'window');
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.reload();
    await becomes(range, '1–46 of 46');
    assert.equal(await page.locator('[data-search]').inputValue(), 'aLERT 12');
    await page.locator('[data-search]').fill('no such row');
    await becomes(range, '0 of 0');
    assert.match(await component(page, 'alerts').textContent(), /No rows/);
    await page.locator('[data-search]').fill('');
    await becomes(range, '1–100 of 1,234');
    assert.ok(sent(tab, 'event').every((event) => ['window', 'click'].includes(event.kind)));
    assert.deepEqual(tab.complaints, []);
  });
});

const sortOf = (page) => page.locator('th', { has: page.locator('[data-sort="id"]') }).getAttribute('aria-sort');
