// A change that waits to be confirmed: what it would do, row by row, and the buttons that decide.

import { useId } from 'react';

import { scopeOf } from '../client/state';
import { isArray, isObject } from '../patch/json';
import { textOr } from '../ui/format';
import { useAt, useControl, type ComponentProps } from '../ui/page';

export function Proposal({ id, pointer }: ComponentProps) {
  const heading = useId();
  const says = textOr(useAt(`${pointer}/says`), '');
  const seq = useAt(`${pointer}/proposal`);
  const changes = useAt(`${pointer}/changes`);
  const rest = useAt(`${pointer}/rest`);
  const lines = isArray(changes) ? changes.filter(isObject) : [];
  return (
    <article className="card proposal" aria-labelledby={heading}>
      <h2 id={heading} className="text-lg font-semibold">
        Apply this change?
      </h2>
      <p data-says>{says}</p>
      {(lines.length > 1 || lines.some((line) => !says.includes(textOr(line['what'], '')))) && (
        <ul className="proposal-rows">
          {lines.map((line, index) => (
            <li key={index}>
              <strong>{textOr(line['row'], '')}</strong> {textOr(line['what'], '')}
            </li>
          ))}
          {typeof rest === 'number' && <li>and {rest} more</li>}
        </ul>
      )}
      <div className="proposal-buttons">
        <Decision id={id} kind="apply" seq={seq} label="Apply" says={says} />
        <Decision id={id} kind="cancel" seq={seq} label="Cancel" says={says} />
      </div>
    </article>
  );
}

interface DecisionProps {
  id: string;
  kind: 'apply' | 'cancel';
  seq: unknown;
  label: string;
  says: string;
}

// Both are one control: whichever is pressed first is meant.
function Decision({ id, kind, seq, label, says }: DecisionProps) {
  const { pending, send } = useControl(scopeOf(id), 'decide');
  const decide = () => {
    if (typeof seq !== 'number') return;
    send({ kind, payload: { [kind]: seq }, label: `${label}: ${says}` });
  };
  return (
    <button
      type="button"
      className={kind === 'apply' ? 'button button-strong' : 'button'}
      aria-label={`${label}: ${says}`}
      aria-disabled={pending || undefined}
      data-decide={kind}
      onClick={decide}
    >
      {label}
    </button>
  );
}
