// Where a person types what they want to see or do.

import { useEffect, useId, useRef, useState } from 'react';

import { OMNIBOX } from '../client/state';
import { useControl } from './page';

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

export function Omnibox() {
  const inputId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const { pending, send } = useControl(OMNIBOX, 'command');

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);

  const submit = () => {
    const command = text.trim();
    if (command === '') return;
    if (send({ kind: 'command', payload: { command }, label: `“${command}”` })) setText('');
  };

  return (
    <form
      role="search"
      className="omnibox"
      data-omnibox
      data-pending={pending ? '' : undefined}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label htmlFor={inputId} className="sr-only">
        What do you want to see or do?
      </label>
      <input
        ref={input}
        id={inputId}
        type="text"
        autoComplete="off"
        enterKeyHint="go"
        placeholder="What do you want to see or do?"
        aria-keyshortcuts="Control+K Meta+K"
        aria-busy={pending || undefined}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {pending ? (
        <span className="spinner" aria-hidden="true" />
      ) : (
        <kbd aria-hidden="true">{APPLE ? '⌘K' : 'Ctrl K'}</kbd>
      )}
    </form>
  );
}
