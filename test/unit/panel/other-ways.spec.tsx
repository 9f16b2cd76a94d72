/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';
import { OtherWays } from '../../../src/panel/other-ways';
import type { IAzureWay, WayObstacle } from '../../../src/tokens';
import { FakeSession, STORAGE, aWay } from './fixtures';
import { Place } from './render';

const NEED = { scopes: STORAGE };

let session: FakeSession;
let place: Place;

beforeEach(() => {
  session = new FakeSession();
  place = new Place();
});

afterEach(() => place.close());

function show(...ways: IAzureWay[]): void {
  const trans = nullTranslator.load('');
  place.show(<OtherWays session={session} ways={ways} need={NEED} trans={trans} />);
}

describe('OtherWays', () => {
  it('is not there where there is none', () => {
    show();
    expect(place.text).toBe('');
  });

  it('is folded, and takes the way that is pressed, inside the click', async () => {
    show(aWay({ name: 'loopback' }), aWay({ name: 'device-code' }));
    expect(place.host.querySelector('details')!.open).toBe(false);
    expect(place.labels).toEqual(['Browser sign-in for all tabs', 'Sign in with a code']);
    await place.press('Sign in with a code');
    expect(session.signIn.mock.calls).toEqual([[NEED, 'device-code']]);
  });

  it.each<[WayObstacle, string]>([
    ['no_server_half', 'jupyter-azure-auth is not running in the Jupyter server'],
    ['not_allowed', 'your administrator doesn’t allow it (c.AzureAuth.sources)'],
    ['no_client_id', 'Needs an app registration first.'],
    ['not_local', 'Available only if you open JupyterLab at http://localhost.'],
    ['not_localhost', 'Available at localhost only, not at an IP address.'],
    ['root_is_not_ours', 'something other than Jupyter is serving the root of this address']
  ])('says why a way is not open: %s', (obstacle, sentence) => {
    show(aWay({ name: 'loopback', obstacle, redirectUri: null }));
    expect(place.text).toContain(sentence);
    expect(place.labels).toEqual([]);
  });

  it('leads to localhost, where that is all it takes', () => {
    show(aWay({ name: 'loopback', obstacle: 'not_localhost' }));
    expect(place.host.querySelector('a')!.href).toBe('http://localhost/');
  });

  it('tells what to register', () => {
    const redirectUri = 'https://lab.example/redirect.html';
    show(aWay({ obstacle: 'no_client_id', redirectUri }));
    expect(place.host.querySelector('code')!.textContent).toBe(redirectUri);
  });
});
