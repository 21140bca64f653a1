// Rows of a table. Each cell watches its own value, so that a patch of one cell draws that cell.

import { memo, useId, useLayoutEffect, useMemo, useRef } from 'react';

import { scopeOf } from '../client/state';
import { isArray, isObject, type Json } from '../patch/json';
import { child, escapeToken } from '../patch/pointer';
import { formatValue, humanize, textOr } from '../ui/format';
import { useAt, useControl, usePage, useSelected, type ComponentProps } from '../ui/page';

interface Action {
  user_action: string;
  label: string;
  param: string;
  when?: { column: string; equals: string };
}

interface Table {
  id: string;
  columns: readonly string[];
  keyColumn: string | undefined;
  nameColumn: string | undefined; // what a row is called in a button's name
  actions: readonly Action[];
}

// The columns' words for how grave something is, or how it stands, are drawn as badges.
const BADGES = new Set(['severity', 'status', 'level', 'priority', 'state']);

export function AlertTable({ id, pointer }: ComponentProps) {
  const heading = useId();
  const title = textOr(useAt(`${pointer}/title`), humanize(id));
  const named = useAt(`${pointer}/columns`);
  const key = useAt(`${pointer}/key`);
  const offered = useAt(`${pointer}/actions`);
  const keyColumn = typeof key === 'string' ? key : undefined;
  const found = useSelected(`${pointer}/rows`, (rows) => columnsOf(isArray(named), rows));
  const keyed = useSelected(`${pointer}/rows`, (rows) => keysOf(rows, keyColumn));

  const keys = useMemo(() => JSON.parse(keyed) as Json[], [keyed]);
  const table = useMemo<Table>(() => {
    const columns = (isArray(named) ? named : (JSON.parse(found) as Json[])).map(String);
    const nameColumn = columns.find((column) => column !== keyColumn && !BADGES.has(column));
    const actions = isArray(offered) && keyColumn ? (offered as unknown as Action[]) : [];
    return { id, columns, keyColumn, nameColumn, actions };
  }, [id, named, found, keyColumn, offered]);

  return (
    <article className="card overflow-hidden" aria-labelledby={heading}>
      <h2 id={heading} className="px-5 pt-5 pb-3 text-lg font-semibold">
        {title}
      </h2>
      <div className="scroller" tabIndex={0} role="group" aria-labelledby={heading}>
        <table className="table" aria-labelledby={heading}>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {humanize(column)}
                </th>
              ))}
              {table.actions.length > 0 && (
                <th scope="col">
                  <span className="sr-only">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {keys.map((rowKey, index) => (
              <Row
                key={keyColumn ? JSON.stringify(rowKey) : index}
                table={table}
                pointer={`${pointer}/rows/${index}`}
                rowKey={String(rowKey)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {keys.length === 0 && <p className="px-5 py-8 text-center text-muted">No rows.</p>}
    </article>
  );
}

function columnsOf(named: boolean, rows: unknown): string {
  const first = !named && isArray(rows) ? rows[0] : undefined;
  return JSON.stringify(isObject(first) ? Object.keys(first) : []);
}

function keysOf(rows: unknown, keyColumn: string | undefined): string {
  if (!isArray(rows)) return '[]';
  return JSON.stringify(rows.map((row, i) => (keyColumn ? (child(row, keyColumn) ?? i) : i)));
}

interface RowProps {
  table: Table;
  pointer: string;
  rowKey: string;
}

const Row = memo(function Row({ table, pointer, rowKey }: RowProps) {
  return (
    <tr data-row-key={rowKey} tabIndex={-1}>
      {table.columns.map((column) => (
        <Cell
          key={column}
          pointer={`${pointer}/${escapeToken(column)}`}
          column={column}
          heads={column === table.keyColumn}
        />
      ))}
      {table.actions.length > 0 && (
        <td className="text-right whitespace-nowrap">
          {table.actions.map((action) => (
            <RowAction
              key={action.user_action}
              table={table}
              pointer={pointer}
              rowKey={rowKey}
              action={action}
            />
          ))}
        </td>
      )}
    </tr>
  );
});

interface CellProps {
  pointer: string;
  column: string;
  heads: boolean;
}

const Cell = memo(function Cell({ pointer, column, heads }: CellProps) {
  const { store } = usePage();
  const value = useAt(pointer);
  const text = formatValue(value);
  const badge = BADGES.has(column) && typeof value === 'string';
  // Which paint drew this cell last; a test, or a person who looks, sees what a patch touched.
  const mark = { 'data-cell': column, 'data-drawn-at': store.state.seq };
  const content = badge ? (
    <span className={`badge badge-${value.toLowerCase()}`}>{text}</span>
  ) : (
    text
  );
  if (heads) {
    return (
      <th scope="row" {...mark}>
        {content}
      </th>
    );
  }
  return (
    <td className={typeof value === 'number' ? 'tabular-nums' : undefined} {...mark}>
      {content}
    </td>
  );
});

const ABSENT = '/view/absent';

function RowAction({ table, pointer, rowKey, action }: RowProps & { action: Action }) {
  const { when } = action;
  const shown = useSelected(when ? `${pointer}/${escapeToken(when.column)}` : ABSENT, (value) =>
    when ? value !== undefined && formatPlain(value) === when.equals : true,
  );
  return shown && <ActionButton table={table} pointer={pointer} rowKey={rowKey} action={action} />;
}

function ActionButton({ table, pointer, rowKey, action }: RowProps & { action: Action }) {
  const key = useAt(`${pointer}/${escapeToken(table.keyColumn!)}`);
  const name = useAt(table.nameColumn ? `${pointer}/${escapeToken(table.nameColumn)}` : ABSENT);
  const { pending, send } = useControl(scopeOf(table.id), `${action.user_action} ${rowKey}`);
  const label = `${action.label} ${formatValue(name ?? rowKey)}`;
  const button = useRef<HTMLButtonElement>(null);

  // A button that its own click takes away leaves the focus in its row.
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own && document.activeElement === own) own.closest('tr')?.focus();
    };
  }, []);

  return (
    <button
      ref={button}
      type="button"
      className="button"
      aria-label={label}
      aria-disabled={pending || undefined}
      data-action={action.user_action}
      data-pending={pending ? '' : undefined}
      onClick={() => {
        if (key === undefined) return;
        const payload = { user_action: action.user_action, [action.param]: key };
        send({ kind: 'click', componentId: table.id, payload, label });
      }}
    >
      {action.label}
    </button>
  );
}

function formatPlain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
