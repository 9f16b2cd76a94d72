/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';
import { OtherMethods } from '../../../src/panel/other-methods';
import type { IAzureSignInMethod, SignInObstacle } from '../../../src/auth/page-auth';
import { type FakeAuth, STORAGE, aMethod } from './fixtures';
import { type Place, withPlace } from './render';

const TOKEN_REQUEST = { scopes: STORAGE };

let auth: FakeAuth;
let place: Place;
withPlace((...fresh) => ([auth, place] = fresh));

function show(...methods: IAzureSignInMethod[]): void {
  const trans = nullTranslator.load('');
  place.show(<OtherMethods auth={auth} methods={methods} request={TOKEN_REQUEST} trans={trans} />);
}

describe('OtherMethods', () => {
  it('is not shown if there is none', () => {
    show();
    expect(place.text).toBe('');
  });

  it('is folded, and uses the chosen method inside the click', async () => {
    show(aMethod({ name: 'loopback' }), aMethod({ name: 'device-code' }));
    expect(place.host.querySelector('details')!.open).toBe(false);
    expect(place.labels).toEqual(['Browser sign-in for all tabs', 'Sign in with a code']);
    await place.press('Sign in with a code');
    expect(auth.signIn.mock.calls).toEqual([[TOKEN_REQUEST, 'device-code']]);
  });

  it.each<[SignInObstacle, string]>([
    ['no_extension', 'jupyter-azure-auth is not running in the Jupyter server'],
    ['not_allowed', 'your administrator doesn’t allow it (c.AzureAuth.sources)'],
    ['no_client_id', 'Needs an app registration first.'],
    ['not_local', 'Available only if you open JupyterLab at http://localhost.'],
    ['not_localhost', 'Available at localhost only, not at an IP address.'],
    ['root_is_not_ours', 'something other than Jupyter is serving the root of this address']
  ])('says why a method is unavailable: %s', (obstacle, sentence) => {
    show(aMethod({ name: 'loopback', obstacle, redirectUri: null }));
    expect(place.text).toContain(sentence);
    expect(place.labels).toEqual([]);
  });

  it('leads to localhost, if that is all that is needed', () => {
    show(aMethod({ name: 'loopback', obstacle: 'not_localhost' }));
    expect(place.host.querySelector('a')!.href).toBe('http://localhost/');
  });

  it('says what to register', () => {
    const redirectUri = 'https://lab.example/redirect.html';
    show(aMethod({ obstacle: 'no_client_id', redirectUri }));
    expect(place.host.querySelector('code')!.textContent).toBe(redirectUri);
  });
});
