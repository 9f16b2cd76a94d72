/** @jest-environment jsdom */
import { type IServed, KernelLedger, wishKey } from '../../../src/kernels/ledger';
import { MANAGEMENT, STORAGE } from '../panel/fixtures';

const KEY = 'jupyter-azure-auth:kernels';
const WISH = { scopes: STORAGE, enableCae: false };
const OTHER = { scopes: MANAGEMENT, enableCae: false };
let ledger: KernelLedger;

beforeEach(() => {
  sessionStorage.clear();
  ledger = new KernelLedger(sessionStorage);
});

function served(change: Partial<IServed> = {}): IServed {
  return {
    kernelId: 'k1',
    commId: 'c1',
    requestId: 'r1',
    label: 'a.ipynb',
    path: 'a.ipynb',
    wish: WISH,
    accountId: 'alice',
    givenOn: 1,
    expiresOn: 2,
    attached: false,
    ...change
  };
}

const comms = (): string[] => ledger.served.map(({ commId }) => commId);

describe('KernelLedger', () => {
  it('keeps one entry per kernel and wish, the newest first', () => {
    ledger.add(served());
    ledger.add(served({ commId: 'c2', wish: OTHER }));
    ledger.add(served({ commId: 'c3', kernelId: 'k2' }));
    ledger.add(served({ commId: 'c4' }));
    expect(comms()).toEqual(['c4', 'c3', 'c2']);
  });

  it('is the same after a reload', () => {
    ledger.add(served());
    expect(new KernelLedger(sessionStorage).served).toEqual([served()]);
  });

  it('remembers for its notebook what a kernel had before it restarted', () => {
    ledger.add(served());
    ledger.add(served({ kernelId: 'k2', path: 'b.ipynb', wish: OTHER }));
    ledger.restartKernel('k1');
    expect(ledger.served.find(({ path }) => path === 'a.ipynb')).toMatchObject({
      kernelId: '',
      commId: ''
    });
    expect(ledger.wishesOf('a.ipynb', 'alice')).toEqual([WISH]);
    expect(ledger.wishesOf('a.ipynb', 'bob')).toEqual([]);
    ledger.add(served({ commId: 'c2' }));
    expect(comms()).toEqual(['c2', 'c1']);
    expect(ledger.wishesOf('a.ipynb', 'alice')).toEqual([WISH]);
  });

  it('takes a closed comm for no address, if its own kernel closed it', () => {
    ledger.add(served());
    ledger.closeComm('k2', 'c1');
    expect(comms()).toEqual(['c1']);
    ledger.closeComm('k1', 'c1');
    expect(comms()).toEqual(['']);
  });

  it('forgets all but one account, and says what', () => {
    ledger.add(served());
    ledger.add(served({ kernelId: 'k2', commId: 'c2', accountId: 'bob' }));
    expect(ledger.keepOnly('bob')).toEqual([served()]);
    expect(comms()).toEqual(['c2']);
    expect(ledger.keepOnly(null)).toHaveLength(1);
    expect(new KernelLedger(sessionStorage).served).toEqual([]);
  });

  it('does not grow without end', () => {
    for (let i = 0; i < 300; i++) {
      ledger.add(served({ kernelId: `k${i}` }));
    }
    expect(ledger.served).toHaveLength(200);
    expect(ledger.served[0]!.kernelId).toBe('k299');
  });

  it.each([
    ['{'],
    ['null'],
    ['"x"'],
    ['[1, null]'],
    ['[{"wish": null, "kernelId": "k1", "accountId": "a"}]'],
    [
      '[{"wish": {}, "kernelId": "k1", "commId": "", "requestId": "", "path": "", "accountId": "a"}]'
    ]
  ])('begins anew where the storage holds %s', broken => {
    sessionStorage.setItem(KEY, broken);
    expect(new KernelLedger(sessionStorage).served).toEqual([]);
  });
});

describe('wishKey', () => {
  it.each([
    ['scopes', OTHER],
    ['tenant', { ...WISH, tenantId: 't' }],
    ['cloud', { ...WISH, cloud: 't' }],
    ['account', { ...WISH, account: 't' }],
    ['CAE', { ...WISH, enableCae: true }]
  ])('tells another %s apart', (_, other) => {
    expect(wishKey(other)).not.toBe(wishKey(WISH));
  });
});
