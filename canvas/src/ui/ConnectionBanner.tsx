import type { Phase } from '../client/state';
import { useAt, usePage } from './page';

const TEXT: Record<Phase, string> = {
  connecting: 'Connecting…',
  waiting: 'Connection lost. Trying again…',
  offline: 'You are offline. Trying again…',
  live: '',
};

// One line, after half a second without a connection. The live region itself is always there.
export function ConnectionBanner() {
  const { client } = usePage();
  const shown = useAt<boolean>('/banner');
  const phase = useAt<Phase>('/phase');
  const queued = useAt<number>('/queued');
  const waiting = queued === 1 ? '1 action is waiting.' : `${queued} actions are waiting.`;
  return (
    <div className="banner" data-banner={shown ? phase : undefined}>
      <p role="status">
        {shown && (phase === 'live' ? TEXT.connecting : TEXT[phase])}
        {shown && queued > 0 && ` ${waiting}`}
      </p>
      {shown && (
        <button type="button" className="link" onClick={() => client.wake()}>
          Try now
        </button>
      )}
    </div>
  );
}
