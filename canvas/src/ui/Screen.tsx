// The view: its components, in order.

import { memo, useMemo, type ReactNode } from 'react';

import { scopeOf } from '../client/state';
import { isArray, isObject } from '../patch/json';
import { pointerTo } from '../patch/pointer';
import { registry, Unknown } from '../components/registry';
import { Unfilled } from '../components/Unfilled';
import { ErrorBoundary } from './ErrorBoundary';
import { textOr } from './format';
import { useAt, useSelected } from './page';

// Only ids and types matter here: what a component holds is its own to watch.
function outline(components: unknown): string {
  if (!isArray(components)) return '';
  return JSON.stringify(
    components.map((component, index) => {
      const { id, type } = isObject(component) ? component : {};
      return [textOr(id, `#${index}`), textOr(type, 'unknown')];
    }),
  );
}

export function Screen() {
  const outlined = useSelected('/view/components', outline);
  const loading = useSelected('/view', (view) => view === null);
  const slots = useMemo(
    () => (outlined === '' ? [] : (JSON.parse(outlined) as [string, string][])),
    [outlined],
  );
  return (
    <main className="screen" aria-busy={loading}>
      {loading && <p className="col-span-full py-16 text-center text-muted">Opening…</p>}
      {!loading && slots.length === 0 && (
        <p className="col-span-full py-16 text-center text-muted">Nothing to show yet.</p>
      )}
      {slots.map(([id, type], index) => (
        <Slot key={`${type} ${id}`} id={id} type={type} index={index} />
      ))}
    </main>
  );
}

const Slot = memo(function Slot({ id, type, index }: { id: string; type: string; index: number }) {
  const known = Object.hasOwn(registry, type) ? registry[type] : undefined;
  const pointer = pointerTo('view', 'components', index);
  const failed = useAt(`${pointer}/error`) !== undefined;
  const Draw = failed && !known?.saysWhy ? Unfilled : known?.draw;
  return (
    <Frame id={id} type={type} span={known?.span ?? 'wide'}>
      <ErrorBoundary pointer={pointer} name={id}>
        {known && Draw ? (
          <Draw id={id} pointer={pointer} />
        ) : (
          <Unknown id={id} pointer={pointer} />
        )}
      </ErrorBoundary>
    </Frame>
  );
});

interface FrameProps {
  id: string;
  type: string;
  span: string;
  children: ReactNode;
}

// Says that a component waits for an answer, without drawing the component again.
function Frame({ id, type, span, children }: FrameProps) {
  const pending = useAt(pointerTo('pending', scopeOf(id))) !== undefined;
  return (
    <div
      className={`slot slot-${span}`}
      data-component-id={id}
      data-component-type={type}
      data-pending={pending ? '' : undefined}
      aria-busy={pending || undefined}
    >
      {children}
    </div>
  );
}
