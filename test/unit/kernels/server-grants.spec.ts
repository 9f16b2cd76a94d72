/** @jest-environment jsdom */
import type { ServiceManager } from '@jupyterlab/services';
import { ServerGrantImporter } from '../../../src/kernels/server-grants';
import type { IAzureSignedIn } from '../../../src/tokens';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import { FakeServer } from '../providers/fake-server';
import { BOB, KernelHarness } from './kernel-harness';

const NOW = new Date(2026, 10, 23, 9, 41).getTime();
const AT_SERVER: IAzureSignedIn = { ...ALICE, source: 'loopback', persistedIn: 'memory' };
const GRANT = {
  kernel_id: 'k1',
  comm_id: 'door',
  request_id: 'attach',
  scopes: STORAGE,
  tenant_id: null,
  cloud: null,
  enable_cae: false,
  account_id: ALICE.account.id,
  granted_at: NOW / 1000 - 60,
  expires_on: NOW / 1000 + 3600
};
const SERVICES = {
  sessions: {
    ready: Promise.resolve(),
    running: () => [
      { id: 's', name: 'analysis.ipynb', path: 'analysis.ipynb', kernel: { id: 'k1' } }
    ]
  },
  kernels: { ready: Promise.resolve(), running: () => [{ id: 'k1' }, { id: 'k2' }] }
} as unknown as ServiceManager.IManager;

let harness: KernelHarness;
let server: FakeServer;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  sessionStorage.clear();
  harness = new KernelHarness();
  server = new FakeServer();
});

afterEach(() => jest.useRealTimers());

/** What the page does once an account is signed in at the server. */
async function begin(...grants: unknown[]): Promise<void> {
  server.answers['grants'] = { grants };
  await harness.setSignedIn(AT_SERVER);
  const { auth, tokenService } = harness;
  const options = { auth, tokenService, services: SERVICES, nameless: 'A kernel' };
  new ServerGrantImporter({ ...options, server: server.self });
  await harness.pass(0);
}

function show(visibility: DocumentVisibilityState): Promise<void> {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility);
  document.dispatchEvent(new Event('visibilitychange'));
  return harness.pass(0);
}

describe('ServerGrantImporter', () => {
  it('lists what running kernels were given, by the names of their notebooks', async () => {
    const other = { ...GRANT, kernel_id: 'k2', scopes: MANAGEMENT, granted_at: NOW / 1000 - 5 };
    await begin(GRANT, other, { ...GRANT, kernel_id: 'ended' });
    expect(harness.tokenService.grants).toMatchObject([
      { kernelId: 'k2', label: 'A kernel', scopes: MANAGEMENT, grantedAt: NOW - 5_000 },
      { kernelId: 'k1', label: 'analysis.ipynb', scopes: STORAGE, expiresAt: NOW + 3_600_000 }
    ]);
    expect(harness.takeSent()).toEqual([]);
  });

  it('reaches them to sign them out, and to give them newer tokens', async () => {
    await begin({ ...GRANT, kernel_id: 'k2', expires_on: NOW / 1000 + 60 });
    await harness.ask('c1');
    await harness.pass(50);
    expect(harness.takeSent()).toEqual(['c1 token alice', 'door token alice for']);
    await harness.setSignedIn(null);
    expect(harness.takeSent().sort()).toEqual(['c1 error signed_out', 'door error signed_out']);
  });

  it('leaves kernels the tokens of another account that their code names', async () => {
    jest
      .spyOn(harness.auth, 'accountFor')
      .mockImplementation(wanted => (wanted === undefined ? ALICE : BOB).account);
    const ofBob = { ...GRANT, account_id: BOB.account.id };
    await begin({ ...ofBob, account: BOB.account.username }, { ...ofBob, kernel_id: 'k2' });
    expect(harness.takeSent()).toEqual(['door error signed_out']);
    expect(harness.tokenService.grants.map(({ kernelId }) => kernelId)).toEqual(['k1']);
  });

  it('makes kernels forget a user who has signed out', async () => {
    await begin({ ...GRANT, account_id: BOB.account.id });
    expect(harness.takeSent()).toEqual(['door error signed_out']);
    expect(harness.tokenService.grants).toEqual([]);
  });

  it('imports once more when its user signs out', async () => {
    await begin();
    server.answers['grants'] = { grants: [GRANT] };
    await harness.setSignedIn(null);
    expect(harness.takeSent()).toEqual(['door error signed_out']);
    await show('visible');
    expect(server.count('grants')).toBe(2);
  });

  it('imports once more when its user comes back to it', async () => {
    await begin();
    await show('hidden');
    expect(server.count('grants')).toBe(1);
    server.answers['grants'] = { grants: [GRANT] };
    await show('visible');
    expect(harness.tokenService.grants).toHaveLength(1);
    await show('visible');
    expect(harness.tokenService.grants).toHaveLength(1);
  });

  it('prefers the entries of this page', async () => {
    await harness.setSignedIn(AT_SERVER);
    await harness.ask('c1');
    harness.notebook.statusChanged.emit('restarting');
    harness.takeSent();
    // From before the restart: neither the comm nor the token exists any more.
    await begin({ ...GRANT, kernel_id: 'k1' });
    await harness.setSignedIn(null);
    expect(harness.takeSent()).toEqual([]);
  });

  it.each([
    ['an older server extension', new Error('404')],
    ['nothing', {}],
    ['a list of something else', { grants: [null, 'x', { ...GRANT, scopes: 'x' }] }],
    ['times that are none', { grants: [{ ...GRANT, granted_at: '5' }] }]
  ])('imports nothing from %s', async (_, answer) => {
    await begin();
    server.answers['grants'] = answer;
    await show('visible');
    expect(harness.tokenService.grants).toEqual([]);
  });
});
