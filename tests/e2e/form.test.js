// A form of one row of a table, in a browser: what was changed is saved at once, by code, and never into
// another row than the person saw.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { accessibilityFaults, screenshot, sent, until } from './browser.js';
import { Host } from './host.js';
import { becomes, component, did, notice } from './person.js';
import { Stage } from './stage.js';

const LIMIT = { timeout: 120_000 };

const APP = `version: 1
name: tools
title: Tools
prompt: You run the counter of a tool library.
schema: schema.sql
seed: seed.sql
components:
  AlertTable: components/AlertTable.json
  SettingsForm: components/SettingsForm.json
screens:
  home:
    components:
      - { type: AlertTable, id: loans, title: Loans, source: "SELECT loan_no, tool, renewals, lost FROM loans ORDER BY loan_no" }
      - { type: SettingsForm, id: next, title: Next one, source: "SELECT loan_no, tool, renewals, lost, note FROM loans WHERE renewals < 5 ORDER BY loan_no LIMIT 1" }
routes:
  open: { targets: [UIStateManifest] }
  submit: { targets: [DatabaseAction, Refusal] }
  command: { targets: [Refusal] }
policy:
  tables:
    loans: { select: all, update: { columns: [renewals, lost, note], where: [loan_no], max_rows: 1 } }
`;
const FILES = {
  'app.yaml': APP,
  'schema.sql': `CREATE TABLE loans (loan_no INTEGER PRIMARY KEY, tool TEXT NOT NULL,
    renewals INTEGER NOT NULL, lost BOOLEAN NOT NULL, note TEXT);`,
  'seed.sql': `INSERT INTO loans VALUES (10, 'saw', 2, FALSE, NULL), (11, 'drill', 0, FALSE, 'old');`,
  'scripted.yaml': 'version: 1\nrules:\n  - say: { kind: refuse, reason: not_understood }\n',
};

const stage = new Stage();
const field = (page, name) => page.locator(`[data-field="${name}"]`);
const cell = (page, key, column) => page.locator(`[data-row-key="${key}"] [data-cell="${column}"]`);
const save = (page) => component(page, 'next').getByRole('button', { name: 'Save' }).click();

describe('a form of one row', LIMIT, () => {
  it('is saved as one change, and said in words', async () => {
    stage.host = await Host.startChanged({ files: FILES });
    const tab = await stage.person(10);
    const { page } = tab;
    await field(page, 'renewals').fill('3');
    await field(page, 'lost').click();
    await field(page, 'note').fill("O'Hara has it");
    await screenshot(page, 'form');
    assert.deepEqual(await accessibilityFaults(page), []);
    await save(page);
    await becomes(cell(page, 10, 'renewals'), '3');
    await becomes(did(page).locator('p'), "Loan 10: renewals 2 → 3, lost no → yes, note nothing → O'Hara has it");
    assert.equal(sent(tab, 'event').length, 1);
    await page.reload();
    await until('the note', async () => (await field(page, 'note').inputValue()) === "O'Hara has it");
    assert.deepEqual(tab.complaints, []);
  });

  it('that shows another row by now is not saved into it', async () => {
    stage.host = await Host.startChanged({ files: FILES });
    const ann = await stage.person(10);
    const bob = await stage.person(10);
    await field(bob.page, 'renewals').fill('5'); // the next row comes
    await ann.context.setOffline(true);
    await save(bob.page);
    await becomes(cell(bob.page, 10, 'renewals'), '5');
    await field(ann.page, 'note').fill('meant for the saw');
    await save(ann.page);
    await ann.context.setOffline(false);
    await notice(ann.page).waitFor();
    assert.match(await notice(ann.page).textContent(), /another row since/);
    assert.equal(await field(bob.page, 'note').inputValue(), 'old');
  });
});
