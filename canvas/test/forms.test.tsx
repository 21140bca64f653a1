// What needs a decision or values before it is done: proposals, choices, and forms.

import { act } from 'react';
import { describe, expect, it } from 'vitest';

import { $, $$, ALERTS, click, draw, sent, store, type } from './drawn';

describe('Proposal', () => {
  const PROPOSAL = {
    type: 'Proposal',
    id: 'proposal-17',
    proposal: 17,
    says: '22 alerts deleted',
    changes: [
      { row: 'Alert 1', what: 'deleted' },
      { row: 'Alert 2', what: 'deleted' },
    ],
    rest: 20,
  };
  const decide = (kind: string) => $<HTMLButtonElement>(`[data-decide=${kind}]`);

  it('says what would change, and sends what is decided', () => {
    draw(PROPOSAL, ALERTS);
    expect($('[data-says]').textContent).toBe('22 alerts deleted');
    expect($$('.proposal li').map((line) => line.textContent)).toEqual([
      'Alert 1 deleted',
      'Alert 2 deleted',
      'and 20 more',
    ]);
    click(decide('apply'));
    click(decide('cancel'));
    const scope = 'component:proposal-17';
    const says = '22 alerts deleted';
    expect(sent).toEqual([
      { kind: 'apply', payload: { apply: 17 }, scope, control: 'decide', label: `Apply: ${says}` },
      { kind: 'cancel', payload: { cancel: 17 }, scope, control: 'decide', label: `Cancel: ${says}` },
    ]);
  });

  it('says one row once', () => {
    draw({ ...PROPOSAL, says: 'Alert 1 deleted', changes: [{ row: 'Alert 1', what: 'deleted' }] });
    expect($$('.proposal li')).toEqual([]);
  });
});

describe('Choice', () => {
  const rowOf = (id: number) => ({ table: 'alerts', key: { id } });
  const CHOICE = {
    type: 'Choice',
    id: 'choice-17',
    command: 'close the disk alert',
    rows: [
      { says: 'Alert 1: Disk is full', row: rowOf(1) },
      { says: 'Alert 4: Disk is slow', row: rowOf(4) },
    ],
  };

  it('says the command again, of the row that is picked', () => {
    draw(CHOICE, ALERTS);
    const buttons = $$('[data-choose]');
    expect(buttons.map((button) => button.textContent)).toEqual([
      'Alert 1: Disk is full',
      'Alert 4: Disk is slow',
    ]);
    click(buttons[1]!);
    expect(sent).toEqual([
      {
        kind: 'command',
        payload: { command: 'close the disk alert', row: rowOf(4) },
        scope: 'component:choice-17',
        control: 'choose',
        label: '“close the disk alert”: Alert 4: Disk is slow',
      },
    ]);
  });

  it('says how many more there are', () => {
    draw({ ...CHOICE, rest: 3 });
    expect($('[data-component-type=Choice]').textContent).toContain('and 3 more');
  });
});

describe('NewRow', () => {
  const NEW_ROW = {
    label: 'Add alert',
    fields: [
      { name: 'title', label: 'Title', kind: 'text', required: true },
      { name: 'status', label: 'Status', kind: 'choice', one_of: ['open', 'resolved'] },
      { name: 'count', label: 'Count', kind: 'number' },
      { name: 'paged', label: 'Paged', kind: 'toggle', required: true },
    ],
  };
  const opener = () => $<HTMLButtonElement>('[data-new-row]');
  const scope = 'component:alerts';
  const end = (pending: object, notices: readonly object[] = []) =>
    act(() => store.set({ pending, notices } as never));

  function fill(): void {
    draw({ ...ALERTS, new_row: NEW_ROW });
    click(opener());
    type($<HTMLInputElement>('[data-field=title]'), 'Lamp');
    type($<HTMLInputElement>('[data-field=count]'), '3');
    act(() => $<HTMLFormElement>('.values-form').requestSubmit());
  }

  it('is not offered where the host says nothing of it', () => {
    draw(ALERTS);
    expect($$('[data-new-row]')).toEqual([]);
  });

  it('has a field for each column that may be given', () => {
    draw({ ...ALERTS, new_row: NEW_ROW });
    expect(opener().textContent).toBe('Add alert');
    expect($$('.values-form')).toEqual([]);
    click(opener());
    expect(document.activeElement).toBe($('[data-field=title]'));
    expect($$('[data-field=status] option').map((one) => one.textContent)).toEqual([
      '',
      'open',
      'resolved',
    ]);
  });

  it('sends what was given, and closes when it is done', () => {
    fill();
    expect(sent).toEqual([
      {
        kind: 'submit',
        componentId: 'alerts',
        payload: {
          submit: 'alerts',
          new_row: true,
          values: { title: 'Lamp', count: '3', paged: 'false' },
        },
        scope,
        control: 'new row',
        label: 'Add alert',
      },
    ]);
    end({ [scope]: { 'new row': 'e1' } });
    expect($$('.values-form').length).toBe(1);
    end({});
    expect($$('.values-form')).toEqual([]);
    expect(document.activeElement).toBe(opener());
  });

  it('keeps what was typed when it was not done', () => {
    fill();
    end({ [scope]: { 'new row': 'e1' } });
    const item = { scope, control: 'new row', label: 'Add alert', event: {} };
    const notice = { id: 1, heading: 'Not done', message: 'no', items: [item], again: 'never' };
    end({}, [notice]);
    expect($<HTMLInputElement>('[data-field=title]').value).toBe('Lamp');
  });
});

describe('a button that asks for values', () => {
  const LEND = {
    user_action: 'lend',
    label: 'Lend',
    param: 'alert_id',
    asks: [{ name: 'until', label: 'Until', kind: 'date', required: true }],
  };

  it('sends them with the key of its row', () => {
    draw({ ...ALERTS, actions: [LEND] });
    const button = $$('[data-action=lend]')[1]!;
    click(button);
    expect(sent).toEqual([]);
    expect($('.asked h3').textContent).toBe('Lend Login');
    const until = $<HTMLInputElement>('[data-field=until]');
    expect([until.type, until.required]).toEqual(['date', true]);
    type(until, '2026-12-24');
    act(() => $<HTMLFormElement>('.values-form').requestSubmit());
    const payload = { user_action: 'lend', alert_id: 2, until: '2026-12-24' };
    expect(sent.map((intent) => [intent.kind, intent.payload])).toEqual([['click', payload]]);
    click($('.values-form .link'));
    expect($$('.asked')).toEqual([]);
    expect(document.activeElement).toBe(button);
  });
});
