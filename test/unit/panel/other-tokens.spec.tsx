/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { OtherTokens } from '../../../src/panel/other-tokens';
import { ALICE, FakeKernels, MANAGEMENT, NOW, STORAGE, aGrant } from './fixtures';
import { Place } from './render';

const SETTINGS = { baseUrl: 'http://localhost:8888/' } as ServerConnection.ISettings;
const SECONDS = NOW / 1000;
const grant = (to: string, scopes: unknown = STORAGE, age = 0): object => ({
  ...{ to, scopes, username: 'alice@contoso.com', kernel_id: to === 'kernel' ? 'k1' : null },
  ...{ granted_at: SECONDS - age, expires_on: SECONDS - age + 3600 }
});

const trans = nullTranslator.load('');

let kernels: FakeKernels;
let place: Place;
let requests: string[];

beforeEach(() => {
  kernels = new FakeKernels();
  place = new Place();
  requests = [];
});

afterEach(() => {
  place.close();
  jest.restoreAllMocks();
});

function answer(status: number, grants: unknown): void {
  jest.spyOn(ServerConnection, 'makeRequest').mockImplementation(async url => {
    requests.push(url);
    return { status, json: async () => ({ grants }) } as Response;
  });
}

interface IChange {
  readonly visible?: boolean;
  readonly now?: number;
  readonly isRevoked?: boolean;
}

const show = (change: IChange = {}) =>
  act(async () =>
    place.show(
      <OtherTokens
        {...{ settings: SETTINGS, state: ALICE, kernels, visible: true, now: NOW }}
        isRevoked={false}
        {...change}
        trans={trans}
      />
    )
  );
describe('OtherTokens', () => {
  // Situation: single-user server | a cell sends what a page would | a token is requested | the
  // user's: this is not a security boundary, but the log and the panel list it | sign out, restart
  // the kernel
  it('lists what programs and pages were given, and leaves kernels to their own list', async () => {
    answer(200, [
      grant('page', MANAGEMENT),
      grant('program', STORAGE, 240),
      grant('kernel'),
      grant('program', STORAGE, 900)
    ]);
    await show();
    expect(requests).toEqual(['http://localhost:8888/azure-auth/grants']);
    expect(place.text).toBe(
      'Other tokensProgramsRevokeStorage as alice 4 min ago, expires in 56 min' +
        'Pages of this serverResource Manager as alice just now, expires in 1 h'
    );
  });

  it('revokes the access of programs, and allows it again', async () => {
    answer(200, [grant('program')]);
    await show();
    // Whole sentences: in many languages, a word put into them would have the wrong form.
    const sentence = jest.spyOn(trans, '__');
    expect(place.host.querySelector('[aria-label="Revoke the access of programs"]')).not.toBeNull();
    await place.press('Revoke');
    expect(kernels.revoke.mock.calls).toEqual([['']]);
    answer(200, []);
    await show({ isRevoked: true });
    expect(place.text).toBe('Other tokensProgramsAllow againAccess revoked');
    expect(sentence).toHaveBeenCalledWith('Allow programs again');
    await place.press('Allow again');
    expect(kernels.restore.mock.calls).toEqual([['']]);
  });

  it('reads again with time, and when a kernel gets a token', async () => {
    answer(200, [grant('page')]);
    await show();
    kernels.grants = [aGrant()];
    await show();
    expect(requests).toHaveLength(2);
    answer(200, [grant('program')]);
    await show({ now: NOW + 30_000 });
    expect(requests).toHaveLength(3);
    expect(place.text).toContain('Programs');
    expect(place.text).not.toContain('Pages');
  });

  it('reads nothing while the panel is hidden', async () => {
    answer(200, [grant('page')]);
    await show({ visible: false });
    expect([place.text, requests]).toEqual(['', []]);
  });

  it.each<[string, number, unknown]>([
    ['no grants', 200, []],
    ['no server extension', 404, undefined],
    ['a list of something else', 200, [null, 'x', grant('page', 'x'), grant('else')]]
  ])('is not shown with %s', async (_, status, grants) => {
    answer(status, grants);
    await show();
    expect(place.text).toBe('');
  });
});
