import { useEffect, useState } from 'react';

import { textOr } from '../ui/format';
import { useAt, type ComponentProps } from '../ui/page';

const SHOWN_MS = 8000;
const LEVELS = new Map([
  ['info', 'Note'],
  ['success', 'Done'],
  ['warning', 'Warning'],
  ['error', 'Error'],
]);

// A message that goes away by itself, unless it is an error or somebody is reading it.
export function ToastNotification({ pointer }: ComponentProps) {
  const message = textOr(useAt(`${pointer}/message`), '');
  const level = textOr(useAt(`${pointer}/level`), 'info');
  const [gone, setGone] = useState(false);
  const [held, setHeld] = useState(false);

  useEffect(() => setGone(false), [message, level]);
  useEffect(() => {
    if (gone || held || level === 'error') return;
    const timer = setTimeout(() => setGone(true), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [gone, held, level, message]);

  return (
    <div role="status">
      {!gone && message !== '' && (
        <div
          className="toast"
          data-level={level}
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <p>
            <strong>{LEVELS.get(level) ?? LEVELS.get('info')}.</strong> {message}
          </p>
          <button
            type="button"
            className="link"
            aria-label={`Dismiss: ${message}`}
            onClick={() => setGone(true)}
          >
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
