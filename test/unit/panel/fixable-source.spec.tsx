/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { AuthView } from '../../../src/panel/auth-view';
import type { IIdentityCandidate } from '../../../src/auth/page-auth';
import type { AzureAuthState } from '../../../src/tokens';
import { ALICE, FakeKernels, type FakeAuth, MACHINE, NOW } from './fixtures';
import { type Place, withPlace } from './render';

const REASON =
  'The compute instance has not authenticated you yet. Open it in the studio, then try again.';
const INSTANCE: IIdentityCandidate = {
  ...{ source: 'connect-to-azure', outcome: 'unavailable', reason: REASON, fixable: true }
};
const OUT: AzureAuthState = { kind: 'signed-out' };

let auth: FakeAuth;
let place: Place;
withPlace((...fresh) => ([auth, place] = fresh));

function show(state: AzureAuthState, candidates: readonly IIdentityCandidate[]): void {
  Object.assign(auth, { state, candidates });
  const trans = nullTranslator.load('');
  place.show(<AuthView auth={auth} kernels={new FakeKernels()} now={NOW} trans={trans} />);
}
const first = (): string | null | undefined =>
  place.host.querySelector('.jp-AzurePanel-session')?.firstElementChild?.textContent;
const tries = (): HTMLButtonElement[] =>
  [...place.host.querySelectorAll('button')].filter(
    ({ textContent }) => textContent === 'Try again'
  );

// Situation: compute instance | its user is not authenticated | page open | none; the panel
// first says what to do | Authenticate in the studio, then Try again
it('says first why the machine identity is not used, and tries again', () => {
  show(OUT, [INSTANCE]);
  expect(first()).toBe(`${REASON}Try again`);
  expect(tries()).toHaveLength(1);
  act(() => tries()[0]!.click());
  expect(auth.retryAmbient).toHaveBeenCalledTimes(1);
});

it('does not say where the link right below is', () => {
  const reason = 'Click Authenticate, then click Try again in the Azure panel.';
  show(OUT, [{ ...INSTANCE, reason }]);
  expect(first()).toBe('Click Authenticate, then click Try again.Try again');
});

it.each<[string, AzureAuthState, IIdentityCandidate]>([
  ['it cannot be fixed', OUT, { source: 'azure-cli', outcome: 'unavailable', reason: 'x' }],
  ['a user is signed in', ALICE, INSTANCE],
  ['the machine acts by another identity', MACHINE, INSTANCE],
  ['it is still looked for', { kind: 'searching' }, INSTANCE]
])('says nothing where %s', (_, state, one) => {
  show(state, [one]);
  expect(place.host.querySelector('.jp-mod-fixable')).toBeNull();
});
