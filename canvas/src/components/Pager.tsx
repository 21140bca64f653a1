// Below and above a table of more rows than are shown: which these are, the others, and a search.

import { useEffect, useRef, useState } from 'react';

import { scopeOf } from '../client/state';
import { useControl } from '../ui/page';
import { askFor, rangeText, type Window } from './window';

export interface Rows {
  shown: number;
  total: number | undefined; // nobody knows how many, but more
}

interface PagerProps {
  id: string; // of the table
  title: string;
  window: Window;
  rows: Rows;
}

export function useWindow(id: string) {
  const { pending, send } = useControl(scopeOf(id), 'window');
  const move = (window: Window, label: string) =>
    send({ kind: 'window', componentId: id, payload: askFor(id, window), label });
  return { pending, move };
}

const SEARCH_MS = 300; // after the last key

export function Search({ id, title, window }: Omit<PagerProps, 'rows'>) {
  const { pending, move } = useWindow(id);
  const [text, setText] = useState(window.search);
  const asked = useRef(window.search);

  // Another page of the session, or another screen, has looked for something else.
  useEffect(() => {
    if (window.search === asked.current) return;
    asked.current = window.search;
    setText(window.search);
  }, [window.search]);

  const search = () => {
    const wanted = text.trim();
    if (wanted === asked.current) return;
    if (move({ ...window, offset: 0, search: wanted }, `Search ${title}`)) asked.current = wanted;
  };
  useEffect(() => {
    if (pending) return;
    const timer = setTimeout(search, SEARCH_MS);
    return () => clearTimeout(timer);
  });

  return (
    <form
      role="search"
      className="pager-search"
      aria-label={`Search ${title}`}
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <input
        type="search"
        className="input"
        aria-label={`Search text for ${title}`}
        placeholder="Search"
        maxLength={100}
        value={text}
        data-search
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}

export function Pager({ id, title, window, rows }: PagerProps) {
  const { pending, move } = useWindow(id);
  const size = window.limit ?? Math.max(rows.shown, 1);
  const last = window.offset + rows.shown;
  const more = rows.total === undefined || last < rows.total;
  const to = (offset: number, label: string) => move({ ...window, offset }, label);
  const step = (name: string, offset: number, there: boolean) => (
    <button
      type="button"
      className="button"
      aria-label={`${name} rows of ${title}`}
      aria-disabled={!there || pending || undefined}
      data-page={name.toLowerCase()}
      onClick={() => there && !pending && to(offset, `${name} rows`)}
    >
      {name}
    </button>
  );
  return (
    <nav className="pager" aria-label={`Rows of ${title}`}>
      <p data-range role="status">
        {rangeText(window, rows.shown, rows.total)}
      </p>
      {step('Previous', Math.max(0, window.offset - size), window.offset > 0)}
      {step('Next', window.offset + size, more)}
    </nav>
  );
}
