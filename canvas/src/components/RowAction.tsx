// A button in a row of a table, and the form of one that asks for values first.

import { useId, useLayoutEffect, useMemo, useRef } from 'react';

import { scopeOf } from '../client/state';
import type { Json, JsonObject } from '../patch/json';
import { pointerTo } from '../patch/pointer';
import { cut, formatValue } from '../ui/format';
import { useAt, useControl, useSelected } from '../ui/page';
import { readFields, ValuesForm } from './ValuesForm';

export interface Action {
  user_action: string;
  label: string;
  param: string;
  when?: { column: string; equals: string };
  asks?: Json; // fields, of values that go along
}

// A button that was pressed and asks for values first.
export interface Asking {
  action: Action;
  rowKey: string;
  label: string;
  button: HTMLElement | null;
}

// What its buttons know of a table.
export interface Acting {
  id: string;
  keyColumns: readonly string[]; // none: rows cannot be told apart
  nameColumn: string | undefined; // what a row is called in a button's name
  ask: (asking: Asking) => void;
}

interface RowActionProps {
  table: Acting;
  pointer: string; // of the row
  rowKey: string; // JSON list
  action: Action;
}

// What a row is called: the value of its key, or the list of them.
export function keyText(rowKey: string): string {
  const values = rowKey === '' ? [] : (JSON.parse(rowKey) as Json[]);
  return values.length === 1 ? String(values[0]) : rowKey;
}

const ABSENT = '/view/absent';

export function RowAction({ table, pointer, rowKey, action }: RowActionProps) {
  const { when } = action;
  const shown = useSelected(when ? pointer + pointerTo(when.column) : ABSENT, (value) =>
    when ? value !== undefined && formatPlain(value) === when.equals : true,
  );
  return shown && <ActionButton table={table} pointer={pointer} rowKey={rowKey} action={action} />;
}

// What a button sends of its row: the key, under the names that the action has for it.
function clickOf(table: Acting, action: Action, rowKey: string): JsonObject {
  const values = JSON.parse(rowKey) as Json[];
  const columns = table.keyColumns;
  const names = columns.length === 1 ? [action.param] : columns;
  const key = Object.fromEntries(names.map((column, i) => [column, values[i]!]));
  return { user_action: action.user_action, ...key };
}

const controlOf = (action: Action, rowKey: string) => `${action.user_action} ${keyText(rowKey)}`;

interface AskedProps {
  table: Acting;
  asking: Asking;
  close: () => void;
}

// Its form.
export function Asked({ table, asking, close }: AskedProps) {
  const { action, rowKey, label, button } = asking;
  const formId = useId();
  const scope = scopeOf(table.id);
  const control = controlOf(action, rowKey);
  const { send } = useControl(scope, control);
  const fields = useMemo(() => readFields(action.asks), [action]);
  return (
    <section className="asked" aria-labelledby={`${formId}-of`}>
      <h3 id={`${formId}-of`}>{label}</h3>
      <ValuesForm
        key={control}
        formId={formId}
        label={label}
        button={action.label}
        fields={fields}
        scope={scope}
        control={control}
        empty={null}
        send={(values) => {
          const payload = { ...values, ...clickOf(table, action, rowKey) };
          return send({ kind: 'click', componentId: table.id, payload, label });
        }}
        close={() => {
          close();
          button?.focus();
        }}
      />
    </section>
  );
}

const LONGEST_NAME = 80;

function ActionButton({ table, pointer, rowKey, action }: RowActionProps) {
  const name = useAt(table.nameColumn === undefined ? ABSENT : pointer + pointerTo(table.nameColumn));
  const { pending, send } = useControl(scopeOf(table.id), controlOf(action, rowKey));
  const values = JSON.parse(rowKey) as Json[];
  const called = name === undefined ? values.map((v) => formatValue(v)).join(', ') : formatValue(name);
  const label = `${action.label} ${cut(called, LONGEST_NAME)}`;
  const button = useRef<HTMLButtonElement>(null);

  // A button that its own click takes away leaves the focus in its row.
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own && document.activeElement === own) own.closest('tr')?.focus();
    };
  }, []);

  const click = () => {
    if (action.asks !== undefined) {
      return table.ask({ action, rowKey, label, button: button.current });
    }
    send({ kind: 'click', componentId: table.id, payload: clickOf(table, action, rowKey), label });
  };
  return (
    <button
      ref={button}
      type="button"
      className="button"
      aria-label={label}
      aria-disabled={pending || undefined}
      data-action={action.user_action}
      data-pending={pending ? '' : undefined}
      onClick={click}
    >
      {action.label}
    </button>
  );
}

function formatPlain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
