import { ConnectionBanner } from './ConnectionBanner';
import { Notices } from './Notices';
import { Omnibox } from './Omnibox';
import { PageContext, useAt, type Page } from './page';
import { Screen } from './Screen';

export function App({ page }: { page: Page }) {
  return (
    <PageContext value={page}>
      <header className="top">
        <h1>State Runtime</h1>
        <Omnibox />
      </header>
      <ConnectionBanner />
      <Screen />
      <Notices />
      <Announcement />
    </PageContext>
  );
}

// Says to people who do not see the page that what they did is done.
function Announcement() {
  const text = useAt<string>('/announcement');
  return (
    <p className="sr-only" role="status" data-announcement>
      {text}
    </p>
  );
}
