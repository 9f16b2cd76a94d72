/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { InsertCode } from '../../../src/panel/insert-code';
import { codeCells, filled } from '../../../src/panel/code-cells';
import { ResourceChooser } from '../../../src/panel/resource-chooser';
import { CLOUDS } from '../../../src/panel/resource-manager';
import { aToken, anError } from '../kernels/kernel-harness';
import { AzureAuthError } from '../../../src/auth/errors';
import { TestAccess } from '../../../src/panel/test-access';
import type { FakeAuth } from './fixtures';
import { type Place, withPlace } from './render';

let place: Place;
let auth: FakeAuth;
withPlace((newAuth, newPlace) => ([auth, place] = [newAuth, newPlace]));
const trans = nullTranslator.load('');

const writeText = jest.fn(async () => undefined);
const execute = jest.fn<Promise<void>, [string, object?]>(async () => undefined);

async function open(isEnabled: () => boolean): Promise<void> {
  Object.assign(navigator, { clipboard: { writeText } });
  const commands = { execute, isEnabled };
  place.show(<InsertCode auth={auth} commands={commands} trans={trans} />);
  await act(async () => {
    place.host.querySelector('details')!.open = true;
    place.host.querySelector('details')!.dispatchEvent(new Event('toggle'));
  });
}

const CELLS = codeCells(0);
const blobs = CELLS[0]!.code;

it('puts a cell below the active one', async () => {
  await open(() => true);
  const products = CELLS.map(({ product }) => product);
  expect(place.labels).toEqual([...products, 'Choose from my resources']);
  await place.press('Blob Storage');
  expect(execute.mock.calls).toEqual([
    ['notebook:insert-cell-below'],
    ['notebook:replace-selection', { text: blobs }]
  ]);
  expect(place.text).toContain('Inserted below the active cell. Replace the parts in <…>.');
});

it.each<[string, () => boolean]>([
  ['there is no notebook', () => false],
  [
    'this JupyterLab has no such command',
    () => {
      throw new Error('no such command');
    }
  ]
])('copies it if %s', async (_, isEnabled) => {
  await open(isEnabled);
  await place.press('Blob Storage');
  expect(writeText).toHaveBeenLastCalledWith(blobs);
  expect(place.text).toContain('Copied. Open a notebook');
});

it.each<[string, object | undefined]>([
  ['refuses the text', { writeText: () => Promise.reject(new Error('NotAllowedError')) }],
  ['is missing, as on an insecure page', undefined]
])('asks for a notebook if the clipboard %s', async (_, clipboard) => {
  await open(() => false);
  Object.assign(navigator, { clipboard });
  await place.press('Blob Storage');
  expect(place.text).toContain('Open a notebook, then try again.');
  expect(place.text).not.toContain('Copied');
});

