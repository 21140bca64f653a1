// Text of any length: a long one shows its beginning until somebody asks for all of it.

import { useState } from 'react';

import { cut, formatNumber } from '../ui/format';

const SHOWN = 500; // characters

export function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  if (text.length <= SHOWN) return text;
  return (
    <>
      <span className="wrap-anywhere">{all ? text : cut(text, SHOWN)}</span>{' '}
      <button type="button" className="link text-sm" onClick={() => setAll(!all)}>
        {all ? 'Show less' : `Show all ${formatNumber(text.length)} characters`}
      </button>
    </>
  );
}
