// A component that the host could not fill: what it is called, and why.

import { useId } from 'react';

import { humanize, textOr } from '../ui/format';
import { useAt, type ComponentProps } from '../ui/page';

export function Unfilled({ id, pointer }: ComponentProps) {
  const heading = useId();
  const label = textOr(useAt(`${pointer}/label`), humanize(id));
  const title = textOr(useAt(`${pointer}/title`), label);
  return (
    <article className="card p-5" aria-labelledby={heading}>
      <h2 id={heading} className="text-lg font-semibold">
        {title}
      </h2>
      <Why pointer={pointer} />
    </article>
  );
}

export function Why({ pointer }: { pointer: string }) {
  const why = textOr(useAt(`${pointer}/error`), '');
  return (
    <p className="px-5 py-8 text-center text-muted" role="status" data-unfilled>
      {why.charAt(0).toUpperCase() + why.slice(1)}.
    </p>
  );
}
