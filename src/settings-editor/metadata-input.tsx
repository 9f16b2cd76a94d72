import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';
import type { FieldProps } from './field';

interface IProps {
  readonly field: FieldProps;
  readonly trans: TranslationBundle;
}

/** Edits a JSON object as text. Only an object is stored: the schema allows nothing else. */
export function MetadataInput({ field, trans }: IProps): JSX.Element {
  const { formData, idSchema, onChange } = field;
  const stored = formData ? JSON.stringify(formData, null, 2) : '';
  const [text, setText] = useState(stored);
  const parsed = parse(text);
  useEffect(() => {
    // Restored to its default, or changed elsewhere.
    setText(text => (format(parse(text)) === stored && parse(text) !== undefined ? text : stored));
  }, [stored]);
  return (
    <>
      <textarea
        id={idSchema.$id}
        aria-describedby={`${idSchema.$id}__invalid ${idSchema.$id}__help`}
        aria-invalid={parsed === undefined}
        cols={40}
        rows={4}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          const object = parse(target.value);
          if (object !== undefined) {
            onChange(object);
          }
        }}
      />
      <div id={`${idSchema.$id}__invalid`} className="validationErrors" role="status">
        {parsed === undefined && trans.__('Not saved: enter a JSON object, or leave it empty.')}
      </div>
    </>
  );
}

/** @returns Null for an empty text, undefined if it is no JSON object. */
function parse(text: string): object | null | undefined {
  if (text.trim() === '') {
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function format(value: object | null | undefined): string {
  return value ? JSON.stringify(value, null, 2) : '';
}
