// A form for values that an event needs: those of a new row, or what a button asks for. What was typed
// stays until the event is done.

import { useEffect, useRef, useState } from 'react';

import type { Notice } from '../client/state';
import { isArray, isObject, type Json } from '../patch/json';
import { pointerTo } from '../patch/pointer';
import { humanize, textOr } from '../ui/format';
import { useAt, useSelected } from '../ui/page';
import { FieldInput, type Field } from './Field';

export function readFields(given: Json | undefined): Field[] {
  return (isArray(given) ? given : []).filter(isObject).map((field) => {
    const name = String(field['name'] ?? '');
    const oneOf = field['one_of'];
    return {
      name,
      label: textOr(field['label'], humanize(name)),
      kind: textOr(field['kind'], 'text'),
      value: '',
      oneOf: isArray(oneOf) ? oneOf.map(String) : [],
      required: field['required'] === true,
    };
  });
}

interface ValuesFormProps {
  formId: string;
  label: string; // of the form
  button: string;
  fields: readonly Field[];
  scope: string;
  control: string;
  empty?: null; // what a field that is left empty sends; without it, nothing
  send: (values: Record<string, string | null>) => boolean;
  close: () => void;
}

export function ValuesForm(props: ValuesFormProps) {
  const { formId, label, button, fields, scope, control, empty, send, close } = props;
  const pending = useAt(pointerTo('pending', scope, control)) !== undefined;
  const failures = useSelected('/notices', (notices) => failuresIn(notices, scope, control));
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const sentAfter = useRef<number>(undefined); // so many failures
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => form.current?.querySelector<HTMLElement>('[data-field]')?.focus(), []);

  // The event's end: it is done, unless a notice says that it is not.
  useEffect(() => {
    if (pending || sentAfter.current === undefined) return;
    if (failures <= sentAfter.current) close();
    sentAfter.current = undefined;
  }, [pending, failures, close]);

  const submit = () => {
    if (pending) return;
    const given = fields.map((field) => {
      const text = typed.get(field.name) ?? untouched(field);
      return [field.name, text === '' ? empty : text] as const;
    });
    const values = given.filter((one): one is [string, string | null] => one[1] !== undefined);
    if (send(Object.fromEntries(values))) sentAfter.current = failures;
  };
  return (
    <form
      ref={form}
      id={formId}
      className="values-form"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          text={typed.get(field.name) ?? ''}
          pending={pending}
          onEdit={(text) => setTyped((before) => new Map(before).set(field.name, text))}
        />
      ))}
      <div className="flex items-center gap-3">
        <button
          type="submit"
          className="button button-strong"
          aria-disabled={pending || undefined}
          data-pending={pending ? '' : undefined}
        >
          {button}
        </button>
        <button type="button" className="link" onClick={close}>
          Close
        </button>
      </div>
    </form>
  );
}

// A box that must say something says no until it is ticked.
function untouched({ kind, required }: Field): string {
  return kind === 'toggle' && required ? 'false' : '';
}

function failuresIn(notices: unknown, scope: string, control: string): number {
  const items = (notices as readonly Notice[]).flatMap((notice) => notice.items);
  return items.filter((item) => item.scope === scope && item.control === control).length;
}
