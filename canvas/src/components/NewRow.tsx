// The button by which a row is added to a table, and its form, once that was pressed.

import { useCallback, useId, useMemo, useRef, useState } from 'react';

import { scopeOf } from '../client/state';
import { isObject, own } from '../patch/json';
import { textOr } from '../ui/format';
import { useAt, useControl } from '../ui/page';
import { readFields, ValuesForm } from './ValuesForm';

const CONTROL = 'new row';

interface NewRowProps {
  id: string; // of the table
  pointer: string;
}

export function NewRow({ id, pointer }: NewRowProps) {
  const given = useAt(`${pointer}/new_row`);
  const form = isObject(given) ? given : undefined;
  const label = textOr(own(form, 'label'), 'Add');
  const fields = useMemo(() => readFields(own(form, 'fields')), [form]);
  const { send } = useControl(scopeOf(id), CONTROL);
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const formId = useId();
  const close = useCallback(() => {
    setOpen(false);
    opener.current?.focus();
  }, []);
  if (fields.length === 0) return null;
  return (
    <>
      <button
        ref={opener}
        type="button"
        className="button"
        aria-expanded={open}
        aria-controls={open ? formId : undefined}
        data-new-row
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <ValuesForm
          formId={formId}
          label={label}
          button="Add"
          fields={fields}
          scope={scopeOf(id)}
          control={CONTROL}
          send={(values) => {
            const payload = { submit: id, new_row: true, values };
            return send({ kind: 'submit', componentId: id, payload, label });
          }}
          close={close}
        />
      )}
    </>
  );
}
