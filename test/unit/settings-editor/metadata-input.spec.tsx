/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import type { FieldProps } from '../../../src/settings-editor/field';
import { MetadataInput } from '../../../src/settings-editor/metadata-input';
import { Place } from '../panel/render';

const trans = nullTranslator.load('');

let place: Place;
let stored: unknown[];

beforeEach(() => {
  place = new Place();
  stored = [];
});
afterEach(() => place.close());

function show(formData: object | null): void {
  const onChange = (value: unknown): void => void stored.push(value);
  const field = { formData, onChange, idSchema: { $id: 'the-field' } } as unknown as FieldProps;
  place.show(<MetadataInput field={field} trans={trans} />);
}

const input = (): HTMLTextAreaElement => place.host.querySelector('textarea')!;

function type(text: string): void {
  const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!;
  set!.call(input(), text);
  act(() => void input().dispatchEvent(new Event('input', { bubbles: true })));
}

describe('MetadataInput', () => {
  it('stores an object, or nothing, and keeps what is typed', () => {
    show(null);
    type('{"a":');
    type('{"a":1}');
    show({ a: 1 });
    expect([input().value, stored]).toEqual(['{"a":1}', [{ a: 1 }]]);
    type('[1]');
    expect(place.text).toContain('Not saved');
    type(' ');
    expect([place.text.trim(), stored]).toEqual(['', [{ a: 1 }, null]]);
  });

  it('shows the stored value after a change elsewhere, even in place of a broken text', () => {
    show({ a: 1 });
    type('{"a":');
    show({ a: 1 });
    expect(input().value).toBe('{"a":');
    show({ b: 2 });
    expect(input().value).toBe('{\n  "b": 2\n}');
    type('{"b":');
    show(null);
    expect([input().value, place.text]).toEqual(['', '']);
  });
});
