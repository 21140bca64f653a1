// Names and values that other systems stumble over, from the database to the page and back.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { received, screenshot, sent, until } from './browser.js';
import { Host } from './host.js';
import { becomes, component, row } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };

const APP = `version: 1
name: races
title: Races
prompt: Clicks change facts with one SQL statement.
schema: schema.sql
seed: seed.sql
components:
  AlertTable: components/AlertTable.json
  MetricCard: components/MetricCard.json
  SettingsForm: components/SettingsForm.json
routes:
  open: { targets: [UIStateManifest] }
  click: { targets: [DatabaseAction] }
  submit: { targets: [DatabaseAction] }
  command: { targets: [Refusal] }
policy:
  grammar: off
  bindings: { max_rows: 500, max_bytes: 4MiB, timeout: 2s }
  tables:
    races: { select: all, update: { columns: all, where: [id], max_rows: 1 } }
    settings: { select: all, update: { columns: [value], where: [name], max_rows: 1 } }
`;
const SCHEMA = `CREATE TABLE races (
  id INTEGER PRIMARY KEY,
  "constructor" TEXT NOT NULL,
  "__proto__" TEXT NOT NULL,
  "toString" TEXT NOT NULL,
  note TEXT
);
CREATE TABLE settings (
  name TEXT PRIMARY KEY, label TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL
);
`;
const SEED = `INSERT INTO races VALUES
  (1, 'Red', 'p1', 't1', NULL),
  (2, 'Blue', 'p2', 't2', '${'long '.repeat(20_000)}');
INSERT INTO settings VALUES
  ('constructor', 'C', 'text', 'Ferrari'), ('__proto__', 'P', 'text', 'none'),
  ('email', 'E', 'text', 'a');
`;
const RULES = `version: 1
rules:
  - when: { open: { any: true } }
    say:
      kind: manifest
      components:
        - type: AlertTable
          id: constructor
          title: Races
          source: SELECT id, "constructor", "__proto__" AS "__proto__", "toString" AS "toString", note FROM races ORDER BY id
          actions:
            - { user_action: toString, label: Swap, param: id }
        - type: MetricCard
          id: rate
          label: Rate
          source: SELECT 4e-05 AS value FROM races WHERE id = 1
        - type: SettingsForm
          id: settings
          title: Settings
          source: SELECT name, label, kind, value FROM settings ORDER BY label
          submit: Save
  - when: { user_action: toString, id: { any: true } }
    say:
      kind: sql
      sql: >-
        UPDATE races SET "constructor" = 'Green', "__proto__" = 'changed', "toString" = 'too'
        WHERE id = {id|sql}
  - when: { submit: settings, values: { any: true } }
    say:
      kind: sql
      sql: "UPDATE settings SET value = {values|value|text|sql} WHERE name = {values|key|sql}"
  - say: { kind: refuse, reason: not_understood }
`;

const stage = new Stage();

describe('names that JavaScript has already', LIMIT, () => {
  it('are drawn, patched and sent like any other', async () => {
    const files = {
      'app.yaml': APP,
      'schema.sql': SCHEMA,
      'seed.sql': SEED,
      'scripted.yaml': RULES,
    };
    stage.host = await Host.startChanged({ files });
    const tab = await stage.person();
    const { page } = tab;
    const cell = (key, column) => row(page, key).locator(`[data-cell="${column}"]`);
    await row(page, 1).waitFor();
    assert.equal(await cell(1, 'constructor').textContent(), 'Red');
    assert.equal(await cell(2, '__proto__').textContent(), 'p2');
    assert.equal(await component(page, 'rate').locator('[data-value]').textContent(), '0.00004');
    assert.ok((await cell(2, 'note').textContent()).length < 600);
    await screenshot(page, 'names');

    await row(page, 1).locator('[data-action]').click();
    await becomes(cell(1, 'constructor'), 'Green');
    assert.equal(await cell(1, '__proto__').textContent(), 'changed');
    assert.equal(await cell(1, 'toString').textContent(), 'too');
    assert.equal(await cell(2, 'constructor').textContent(), 'Blue');
    const [patch] = received(tab, 'patch').slice(-1);
    assert.deepEqual(patch.ops.map(({ op }) => op), ['replace', 'replace', 'replace']);

    const email = page.locator('[data-field="email"]');
    assert.equal(await page.locator('[data-field="constructor"]').inputValue(), 'Ferrari');
    await email.fill('b');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-field="__proto__"]').fill('P');
    await page.getByRole('button', { name: 'Save' }).click();
    await until('both submits', () => sent(tab, 'event').length === 3);
    const values = sent(tab, 'event').slice(1).map(({ payload }) => JSON.stringify(payload.values));
    assert.deepEqual(values, ['{"email":"b"}', '{"__proto__":"P"}']);
    await until('their ends', async () => (await page.locator('[data-pending]').count()) === 0);
    await page.reload();
    await row(page, 1).waitFor();
    assert.equal(await page.locator('[data-field="__proto__"]').inputValue(), 'P');
    assert.equal(await email.inputValue(), 'b');
    assert.equal(await page.locator('[data-notice]').count(), 0);
    assert.equal(sent(tab, 'resync').length, 0);
    assert.deepEqual(tab.complaints, []);
  });
});
