// Fields to edit. What a person has typed stays theirs until the view agrees with it: neither a
// patch nor a lost connection nor a refusal takes it away.

import { useEffect, useId, useMemo, useState } from 'react';

import { scopeOf } from '../client/state';
import { isArray, isObject, own, type JsonObject } from '../patch/json';
import { pointerTo } from '../patch/pointer';
import { humanize, textOr } from '../ui/format';
import { useAt, usePage, type ComponentProps } from '../ui/page';
import { FieldInput, type Field } from './Field';

// One row of a table has a field for each column; rows of name and value are a field each.
function isRecord(rows: readonly JsonObject[]): boolean {
  return rows.length === 1 && !('name' in rows[0]! && 'value' in rows[0]);
}

function kindOf(value: unknown): string {
  return typeof value === 'boolean' ? 'toggle' : typeof value === 'number' ? 'number' : 'text';
}

function readFields(rows: readonly JsonObject[]): Field[] {
  if (isRecord(rows)) {
    return Object.entries(rows[0]!).map(([name, value]) => ({
      name,
      label: humanize(name),
      kind: kindOf(value),
      value: textOf(value),
    }));
  }
  return rows.map((field) => {
    const name = String(field['name'] ?? '');
    return {
      name,
      label: textOr(field['label'], name),
      kind: textOr(field['kind'], 'text'),
      value: textOf(field['value']),
    };
  });
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function SettingsForm({ id, pointer }: ComponentProps) {
  const heading = useId();
  const { client } = usePage();
  const title = textOr(useAt(`${pointer}/title`), id);
  const submit = textOr(useAt(`${pointer}/submit`), 'Save');
  const given = useAt(`${pointer}/fields`);
  const rows = useMemo(() => (isArray(given) ? given : []).filter(isObject), [given]);
  const fields = useMemo(() => readFields(rows), [rows]);
  const waiting = useAt<Record<string, string> | undefined>(pointerTo('pending', scopeOf(id)));
  const [edits, setEdits] = useState<ReadonlyMap<string, string>>(new Map());

  // An edit that the view agrees with is no longer one.
  useEffect(() => {
    setEdits((before) => {
      const differ = ([name, text]: [string, string]) =>
        fields.some((field) => field.name === name && field.value !== text);
      return new Map([...before].filter(differ));
    });
  }, [fields]);

  const edited = fields.filter(({ name, value }) => (edits.get(name) ?? value) !== value);
  const save = () => {
    // A row is saved at once, settings one by one.
    const together = isRecord(rows) && edited.length > 0;
    for (const some of together ? [edited] : edited.map((one) => [one])) {
      client.send({
        kind: 'submit',
        componentId: id,
        payload: {
          submit: id,
          values: Object.fromEntries(some.map(({ name }) => [name, edits.get(name)!])),
        },
        scope: scopeOf(id),
        control: some[0]!.name,
        label: `${submit} ${some.map(({ label }) => label).join(', ')}`,
      });
    }
  };

  return (
    <article className="card p-5" aria-labelledby={heading}>
      <h2 id={heading} className="text-lg font-semibold">
        {title}
      </h2>
      <form
        className="mt-4 grid max-w-xl gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            text={edits.get(field.name) ?? field.value}
            pending={
              own(waiting, field.name) !== undefined ||
              (isRecord(rows) && waiting !== undefined && edits.has(field.name))
            }
            onEdit={(text) => setEdits((before) => new Map(before).set(field.name, text))}
          />
        ))}
        {fields.length === 0 && <p className="text-muted">No fields.</p>}
        <div className="flex items-center gap-3">
          <button
            type="submit"
            className="button button-strong"
            aria-disabled={edited.length === 0 || waiting !== undefined || undefined}
            data-pending={waiting ? '' : undefined}
          >
            {submit}
          </button>
          {edited.length > 0 && !waiting && (
            <button type="button" className="link" onClick={() => setEdits(new Map())}>
              Undo
            </button>
          )}
        </div>
      </form>
    </article>
  );
}
