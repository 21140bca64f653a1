// What became of what the person did, in the host's words. What went wrong stays until dismissed.

import { useEffect, useState } from 'react';

import type { Notice } from '../client/state';
import { cut } from './format';
import { useAt, usePage } from './page';

const LONGEST_LABEL = 80;
const SHOWN_MS = 10000; // of what was changed, unless somebody is reading it

export function Notices() {
  const { client } = usePage();
  const notices = useAt<readonly Notice[]>('/notices');
  return (
    <section className="notices" aria-label="Notifications">
      <div role="status" aria-relevant="additions">
        {notices.map((notice) => (
          <One key={notice.id} notice={notice} />
        ))}
      </div>
      {notices.length > 1 && (
        <button type="button" className="button mt-3" onClick={() => client.dismissAll()}>
          Dismiss all
        </button>
      )}
    </section>
  );
}

function One({ notice: { id, heading, message, items, again, did } }: { notice: Notice }) {
  const { client } = usePage();
  const [held, setHeld] = useState(false);
  const passing = did !== undefined && !held;
  useEffect(() => {
    if (!passing) return;
    const timer = setTimeout(() => client.dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [client, id, passing]);
  const back = did?.undo !== undefined ? 'Undo' : did?.redo !== undefined ? 'Redo' : undefined;
  const labels = items.map(({ label }) => cut(label, LONGEST_LABEL)).join(', ');
  return (
    <div
      className="notice"
      data-notice={did === undefined ? '' : 'did'}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="flex-1">
        {labels !== '' && (
          <p className="font-medium" data-named>
            {heading}: {labels}.
          </p>
        )}
        <p>{message}</p>
      </div>
      {back !== undefined && (
        <button
          type="button"
          className="link"
          aria-label={`${back}: ${message}`}
          onClick={() => client.takeBack(id)}
        >
          {back}
        </button>
      )}
      {again !== 'never' && (
        <button type="button" className="link" onClick={() => client.retry(id)}>
          Try again
        </button>
      )}
      <button
        type="button"
        className="link"
        aria-label={`Dismiss: ${labels === '' ? message : labels}`}
        onClick={() => client.dismiss(id)}
      >
        Dismiss
      </button>
    </div>
  );
}
