/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { StoredSignIns } from '../../../src/panel/stored-sign-ins';
import { ALICE, type FakeAuth } from './fixtures';
import { type Place, withPlace } from './render';

const BOB = { ...ALICE.account, id: 'b.t', username: 'bob@contoso.com' };

let auth: FakeAuth;
let place: Place;
withPlace((...fresh) => ([auth, place] = fresh));

const show = (canContinue = true): void =>
  place.show(
    <StoredSignIns auth={auth} canContinue={canContinue} trans={nullTranslator.load('')} />
  );
const labels = (): (string | null)[] =>
  [...place.host.querySelectorAll('button')].map(({ textContent }) => textContent);

describe('StoredSignIns', () => {
  it('is empty if nothing is stored', () => {
    show();
    expect(place.text).toBe('');
  });

  it('reports a sign-in that is still stored, until it is erased', () => {
    auth.stored = { erasing: true, restorable: [] };
    show(false);
    expect(place.text).toContain('still stored on the Jupyter server');
    auth.stored = { erasing: false, restorable: [] };
    act(() => auth.candidatesChanged.emit());
    expect(place.text).toBe('');
  });

  it('offers each by name, and continues with the clicked one', async () => {
    const restorable = [
      { id: '1', account: BOB },
      { id: '2', account: ALICE.account }
    ];
    auth.stored = { erasing: false, restorable };
    show();
    expect(labels()).toEqual(['Continue as bob@contoso.com', 'Continue as alice@contoso.com']);
    auth.continueAs.mockRejectedValue(new Error('gone'));
    await act(async () => place.host.querySelectorAll('button')[1]!.click());
    expect(auth.continueAs.mock.calls).toEqual([['2']]);
  });

  it('offers no stored sign-in while a user is signed in', () => {
    auth.stored = { erasing: false, restorable: [{ id: '1', account: BOB }] };
    show(false);
    expect(place.text).toBe('');
  });
});
