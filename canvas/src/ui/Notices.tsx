// What went wrong with what the person did, in the host's words. They stay until dismissed.

import type { Notice } from '../client/state';
import { cut } from './format';
import { useAt, usePage } from './page';

const LONGEST_LABEL = 80;

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

function One({ notice: { id, heading, message, items, again } }: { notice: Notice }) {
  const { client } = usePage();
  const labels = items.map(({ label }) => cut(label, LONGEST_LABEL)).join(', ');
  return (
    <div className="notice" data-notice>
      <div className="flex-1">
        {labels !== '' && (
          <p className="font-medium" data-named>
            {heading}: {labels}.
          </p>
        )}
        <p>{message}</p>
      </div>
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
