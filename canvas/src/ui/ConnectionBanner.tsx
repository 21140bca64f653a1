import type { Phase } from '../client/state';
import { useAt, usePage } from './page';

const TEXT: Record<Phase, string> = {
  connecting: 'Connecting…',
  waiting: 'The host does not answer.',
  offline: 'You are offline.',
  live: '',
};

// One line, after half a second in which nothing could be sent. The live region itself is always
// there.
export function ConnectionBanner() {
  const { client } = usePage();
  const shown = useAt<boolean>('/banner');
  const phase = useAt<Phase>('/phase');
  const why = useAt<string>('/why');
  const queued = useAt<number>('/queued');
  const waiting = queued === 1 ? '1 action is waiting.' : `${queued} actions are waiting.`;
  return (
    <div className="banner" data-banner={shown ? phase : undefined}>
      <p role="status">
        {shown && (why || TEXT[phase])}
        {shown && phase !== 'connecting' && ' Trying again…'}
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
