// One field of a form.

import { useId } from 'react';

import { toNumber } from '../ui/format';

export interface Field {
  name: string;
  label: string;
  kind: string; // text, number, toggle, date or choice
  value: string; // as it was before anybody typed
  oneOf?: readonly string[]; // of a choice
  required?: boolean; // false: it may be left empty
}

const ONE_LINE = 80; // characters: what is longer is read and written over several

// Of a box that may also say nothing.
const YES_NO = [
  ['true', 'Yes'],
  ['false', 'No'],
];

interface FieldInputProps {
  field: Field;
  text: string;
  pending: boolean;
  onEdit: (text: string) => void;
}

export function FieldInput({ field, text, pending, onEdit }: FieldInputProps) {
  const inputId = useId();
  const mark = { 'data-field': field.name, 'data-pending': pending ? '' : undefined };
  if (field.kind === 'toggle' && field.required !== false) {
    return (
      <div className="flex items-center gap-3">
        <input
          id={inputId}
          type="checkbox"
          className="toggle"
          checked={text === 'true'}
          disabled={pending}
          onChange={(event) => onEdit(String(event.target.checked))}
          {...mark}
        />
        <label htmlFor={inputId}>{field.label}</label>
      </div>
    );
  }
  const choices = field.kind === 'toggle' ? YES_NO : (field.oneOf ?? []).map((one) => [one, one]);
  const common = {
    id: inputId,
    className: 'input',
    value: text,
    required: field.required ?? field.kind === 'number',
    onChange: (event: { target: { value: string } }) => onEdit(event.target.value),
    ...mark,
  };
  return (
    <div className="grid gap-1">
      <label htmlFor={inputId} className="text-sm">
        {field.label}
        {field.required && <span aria-hidden="true"> *</span>}
      </label>
      {field.kind === 'choice' || field.kind === 'toggle' ? (
        <select disabled={pending} {...common}>
          <option value=""></option>
          {choices.map(([value, said]) => (
            <option key={value} value={value}>
              {said}
            </option>
          ))}
        </select>
      ) : isLong(field.value) ? (
        <textarea rows={4} readOnly={pending} {...common} />
      ) : (
        <input type={typeOf(field)} step="any" readOnly={pending} {...common} />
      )}
    </div>
  );
}

function isLong(value: string): boolean {
  return value.includes('\n') || value.length > ONE_LINE;
}

function typeOf({ kind, value }: Field): string {
  if (kind === 'date') return 'date';
  // A browser shows nothing in a number's input for a value that is none.
  return kind === 'number' && (value === '' || toNumber(value) !== undefined) ? 'number' : 'text';
}
