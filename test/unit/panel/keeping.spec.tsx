/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { Keeping } from '../../../src/panel/keeping';
import type { IAzureSignedIn } from '../../../src/tokens';
import { ALICE, FakeSession } from './fixtures';
import { Place } from './render';

const HELD: IAzureSignedIn = { ...ALICE, source: 'loopback', kept: 'memory', keeps: 'keychain' };

let session: FakeSession;
let place: Place;

beforeEach(() => {
  session = new FakeSession();
  place = new Place();
});

afterEach(() => place.close());

const show = (change: Partial<IAzureSignedIn> = {}): void =>
  place.show(
    <Keeping session={session} signedIn={{ ...HELD, ...change }} trans={nullTranslator.load('')} />
  );
const control = (): HTMLInputElement => place.host.querySelector('input')!;
const click = (): Promise<void> => act(async () => control().click());

describe('Keeping', () => {
  it.each<[string, Partial<IAzureSignedIn>]>([
    ['nothing to keep it in', { keeps: null }],
    ['a machine', { automatic: true }]
  ])('is not there for %s', (_, change) => {
    show(change);
    expect(place.text).toBe('');
  });

  it.each<[Partial<IAzureSignedIn>, string, boolean]>([
    [{}, 'Stay signed in (stored in the Jupyter server’s keychain)', false],
    [{ kept: 'keychain' }, 'Stay signed in (stored in the Jupyter server’s keychain)', true],
    [{ keeps: 'file' }, 'Stay signed in (stored in a file on the Jupyter server)', false],
    [
      { keeps: 'file', kept: 'file' },
      'Stay signed in (stored in a file on the Jupyter server)',
      true
    ]
  ])('of %j says "%s", and whether it is on: %s', (change, label, checked) => {
    show(change);
    expect([place.text, control().checked]).toEqual([label, checked]);
    expect(control().getAttribute('role')).toBe('switch');
  });

  it('stands at what was clicked, and then at what came of it', async () => {
    let answer: () => void = () => undefined;
    session.keep.mockReturnValue(new Promise(resolve => (answer = resolve)));
    show();
    await click();
    expect([session.keep.mock.calls, control().checked]).toEqual([[[true]], true]);
    await act(async () => answer());
    expect(control().checked).toBe(false);
  });

  it('forgets', async () => {
    show({ kept: 'keychain' });
    await click();
    expect(session.keep.mock.calls).toEqual([[false]]);
  });
});
