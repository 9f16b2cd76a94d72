/** @jest-environment jsdom */
import {
  type IGrant,
  GrantStore,
  type IKernelSession,
  requestKey
} from '../../../src/kernels/grants';
import { MANAGEMENT, STORAGE } from '../panel/fixtures';

const KEY = 'jupyter-azure-auth:kernels';
const TARGET = { scopes: STORAGE, enableCae: false };
const OTHER = { scopes: MANAGEMENT, enableCae: false };
let grants: GrantStore;

beforeEach(() => {
  jest.useFakeTimers();
  sessionStorage.clear();
  grants = new GrantStore(sessionStorage);
});

afterEach(() => jest.useRealTimers());

/** What the page finds after it was reloaded. */
function reloaded(): readonly IGrant[] {
  window.dispatchEvent(new Event('pagehide'));
  return new GrantStore(sessionStorage).all;
}

function aGrant(change: Partial<IGrant> = {}): IGrant {
  return {
    kernelId: 'k1',
    commId: 'c1',
    requestId: 'r1',
    label: 'a.ipynb',
    path: 'a.ipynb',
    request: TARGET,
    accountId: 'alice',
    grantedAt: 1,
    expiresAt: 2,
    attached: false,
    ...change
  };
}

function aSession(path: string, id = 'k1'): IKernelSession {
  return { path, kernel: { id, name: 'python3' } };
}

const comms = (): string[] => grants.all.map(({ commId }) => commId);

describe('GrantStore', () => {
  it('keeps one entry per kernel and request, the newest first', () => {
    grants.add(aGrant());
    grants.add(aGrant({ commId: 'c2', request: OTHER }));
    grants.add(aGrant({ commId: 'c3', kernelId: 'k2' }));
    grants.add(aGrant({ commId: 'c4' }));
    expect(comms()).toEqual(['c4', 'c3', 'c2']);
  });

  it('is the same after a reload', () => {
    grants.add(aGrant());
    expect(reloaded()).toEqual([aGrant()]);
  });

  it('is stored once for several changes, after the token was sent', () => {
    const setItem = jest.spyOn(Storage.prototype, 'setItem');
    grants.add(aGrant());
    grants.add(aGrant({ commId: 'c2', request: OTHER }));
    expect(setItem).not.toHaveBeenCalled();
    jest.advanceTimersByTime(50);
    expect(setItem).toHaveBeenCalledTimes(1);
    expect(new GrantStore(sessionStorage).all).toEqual(grants.all);
    window.dispatchEvent(new Event('pagehide'));
    expect(setItem).toHaveBeenCalledTimes(1);
    setItem.mockRestore();
  });

  it('follows notebooks that are renamed', () => {
    const running = [
      aSession('work/b.ipynb'),
      aSession('c.ipynb', 'k2'),
      { path: 'd.ipynb', kernel: null }
    ];
    grants.add(aGrant());
    grants.add(aGrant({ kernelId: 'k2', label: 'c.ipynb', path: 'c.ipynb' }));
    grants.add(aGrant({ kernelId: '' }));
    grants.rename(running);
    expect(grants.all.map(({ label, path }) => [label, path])).toEqual([
      ['a.ipynb', 'a.ipynb'],
      ['c.ipynb', 'c.ipynb'],
      ['b.ipynb', 'work/b.ipynb']
    ]);
    expect(reloaded()).toEqual(grants.all);
    expect(grants.requestsOf('work/b.ipynb')).toEqual([TARGET]);
  });

  it.each<[string, string[]]>([
    ['a.ipynb', ['b.ipynb', 'a.ipynb']],
    ['a.ipynb', ['console-1']],
    ['console-1', ['a.ipynb']],
    // A session's path does not contain the drive.
    ['GitHub:a.ipynb', ['a.ipynb']]
  ])('does not take %s for renamed if its kernel is used by %j', (path, paths) => {
    grants.add(aGrant({ path }));
    const before = grants.all;
    grants.rename(paths.map(each => aSession(each)));
    expect(grants.all).toBe(before);
  });

  it('remembers for its notebook what a kernel had before it restarted', () => {
    grants.add(aGrant());
    grants.add(aGrant({ kernelId: 'k2', path: 'b.ipynb', request: OTHER }));
    grants.restartKernel('k1');
    expect(grants.all.find(({ path }) => path === 'a.ipynb')).toMatchObject({
      kernelId: '',
      commId: ''
    });
    expect(grants.requestsOf('a.ipynb')).toEqual([TARGET]);
    expect(grants.requestsOf('c.ipynb')).toEqual([]);
    grants.add(aGrant({ commId: 'c2' }));
    expect(comms()).toEqual(['c2', 'c1']);
    expect(grants.requestsOf('a.ipynb')).toEqual([TARGET]);
  });

  it('clears the address of a closed comm, if its own kernel closed it', () => {
    grants.add(aGrant());
    grants.closeComm('k2', 'c1');
    expect(comms()).toEqual(['c1']);
    grants.closeComm('k1', 'c1');
    expect(comms()).toEqual(['']);
  });

  it('forgets the other entries, and returns them', () => {
    grants.add(aGrant());
    grants.add(aGrant({ kernelId: 'k2', commId: 'c2', accountId: 'bob' }));
    expect(grants.retain(({ accountId }) => accountId === 'bob')).toEqual([aGrant()]);
    expect(comms()).toEqual(['c2']);
    jest.runAllTimers();
    expect(grants.retain(() => false)).toHaveLength(1);
    expect(reloaded()).toEqual([]);
  });

  it('does not grow without end', () => {
    for (let i = 0; i < 300; i++) {
      grants.add(aGrant({ kernelId: `k${i}` }));
    }
    expect(grants.all).toHaveLength(200);
    expect(grants.all[0]!.kernelId).toBe('k299');
  });

  it.each([
    ['{'],
    ['null'],
    ['"x"'],
    ['[1, null]'],
    ['[{"request": null, "kernelId": "k1", "accountId": "a"}]'],
    [
      '[{"request": {}, "kernelId": "k1", "commId": "", "requestId": "", "path": "", "accountId": "a"}]'
    ]
  ])('starts empty if the storage contains %s', broken => {
    sessionStorage.setItem(KEY, broken);
    expect(new GrantStore(sessionStorage).all).toEqual([]);
  });
});

describe('requestKey', () => {
  it.each([
    ['scopes', OTHER],
    ['tenant', { ...TARGET, tenantId: 't' }],
    ['cloud', { ...TARGET, cloud: 't' }],
    ['account', { ...TARGET, account: 't' }],
    ['CAE', { ...TARGET, enableCae: true }]
  ])('distinguishes another %s', (_, other) => {
    expect(requestKey(other)).not.toBe(requestKey(TARGET));
  });
});
