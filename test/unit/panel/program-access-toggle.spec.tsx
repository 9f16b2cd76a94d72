/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { ProgramAccessToggle } from '../../../src/panel/program-access-toggle';
import type { IAzureSignedIn } from '../../../src/tokens';
import { ALICE } from './fixtures';
import { Place } from './render';

const LABEL = 'Let other programs use this sign-in';
const SETTINGS = { baseUrl: 'http://localhost:8888/' } as ServerConnection.ISettings;

let place: Place;
let requests: unknown[];

beforeEach(() => {
  place = new Place();
  requests = [];
});

afterEach(() => {
  place.close();
  jest.restoreAllMocks();
});

/** Answer requests in turn; a number is the status of an error. */
function answer(...answers: (object | number)[]): void {
  jest.spyOn(ServerConnection, 'makeRequest').mockImplementation(async (url, init) => {
    requests.push([url, JSON.parse(String(init.body))]);
    const next = answers.shift() ?? 500;
    const [status, body] = typeof next === 'number' ? [next, {}] : [200, next];
    return { status, json: async () => body } as Response;
  });
}

const show = (change: Partial<IAzureSignedIn> = {}): Promise<void> =>
  act(async () =>
    place.show(
      <ProgramAccessToggle
        settings={SETTINGS}
        signedIn={{ ...ALICE, source: 'loopback', ...change }}
        trans={nullTranslator.load('')}
      />
    )
  );
const control = (): HTMLInputElement => place.host.querySelector('input')!;

const OFF = { enabled: false, obstacle: null, message: null };
const ON = { ...OFF, enabled: true };

describe('ProgramAccessToggle', () => {
  it.each<[string, Partial<IAzureSignedIn>]>([
    ['a sign-in of the browser', { source: 'popup' }],
    ['an ambient identity', { ambient: true, source: 'managed-identity' }]
  ])('is not shown for %s, and sends nothing', async (_, change) => {
    answer(OFF);
    await show(change);
    expect([place.text, requests]).toEqual(['', []]);
  });

  it.each<[string, object | number]>([
    ['an older server', 404],
    ['an administrator who forbids it', { ...OFF, obstacle: 'never', message: 'x' }],
    ['a server with several users', { ...OFF, obstacle: 'shared_server', message: 'x' }],
    ['a machine with an identity', { ...OFF, obstacle: 'host_identity', message: 'x' }]
  ])('is not shown with %s', async (_, body) => {
    answer(body);
    await show();
    expect(place.text).toBe('');
  });

  it('turns on and off, and says which kernels have it', async () => {
    answer(OFF, ON, OFF);
    await show();
    expect([place.text.startsWith(LABEL), control().checked]).toEqual([true, false]);
    await act(async () => control().click());
    expect(control().checked).toBe(true);
    expect(place.text).toContain('Restart the ones that are already running.');
    await act(async () => control().click());
    expect(control().checked).toBe(false);
    const url = 'http://localhost:8888/azure-auth/identity-endpoint';
    expect(requests).toEqual([
      [url, {}],
      [url, { enabled: true }],
      [url, { enabled: false }]
    ]);
  });

  it('shows what the server last said if it refuses a click', async () => {
    answer(OFF, 403);
    await show();
    await act(async () => control().click());
    expect(control().checked).toBe(false);
  });

  it('cannot be turned on behind a proxy, and says what to do', async () => {
    answer({ ...OFF, obstacle: 'proxy', message: 'Add 127.0.0.1 to NO_PROXY.' });
    await show();
    expect([control().disabled, place.text]).toEqual([true, `${LABEL}Add 127.0.0.1 to NO_PROXY.`]);
  });
});
