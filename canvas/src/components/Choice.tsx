// Several rows may be meant by what a person said: they are asked which one.

import { useId } from 'react';

import { scopeOf } from '../client/state';
import { isArray, isObject, type Json } from '../patch/json';
import { textOr } from '../ui/format';
import { useAt, useControl, type ComponentProps } from '../ui/page';

export function Choice({ id, pointer }: ComponentProps) {
  const heading = useId();
  const command = textOr(useAt(`${pointer}/command`), '');
  const rows = useAt(`${pointer}/rows`);
  const rest = useAt(`${pointer}/rest`);
  const candidates = isArray(rows) ? rows.filter(isObject) : [];
  return (
    <article className="card proposal" aria-labelledby={heading}>
      <h2 id={heading} className="text-lg font-semibold">
        Which one?
      </h2>
      <p>“{command}”</p>
      <div className="choice-rows">
        {candidates.map((one, index) => (
          <Candidate key={index} id={id} command={command} row={one['row']} says={textOr(one['says'], '')} />
        ))}
      </div>
      {typeof rest === 'number' && <p>and {rest} more: say more of the one that is meant</p>}
    </article>
  );
}

interface CandidateProps {
  id: string;
  command: string;
  row: Json | undefined;
  says: string;
}

// The command is said again, of this row. All are one control: whichever is pressed first is meant.
function Candidate({ id, command, row, says }: CandidateProps) {
  const { pending, send } = useControl(scopeOf(id), 'choose');
  const choose = () => {
    if (row === undefined) return;
    send({ kind: 'command', payload: { command, row }, label: `“${command}”: ${says}` });
  };
  return (
    <button
      type="button"
      className="button"
      aria-disabled={pending || undefined}
      data-choose
      onClick={choose}
    >
      {says}
    </button>
  );
}