const [SUBSCRIPTION, OTHER] = ['5c000000-1111-4222-8333-00000000000c', 'other-subscription'];
const resource = (type: string, name: string) => ({
  ...{
    type,
    name,
    id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/data/providers/${type}/${name}`
  }
});

/** What Resource Manager answers, by a part of the address. */
function answering(answers: Record<string, object | number>): jest.Mock {
  const fetched = jest.fn(async (url: string) => {
    const [, answer] = Object.entries(answers).find(([part]) => url.includes(part)) ?? [];
    const [status, value] = typeof answer === 'number' ? [answer, []] : [200, answer];
    return { ok: status === 200, status, json: async () => ({ value }) };
  });
  globalThis.fetch = fetched as never;
  auth.getToken.mockImplementation(async () => aToken());
  return fetched;
}

/** The user is signed in to another cloud. */
const inCloud = (name: string) => async (_: unknown, options?: { cloud?: string }) => {
  if (options?.cloud !== undefined) {
    const problem = { code: 'other_cloud', detail: name, request: null } as const;
    throw new AzureAuthError('unavailable', problem);
  }
  return aToken();
};

it("fills a cell with one of the user's own resources, in any subscription", async () => {
  const fetched = answering({
    '/subscriptions?': [
      { subscriptionId: SUBSCRIPTION, displayName: 'Research' },
      { subscriptionId: OTHER, displayName: 'Other' },
      { displayName: 'no id' }
    ],
    [`/${SUBSCRIPTION}/resources`]: [
      resource('Microsoft.Storage/storageAccounts', 'data1'),
      resource('microsoft.machinelearningservices/workspaces', 'ml1'),
      resource('Microsoft.Network/virtualNetworks', 'net'),
      { name: 'without a type' }
    ],
    [`/${OTHER}/resources`]: []
  });
  await open(() => true);
  await place.press('Choose from my resources');
  expect(place.labels.slice(CELLS.length)).toEqual(['data1', 'ml1']);
  await place.press('data1');
  const { text } = execute.mock.lastCall![1] as { text: string };
  expect(text).toContain('https://data1.blob.core.');
  expect(place.text).toMatch(/Inserted below the active cell\.$/);
  await place.press('ml1');
  expect((execute.mock.lastCall![1] as { text: string }).text).toContain(
    `"${SUBSCRIPTION}", "data", "ml1"`
  );
  await choose(OTHER);
  expect(place.text).toContain('There are no resources to choose from.');
  const addresses = fetched.mock.calls.map(([url]) => new URL(url).host);
  expect(new Set(addresses)).toEqual(new Set(['management.azure.com']));
  expect(fetched.mock.calls[1]![0]).toContain('resourceType+eq+%27Microsoft.Storage');
});

const chosen = (): string => place.host.querySelector('select')!.value;

async function choose(subscription: string): Promise<void> {
  const select = place.host.querySelector('select')!;
  await act(async () => {
    select.value = subscription;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

describe('of two subscriptions that are chosen one after the other', () => {
  const [FIRST, SECOND, THIRD] = ['1', '2', '3'] as const;
  const storage = (name: string) => [resource('Microsoft.Storage/storageAccounts', name)];
  /** Answer or refuse what was asked about a subscription. */
  let answer: Record<string, (status: number) => Promise<void>>;

  beforeEach(async () => {
    const all = [FIRST, SECOND, THIRD].map(subscriptionId => ({ subscriptionId }));
    const list = answering({ '/subscriptions?': all, '/1/': storage('of-1') });
    place.show(<ResourceChooser auth={auth} onChosen={jest.fn()} trans={trans} />);
    await place.press('Choose from my resources');
    answer = {};
    list.mockImplementation(url => {
      const [, subscription = ''] = /subscriptions\/(\d)/.exec(url) ?? [];
      return new Promise(resolve => {
        answer[subscription] = status =>
          act(async () => {
            const value = storage(`of-${subscription}`);
            resolve({ ok: status === 200, status, json: async () => ({ value }) } as never);
          });
      });
    });
    await choose(SECOND);
  });

  it.each([200, 403])('shows the later one if the first answer, a %s, is late', async status => {
    await choose(THIRD);
    await answer[THIRD]!(200);
    await answer[SECOND]!(status);
    expect([chosen(), place.labels, place.text]).toEqual([THIRD, ['of-3'], expect.any(String)]);
    expect(place.text).not.toContain('refused');
  });

  it.each([200, 403])('waits for the later one if the first answer is a %s', async status => {
    await choose(THIRD);
    await answer[SECOND]!(status);
    expect([chosen(), place.labels]).toEqual([THIRD, []]);
    expect(place.text).toContain('Loading your resources…');
    await answer[THIRD]!(200);
    expect([chosen(), place.labels]).toEqual([THIRD, ['of-3']]);
  });

  it('can go back to what was shown before', async () => {
    expect([chosen(), place.labels]).toEqual([SECOND, []]);
    await choose(FIRST);
    await answer[FIRST]!(200);
    await answer[SECOND]!(200);
    expect([chosen(), place.labels]).toEqual([FIRST, ['of-1']]);
  });

  it('shows no resources of another one if the choice is refused', async () => {
    await answer[SECOND]!(403);
    expect([chosen(), place.labels]).toEqual([SECOND, []]);
    expect(place.text).toContain('refused them (403).');
  });
});

it.each<[string, Record<string, object | number>, string]>([
  ['one subscription', { '/subscriptions?': [{ subscriptionId: 's' }] }, 'see 1 subscription.'],
  ['none', { '/subscriptions?': [] }, 'cannot see any subscriptions. Ask a subscription owner'],
  ['a refusal', { '/subscriptions?': 403 }, 'Azure Resource Manager refused them (403).']
])('tests the access: %s', async (_, answers, expected) => {
  answering(answers);
  place.show(<TestAccess auth={auth} trans={trans} />);
  await place.press('Test access');
  expect(place.text).toContain(expected);
});

it('says why there is no token, or no network', async () => {
  answering({});
  auth.getToken.mockRejectedValue(anError('consent_required', 'consent_required'));
  place.show(<TestAccess auth={auth} trans={trans} />);
  await place.press('Test access');
  expect(place.text).toContain('Resource Manager');
  expect(place.text).toContain('(consent_required).');
  auth.getToken.mockImplementation(async () => aToken());
  globalThis.fetch = (async () => Promise.reject(new TypeError('Failed to fetch'))) as never;
  await place.press('Test access');
  expect(place.text).toContain('This browser cannot reach Azure Resource Manager.');
});

it.each(['Test access', 'Choose from my resources'])(
  'asks once for “%s”, however often the user clicks, and again after a failure',
  async label => {
    auth.getToken.mockRejectedValueOnce(new TypeError());
    place.show(
      <>
        <TestAccess auth={auth} trans={trans} />
        <ResourceChooser auth={auth} onChosen={jest.fn()} trans={trans} />
      </>
    );
    await place.press(label);
    auth.getToken.mockReset().mockReturnValue(new Promise(() => undefined));
    await place.press(label);
    await place.press(label);
    expect(auth.getToken).toHaveBeenCalledTimes(1);
  }
);

it.each(CLOUDS.slice(1))('asks the Resource Manager of %s', async name => {
  const fetched = answering({ '/subscriptions?': [] });
  auth.getToken.mockImplementation(inCloud(name) as never);
  place.show(<TestAccess auth={auth} trans={trans} />);
  await place.press('Test access');
  const cloud = CLOUDS.indexOf(name);
  const { host } = new URL(fetched.mock.calls[0]![0]);
  expect(host).not.toBe('management.azure.com');
  const hosts = codeCells(cloud)
    .map(({ code }) => code)
    .join();
  expect(hosts).not.toMatch(/windows\.net|azure\.com/);
  expect(hosts).toContain(`cloud="${name}"`);
});

it('keeps the placeholders that a resource does not fill', () => {
  const code = '<server> <database> <other>';
  const found = { name: 'sql1/db1', type: '', group: '' };
  expect(filled(code, '', found)).toBe('sql1 db1 <other>');
});
