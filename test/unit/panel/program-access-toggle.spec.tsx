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

/** Sends the answer of `late`. */
let sendLate: () => void;
const late = (body: object): Promise<object> =>
  new Promise(resolve => (sendLate = () => resolve(body)));

/** Answer requests in turn; a number is the status of an error. */
function answer(...answers: (object | number | Promise<object>)[]): void {
  jest.spyOn(ServerConnection, 'makeRequest').mockImplementation(async (url, init) => {
    requests.push([url, JSON.parse(String(init.body))]);
    const next = (await answers.shift()) ?? 500;
    const [status, body] = typeof next === 'number' ? [next, {}] : [200, next];
    return { status, json: async () => body } as Response;
  });
}

const show = (change: Partial<IAzureSignedIn> = {}, isAsking = false): Promise<void> =>
  act(async () =>
    place.show(
      <ProgramAccessToggle
        settings={SETTINGS}
        signedIn={{ ...ALICE, source: 'loopback', ...change }}
        isAsking={isAsking}
        trans={nullTranslator.load('')}
      />
    )
  );
const control = (): HTMLInputElement => place.host.querySelector('input')!;

const OFF = { enabled: false, obstacle: null, message: null };
const ON = { ...OFF, enabled: true };

describe('ProgramAccessToggle', () => {
  it('is not shown for an ambient identity, and sends nothing', async () => {
    answer(OFF);
    await show({ ambient: true, source: 'managed-identity' });
    expect([place.text, requests]).toEqual(['', []]);
  });

  it('is shown for a sign-in of the browser, whose page the server asks', async () => {
    answer(OFF);
    await show({ source: 'popup' });
    expect(place.text.startsWith(LABEL)).toBe(true);
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
    expect(place.text).toContain('Restart running kernels, except Python kernels.');
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

  it.each<[string, object]>([
    ['Turn on', ON],
    ['Not now', OFF]
  ])('is offered until the user answers: %s', async (label, answered) => {
    answer({ ...OFF, offered: true }, 403, answered);
    await show();
    const button = (): HTMLButtonElement | undefined =>
      [...place.host.querySelectorAll('button')].find(one => one.textContent === label);
    expect([control(), place.text]).toEqual([null, expect.stringMatching(/^Let other programs/)]);
    await act(async () => button()?.click());
    expect(button()).toBeDefined(); // the server has not taken the answer
    await act(async () => button()?.click());
    expect([button(), control().checked]).toEqual([undefined, answered === ON]);
    expect(document.activeElement).toBe(control());
    expect(requests.at(-1)).toEqual([expect.anything(), { enabled: answered === ON }]);
  });

  it('follows the later of two answers, however late the server takes the first', async () => {
    answer({ ...OFF, offered: true }, late(ON), OFF);
    await show();
    await place.press('Turn on');
    await place.press('Not now');
    expect(control().checked).toBe(false);
    await act(async () => sendLate());
    expect(control().checked).toBe(false);
  });

  it('is not offered while the panel asks something else', async () => {
    answer({ ...OFF, offered: true });
    await show({}, true);
    expect(place.text).toBe('');
    await show();
    expect(place.text).toMatch(/^Let other programs/);
  });
});
