// Rows of a table. Each cell watches its own value, so that a patch of one cell draws that cell.

import { memo, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { isArray, isObject, type Json } from '../patch/json';
import { child, pointerTo } from '../patch/pointer';
import { formatValue, humanize, placesOf, textOr } from '../ui/format';
import { useAt, usePage, useSelected, type ComponentProps } from '../ui/page';
import { LongText } from './LongText';
import { NewRow } from './NewRow';
import { Pager, Search, useWindow } from './Pager';
import { Asked, keyText, RowAction, type Acting, type Action, type Asking } from './RowAction';
import { Why } from './Unfilled';
import { readWindow, sortedBy, type Window } from './window';

interface Table extends Acting {
  columns: readonly string[];
  places: Json | undefined; // digits after the point, by column
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
  const places = useAt(`${pointer}/places`);
  const found = useSelected(`${pointer}/rows`, (rows) => columnsOf(isArray(named), rows));
  const keyColumns = useMemo(() => (isArray(key) ? key : [key]).filter(isText), [key]);
  const keyed = useSelected(`${pointer}/rows`, (rows) => keysOf(rows, keyColumns));
  const total = useAt(`${pointer}/total`);
  const more = useAt(`${pointer}/more`) === true;
  const moved = useAt(`${pointer}/window`);
  const failed = useAt(`${pointer}/error`) !== undefined;

  const [asking, ask] = useState<Asking>();
  const scroller = useRef<HTMLDivElement>(null);

  const keys = useMemo(() => JSON.parse(keyed) as string[], [keyed]);
  const table = useMemo<Table>(() => {
    const given = (isArray(named) ? named : (JSON.parse(found) as Json[])).map(String);
    const columns = [...new Set(given)];
    const names = (column: string) => !keyColumns.includes(column) && !BADGES.has(column);
    const nameColumn = keyColumns.length < 2 ? columns.find(names) : undefined;
    // A key of several columns goes out under their names, and one of these is taken.
    const taken = keyColumns.length > 1 && keyColumns.includes('user_action');
    const offers = isArray(offered) && keyColumns.length > 0 && !taken;
    const actions = offers ? (offered as unknown as Action[]) : [];
    return { id, columns, keyColumns, nameColumn, actions, places, ask };
  }, [id, named, found, keyColumns, offered, places]);

  // A form does not outlive its row.
  const asked = asking !== undefined && keys.includes(asking.rowKey) ? asking : undefined;
  useEffect(() => {
    if (asking === undefined || asked !== undefined) return;
    ask(undefined);
    scroller.current?.focus();
  }, [asking, asked]);

  const window = useMemo(() => readWindow(moved), [moved]);
  const counted = typeof total === 'number' ? total : undefined;
  const beyond = more || (counted ?? 0) > keys.length || window.offset > 0;
  const windowed = beyond || moved !== undefined;
  const sortable = counted !== undefined || more || moved !== undefined;

  return (
    <article className="card overflow-hidden" aria-labelledby={heading}>
      <div className="table-top">
        <h2 id={heading} className="text-lg font-semibold">
          {title}
        </h2>
        {windowed && <Search id={id} title={title} window={window} />}
        <NewRow id={id} pointer={pointer} />
        {asked && <Asked table={table} asking={asked} close={() => ask(undefined)} />}
      </div>
      <div ref={scroller} className="scroller" tabIndex={0} role="group" aria-labelledby={heading}>
        <table className="table" aria-labelledby={heading}>
          <thead>
            <tr>
              {table.columns.map((column) =>
                sortable ? (
                  <SortHead key={column} id={id} column={column} window={window} />
                ) : (
                  <th key={column} scope="col">
                    {humanize(column)}
                  </th>
                ),
              )}
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
                key={rowKey || index}
                table={table}
                pointer={`${pointer}/rows/${index}`}
                rowKey={rowKey}
              />
            ))}
          </tbody>
        </table>
      </div>
      {failed && <Why pointer={pointer} />}
      {keys.length === 0 && !failed && (
        <p className="px-5 py-8 text-center text-muted">No rows.</p>
      )}
      {windowed && !failed && (
        <Pager id={id} title={title} window={window} rows={{ shown: keys.length, total: counted }} />
      )}
    </article>
  );
}

interface SortHeadProps {
  id: string; // of the table
  column: string;
  window: Window;
}

function SortHead({ id, column, window }: SortHeadProps) {
  const { pending, move } = useWindow(id);
  const key = window.sort[0]?.column === column ? window.sort[0] : undefined;
  const order = key ? (key.descending ? 'descending' : 'ascending') : undefined;
  const sort = () => {
    if (pending) return;
    const label = `Sort by ${humanize(column)}`;
    move({ ...window, offset: 0, sort: sortedBy(column, window.sort) }, label);
  };
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" className="sort-head" data-sort={column} onClick={sort}>
        {humanize(column)}
      </button>
    </th>
  );
}

function columnsOf(named: boolean, rows: unknown): string {
  const first = !named && isArray(rows) ? rows[0] : undefined;
  return JSON.stringify(isObject(first) ? Object.keys(first) : []);
}

const isText = (value: unknown): value is string => typeof value === 'string';

// The rows' keys as texts of JSON lists. Empty where a row has none of its own: a part of it is null
// or missing, or an earlier row has the same.
function keysOf(rows: unknown, columns: readonly string[]): string {
  if (!isArray(rows)) return '[]';
  const seen = new Set(['']);
  const keys = rows.map((row) => {
    const values = columns.map((column) => child(row, column) ?? null);
    const key = values.length === 0 || values.includes(null) ? '' : JSON.stringify(values);
    if (seen.has(key)) return '';
    seen.add(key);
    return key;
  });
  return JSON.stringify(keys);
}

interface RowProps {
  table: Table;
  pointer: string;
  rowKey: string; // JSON list
}

const Row = memo(function Row({ table, pointer, rowKey }: RowProps) {
  const own = useRef<HTMLTableRowElement>(null);
  useLayoutEffect(() => keepFocusNear(own.current), []);
  return (
    <tr ref={own} data-row-key={keyText(rowKey) || undefined} tabIndex={-1}>
      {table.columns.map((column) => (
        <Cell
          key={column}
          pointer={pointer + pointerTo(column)}
          places={placesOf(child(table.places, column))}
          column={column}
          heads={table.keyColumns[0] === column}
        />
      ))}
      {table.actions.length > 0 && (
        <td className="row-actions">
          {(rowKey === '' ? [] : table.actions).map((action) => (
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

// A row that goes away with the focus in it gives it to its neighbour.
function keepFocusNear(row: HTMLTableRowElement | null): () => void {
  return () => {
    if (!row?.contains(document.activeElement)) return;
    const near = row.nextElementSibling ?? row.previousElementSibling ?? row.closest('.scroller');
    if (near instanceof HTMLElement) near.focus();
  };
}

interface CellProps {
  pointer: string;
  places: number;
  column: string;
  heads: boolean;
}

const Cell = memo(function Cell({ pointer, places, column, heads }: CellProps) {
  const { store } = usePage();
  const value = useAt(pointer);
  const text = formatValue(value, places);
  const badge = BADGES.has(column) && typeof value === 'string';
  // Which paint drew this cell last; a test, or a person who looks, sees what a patch touched.
  const mark = { 'data-cell': column, 'data-drawn-at': store.state.seq };
  const kind = badge ? value.toLowerCase().replace(/[^a-z0-9]+/g, '-') : '';
  const long = <LongText text={text} />;
  const content = badge ? <span className={`badge badge-${kind}`}>{long}</span> : long;
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
