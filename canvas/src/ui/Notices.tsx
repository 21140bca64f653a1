// What went wrong with something the person did, in the server's words. They stay until dismissed.

import type { Notice } from '../client/state';
import { useAt, usePage } from './page';

export function Notices() {
  const { client } = usePage();
  const notices = useAt<readonly Notice[]>('/notices');
  return (
    <section className="notices" aria-label="Notifications">
      <div role="status" aria-relevant="additions">
        {notices.map(({ id, message, retry }) => (
          <div key={id} className="notice" data-notice>
            <p>{message}</p>
            {retry && (
              <button type="button" className="link" onClick={() => client.retry(id)}>
                Try again
              </button>
            )}
            <button
              type="button"
              className="link"
              aria-label={`Dismiss: ${message}`}
              onClick={() => client.dismiss(id)}
            >
              Dismiss
            </button>
          </div>
        ))}
      </div>
    </section>
  );
}
