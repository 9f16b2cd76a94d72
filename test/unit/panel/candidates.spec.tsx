/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { Candidates } from '../../../src/panel/candidates';
import type { IIdentityCandidate } from '../../../src/auth/page-auth';
import type { AzureAuthState, IAzureSignedIn } from '../../../src/tokens';
import { ALICE, FakeAuth, MACHINE } from './fixtures';
import { Place } from './render';

const OUT: AzureAuthState = { kind: 'signed-out' };
const CANDIDATES: readonly IIdentityCandidate[] = [
  { source: 'managed-identity', outcome: 'unavailable', reason: 'IDENTITY_ENDPOINT is not set.' },
  { source: 'azure-cli', outcome: 'selected', reason: null },
  { source: 'teleport', outcome: 'skipped', reason: null }
];

let auth: FakeAuth;
let place: Place;

beforeEach(() => {
  auth = new FakeAuth();
  auth.candidates = CANDIDATES;
  place = new Place();
});

afterEach(() => place.close());

const show = (state: AzureAuthState = OUT): void =>
  place.show(<Candidates auth={auth} state={state} trans={nullTranslator.load('')} />);
const lines = (): string[] =>
  [...place.host.querySelectorAll('li')].map(({ textContent }) => textContent ?? '');

describe('Candidates', () => {
  it('is not shown without candidates', () => {
    auth.candidates = [];
    show();
    expect(place.text).toBe('');
  });

  it('lists every source in order, and why it is used or not', () => {
    show();
    expect(lines()).toEqual([
      'Managed identity: not usedIDENTITY_ENDPOINT is not set.',
      'Azure CLI: used',
      'teleport: not asked'
    ]);
    expect(place.host.querySelector('.jp-mod-used')!.textContent).toBe('Azure CLI: used');
  });

  it.each<[IAzureSignedIn, string]>([
    [ALICE, 'Browser sign-in of a tab: used'],
    [{ ...ALICE, source: 'loopback', persistedIn: 'memory' }, 'Browser sign-in for all tabs: used']
  ])('puts an interactive sign-in first', (signedIn, first) => {
    show(signedIn);
    expect(lines().slice(0, 3)).toEqual([
      first,
      'Managed identity: not usedIDENTITY_ENDPOINT is not set.',
      'Azure CLI: not asked'
    ]);
  });

  it('names no candidate twice', () => {
    auth.candidates = [{ source: 'popup', outcome: 'skipped', reason: null }];
    show(ALICE);
    expect(lines()).toEqual(['Browser sign-in of a tab: used']);
  });

  it('follows changes of the candidates', () => {
    show();
    auth.candidates = CANDIDATES.slice(2);
    act(() => auth.candidatesChanged.emit());
    expect(lines()).toEqual(['teleport: not asked']);
  });

  it('is copied as text, without a user’s name', async () => {
    const writeText = jest.fn(() => Promise.resolve());
    Object.assign(navigator, { clipboard: { writeText } });
    show(MACHINE);
    await place.press('Copy for a support request');
    expect(writeText.mock.calls).toEqual([
      [
        '1. Managed identity: not used. IDENTITY_ENDPOINT is not set.\n' +
          '2. Azure CLI: used\n3. teleport: not asked'
      ]
    ]);
    expect(place.labels).toContain('Copied');
  });

  it('repeats the ambient lookup, once at a time', async () => {
    let answer: () => void = () => undefined;
    auth.retryAmbient.mockReturnValue(new Promise(resolve => (answer = resolve)));
    show();
    await place.press('Try again');
    await place.press('Try again');
    expect(auth.retryAmbient).toHaveBeenCalledTimes(1);
    await act(async () => answer());
    await place.press('Try again');
    expect(auth.retryAmbient).toHaveBeenCalledTimes(2);
  });
});
