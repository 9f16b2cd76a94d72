/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { PersistenceToggle } from '../../../src/panel/persistence-toggle';
import type { IAzureSignedIn } from '../../../src/tokens';
import { ALICE, type FakeAuth } from './fixtures';
import { type Place, withPlace } from './render';

const HELD: IAzureSignedIn = {
  ...ALICE,
  source: 'loopback',
  persistedIn: 'memory',
  persistableIn: 'keychain'
};

let auth: FakeAuth;
let place: Place;
withPlace((...fresh) => ([auth, place] = fresh));

const show = (change: Partial<IAzureSignedIn> = {}): void =>
  place.show(
    <PersistenceToggle
      auth={auth}
      signedIn={{ ...HELD, ...change }}
      trans={nullTranslator.load('')}
    />
  );
const control = (): HTMLInputElement => place.host.querySelector('input')!;
const click = (): Promise<void> => act(async () => control().click());

describe('PersistenceToggle', () => {
  it.each<[string, Partial<IAzureSignedIn>]>([
    ['nothing to keep it in', { persistableIn: null }],
    ['a machine', { ambient: true }]
  ])('is not shown for %s', (_, change) => {
    show(change);
    expect(place.text).toBe('');
  });

  it.each<[Partial<IAzureSignedIn>, string, boolean]>([
    [{}, 'Stay signed in (stored in the Jupyter server’s keychain)', false],
    [{ persistedIn: 'keychain' }, 'Stay signed in (stored in the Jupyter server’s keychain)', true],
    [{ persistableIn: 'file' }, 'Stay signed in (stored in a file on the Jupyter server)', false],
    [
      { persistableIn: 'file', persistedIn: 'file' },
      'Stay signed in (stored in a file on the Jupyter server)',
      true
    ]
  ])('says "%s" for %j, and whether it is on: %s', (change, label, checked) => {
    show(change);
    expect([place.text, control().checked]).toEqual([label, checked]);
    expect(control().getAttribute('role')).toBe('switch');
  });

  it('shows the clicked position, then the outcome', async () => {
    let answer: () => void = () => undefined;
    auth.persist.mockReturnValue(new Promise(resolve => (answer = resolve)));
    show();
    await click();
    expect([auth.persist.mock.calls, control().checked]).toEqual([[[true]], true]);
    await act(async () => answer());
    expect(control().checked).toBe(false);
  });

  it('shows the last of two clicks until its own answer', async () => {
    const answers: (() => void)[] = [];
    auth.persist.mockImplementation(() => new Promise(resolve => answers.push(resolve)));
    show({ persistedIn: 'keychain' });
    await click();
    await click();
    await click();
    expect(auth.persist.mock.calls).toEqual([[false], [true], [false]]);
    await act(async () => answers[1]!());
    expect(control().checked).toBe(false);
    await act(async () => answers[2]!());
    expect(control().checked).toBe(true);
  });

  it('forgets', async () => {
    show({ persistedIn: 'keychain' });
    await click();
    expect(auth.persist.mock.calls).toEqual([[false]]);
  });
});
