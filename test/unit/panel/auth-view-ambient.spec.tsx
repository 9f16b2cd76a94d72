/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { AuthView } from '../../../src/panel/auth-view';
import type { AzureAuthState } from '../../../src/tokens';
import { ALICE, BOBS, FakeKernels, FakeAuth, MACHINE, NOW, aRequest, aMethod } from './fixtures';
import { Place } from './render';

const trans = nullTranslator.load('');

let auth: FakeAuth;
let kernels: FakeKernels;
let place: Place;

beforeEach(() => {
  jest.useFakeTimers();
  auth = new FakeAuth();
  kernels = new FakeKernels();
  place = new Place();
  place.show(<AuthView auth={auth} kernels={kernels} now={NOW} trans={trans} />);
});

afterEach(() => {
  place.close();
  jest.useRealTimers();
});

const setState = (state: AzureAuthState): void => auth.setState(state);
const pass = (milliseconds: number): void => act(() => void jest.advanceTimersByTime(milliseconds));
const status = (): string => place.host.querySelector('[role=status]')!.textContent!;

describe('AuthView, if the machine has an identity', () => {
  it('names the machine and its identity, and lets a user sign in', async () => {
    setState(MACHINE);
    expect(status()).toBe(
      'Signed in automatically. Kernels act as alice@contoso.com (Compute instance ci-1).'
    );
    const about = place.host.querySelector('.jp-AzurePanel-about')!.textContent;
    expect(about).toBe('Compute instance ci-1acts as alice@contoso.comsigned in automatically');
    expect(place.text).not.toContain('Tenant');
    expect(place.labels).toEqual(['Sign in as someone else']);
    await place.press('Sign in as someone else');
    expect(auth.signIn.mock.calls).toEqual([[null, 'popup']]);
  });

  it('offers nothing in place of a machine if no method is available', () => {
    auth.methods = [aMethod({ obstacle: 'not_allowed' })];
    setState(MACHINE);
    expect(place.labels).toEqual([]);
  });

  it('announces after signing out which identity kernels use now', () => {
    setState(ALICE);
    setState({ kind: 'signed-out' });
    setState(MACHINE);
    const now = 'You are signed out. Kernels now act as alice@contoso.com (Compute instance ci-1).';
    expect(status()).toBe(now);
    expect(place.host.querySelector('[role=status]')!.className).toBe('jp-AzurePanel-status');
    setState(ALICE);
    expect(status()).toBe('Signed in.');
  });

  it('asks for no machine’s consent: a user has to sign in', () => {
    setState(MACHINE);
    kernels.setState({ waiting: [aRequest(), BOBS] });
    pass(1_500);
    expect(place.labels).toEqual(['Sign in', 'Not now']);
    kernels.setState({ waiting: [BOBS] });
    expect(status()).toContain('Sign in with it to continue.');
    expect(place.labels).toEqual(['Sign in as someone else', 'Not now']);
  });

  it('shows no button that a machine is about to make unnecessary', () => {
    setState({ kind: 'searching' });
    expect([status(), place.labels]).toEqual(['', []]);
    pass(300);
    expect(status()).toBe('Looking for this machine’s identity…');
    pass(1_200);
    expect(place.labels).toEqual(['Sign in']);
  });
});
