/** @jest-environment jsdom */
import type { IAzureToken } from '../../../src/tokens';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import {
  BOB,
  FakeConnection,
  type KernelHarness,
  aClient,
  aToken,
  anError,
  withKernelHarness
} from './kernel-harness';

let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));

/** A token that arrives only when the test releases it. */
function slowly(): (token: IAzureToken) => Promise<void> {
  let come: (token: IAzureToken) => void;
  harness.auth.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
  return async token => {
    come(token);
    await harness.pass(0);
  };
}

describe('a request of this page', () => {
  it('is answered at once, without "pending", if the token arrives quickly', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.pass(1000);
    expect(harness.takeSent()).toEqual(['c1 token alice']);
    expect(harness.tokenService.grants).toMatchObject([
      { kernelId: 'k1', label: 'analysis.ipynb' }
    ]);
  });

  it('is listed under the name that its notebook has now', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.pass(1000);
    const changed = jest.fn();
    harness.tokenService.changed.connect(changed);
    const kernel = { id: 'k1', name: 'python3' };
    harness.tokenService.rename([{ path: 'analysis.ipynb', kernel }]);
    expect(changed).not.toHaveBeenCalled();
    harness.tokenService.rename([{ path: 'work/new.ipynb', kernel }]);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(harness.tokenService.grants).toMatchObject([
      { label: 'new.ipynb', path: 'work/new.ipynb' }
    ]);
  });

  it('goes to the session with all of its fields', async () => {
    const fields = { tenant_id: 'fabrikam.com', cloud: 'AzureCloud', account: 'a', claims: '{}' };
    const flags = { enable_cae: true, force: true, require_user: true };
    await harness.ask('c1', { ...fields, ...flags, interactive: false });
    const options = { tenantId: 'fabrikam.com', cloud: 'AzureCloud', account: 'a', claims: '{}' };
    expect(harness.auth.getToken).toHaveBeenCalledWith(
      STORAGE,
      expect.objectContaining({ ...options, enableCae: true, force: true, requireUser: true })
    );
  });

  it('is told after 50 ms that a lookup is in progress', async () => {
    const come = slowly();
    await harness.ask('c1');
    await harness.pass(49);
    expect(harness.takeSent()).toEqual([]);
    await harness.pass(1);
    expect(harness.takeSent()).toEqual(['c1 pending acquiring']);
    await come(aToken());
    expect(harness.takeSent()).toEqual(['c1 token alice']);
  });

  it('asks the user, but only after 300 ms without a comm_close', async () => {
    await harness.ask('c1', { tenant_id: 'fabrikam.com', claims: '{"a":1}' });
    expect(harness.takeSent()).toEqual(['c1 pending sign_in']);
    await harness.pass(299);
    expect(harness.waiting).toEqual([]);
    await harness.pass(1);
    const request = { scopes: STORAGE, tenantId: 'fabrikam.com', claims: '{"a":1}' };
    expect(harness.tokenService.waiting).toEqual([
      { requestId: 'r1', kernelId: 'k1', label: 'analysis.ipynb', request, question: 'sign-in' }
    ]);
  });

  it('does not ask the user if a replay brings many requests that are over', async () => {
    const seen: string[] = [];
    harness.tokenService.changed.connect(() => seen.push(...harness.waiting));
    await harness.ask('c1', { request_id: 'r1' });
    await harness.pass(200);
    await harness.ask('c2', { request_id: 'r2' });
    await harness.ask('c3', { request_id: 'r3' });
    await harness.end('c1');
    await harness.pass(200);
    await harness.end('c2');
    await harness.end('c3');
    await harness.pass(1000);
    expect(seen).toEqual([]);
  });

  it('stops asking after comm_close', async () => {
    await harness.ask('c1');
    await harness.prompted();
    await harness.end('c1');
    expect(harness.waiting).toEqual([]);
    await harness.setSignedIn(ALICE);
    expect(harness.takeSent()).toEqual(['c1 pending sign_in']);
  });

  it('ignores the message of another kernel that a comm is closed', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.ask('c1');
    await harness.prompted();
    await harness.end('c1', other);
    expect(harness.waiting).toEqual(['r1']);
  });

  it('says "pending" again to a newer comm, asks once and answers the newest', async () => {
    await harness.ask('c1');
    const first = await harness.prompted();
    await harness.ask('c2');
    await harness.end('c1');
    expect(harness.takeSent()).toEqual(['c1 pending sign_in', 'c2 pending sign_in']);
    expect(harness.tokenService.waiting).toEqual([first]);
    expect(await harness.prompted()).toBe(first);
    expect(harness.auth.getToken).toHaveBeenCalledTimes(1);
    await harness.setSignedIn(ALICE);
    expect(harness.takeSent()).toEqual(['c2 token alice']);
    expect(harness.waiting).toEqual([]);
  });

  it.each([
    ['other scopes', { scopes: MANAGEMENT }],
    ['another tenant', { tenant_id: 'fabrikam.com' }],
    ['another account', { account: 'bob' }],
    ['claims', { claims: '{}' }]
  ])('is a different one with %s, even if its id is the same', async (_, change) => {
    await harness.ask('c1');
    await harness.ask('c2', change);
    await harness.prompted();
    expect(harness.waiting).toEqual(['r1', 'r1']);
    await harness.setSignedIn(ALICE);
    expect(harness.takeSent().slice(2)).toEqual(['c1 token alice', 'c2 token alice']);
  });

  it('is a different one from another kernel', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.ask('c1');
    await harness.ask('c2', {}, other);
    await harness.prompted();
    expect(harness.tokenService.waiting.map(({ label }) => label)).toEqual([
      'analysis.ipynb',
      'other.ipynb'
    ]);
  });

  it.each(['sign_in_required', 'consent_required'] as const)(
    'is refused with %s if it must not ask the user',
    async code => {
      harness.auth.getToken.mockRejectedValue(anError(code));
      await harness.ask('c1', { interactive: false });
      await harness.pass(1000);
      expect(harness.takeSent()).toEqual([`c1 error ${code}`]);
      expect(harness.waiting).toEqual([]);
    }
  );

  it('asks for missing consent', async () => {
    harness.auth.getToken.mockRejectedValue(anError('consent_required'));
    await harness.ask('c1');
    expect(await harness.prompted()).toMatchObject({ question: 'consent' });
    expect(harness.takeSent()).toEqual(['c1 pending consent']);
  });

  it.each([
    ['unavailable', anError('unavailable', 'network')],
    ['failed', anError('failed', 'failed')],
    ['failed', new Error('state=SECRET')]
  ])('is refused with %s if the user cannot resolve it', async (code, error) => {
    harness.auth.getToken.mockRejectedValue(error);
    await harness.ask('c1');
    expect(JSON.stringify(harness.sent)).not.toContain('SECRET');
    expect(harness.takeSent()).toEqual([`c1 error ${code}`]);
  });

  it('is forced once, and again only if no token arrived', async () => {
    const forced = (): unknown[] =>
      harness.auth.getToken.mock.calls.map(([, options]) => options.force);
    await harness.ask('c1', { force: true });
    await harness.ask('c2', { force: true });
    await harness.share();
    await harness.setSignedIn(ALICE);
    harness.tokenService.allow(await harness.prompted());
    await harness.pass(0);
    expect(harness.takeSent().at(-1)).toBe('c2 token alice');
    expect(forced()).toEqual([true, true, false]);
  });

  it('waits for the same user after another one has signed in', async () => {
    await harness.ask('c1', { account: 'carol' });
    await harness.prompted();
    harness.auth.setState(BOB);
    const request = { scopes: STORAGE, account: 'carol' };
    expect(await harness.prompted()).toMatchObject({
      requestId: 'r1',
      request,
      question: 'sign-in'
    });
  });
});

describe('a request of another page', () => {
  it('gets no answer at first, then a token without a prompt', async () => {
    await harness.setSignedIn(ALICE);
    await harness.askTheirs('c1');
    await harness.pass(900);
    expect(harness.takeSent()).toEqual([]);
    expect(harness.auth.getToken).not.toHaveBeenCalled();
    await harness.askTheirs('c2');
    expect(harness.takeSent()).toEqual(['c2 token alice']);
  });

  it('is asked about from the fourth attempt on', async () => {
    for (const comm of ['c1', 'c2', 'c3']) {
      await harness.askTheirs(comm);
      await harness.pass(1000);
    }
    expect([harness.takeSent(), harness.waiting]).toEqual([[], []]);
    await harness.askTheirs('c4');
    expect(harness.takeSent()).toEqual(['c4 pending sign_in']);
    expect(await harness.prompted()).toMatchObject({ label: 'analysis.ipynb' });
  });

  it('is told at the fourth attempt that a slow token is on its way', async () => {
    slowly();
    for (const comm of ['c1', 'c2', 'c3', 'c4']) {
      await harness.askTheirs(comm);
      await harness.pass(1000);
    }
    expect(harness.takeSent()).toEqual(['c4 pending acquiring']);
  });

  it.each([
    ['what the user cannot help', anError('unavailable', 'network'), {}, 'unavailable'],
    ['a question that must not be asked', anError(), { interactive: false }, 'sign_in_required']
  ])('gets no error before "pending", for %s', async (_, error, change, code) => {
    harness.auth.getToken.mockRejectedValue(error);
    for (const comm of ['c1', 'c2', 'c3', 'c4']) {
      await harness.askTheirs(comm, change);
    }
    await harness.pass(1000);
    expect(harness.takeSent()).toEqual(['c4 pending acquiring']);
    await harness.askTheirs('c5', change);
    expect(harness.takeSent()).toEqual(['c5 pending acquiring', `c5 error ${code}`]);
  });

  it('is forced at the first attempt, too', async () => {
    await harness.setSignedIn(ALICE);
    await harness.askTheirs('c1', { force: true });
    await harness.askTheirs('c2', { force: true });
    expect(harness.auth.getToken.mock.calls[0]![1].force).toBe(true);
  });

  it('is answered after its first attempt by the user who signs in here', async () => {
    await harness.askTheirs('c1');
    await harness.setSignedIn(ALICE);
    expect(harness.takeSent()).toEqual(['c1 token alice']);
  });
});

describe('a kernel', () => {
  it('drops its requests when it restarts', async () => {
    await harness.ask('c1');
    await harness.prompted();
    harness.notebook.statusChanged.emit('autorestarting');
    await harness.setSignedIn(ALICE);
    expect([harness.waiting, harness.takeSent()]).toEqual([[], ['c1 pending sign_in']]);
  });

  it('drops them when the page has lost its connection', async () => {
    await harness.ask('c1');
    await harness.prompted();
    harness.notebook.close();
    expect(harness.waiting).toEqual([]);
  });

  it('that runs on without its notebook is told that its user signed out', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    harness.notebook.close();
    harness.takeSent();
    await harness.setSignedIn(null);
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
  });
});

describe('a message that cannot be served', () => {
  const LONG = 'SECRET'.repeat(200_000);

  it.each([
    ['version', { version: 2 }, 'unsupported_version', 'r1'],
    ['kind', { kind: LONG }, 'unknown_kind', 'r1'],
    ['scopes', { scopes: [LONG] }, 'invalid_message', 'r1'],
    ['account', { account: LONG }, 'invalid_message', 'r1'],
    ['request_id', { request_id: LONG }, 'invalid_message', null]
  ])('for its %s is answered, and to its own page only', async (_, change, code, id) => {
    await harness.askTheirs('c1', change);
    expect(harness.sent).toEqual([]);
    await harness.ask('c2', change);
    expect(harness.sent).toMatchObject([
      { to: 'k1', comm: 'c2', answer: { kind: 'error', code, request_id: id } }
    ]);
    expect(JSON.stringify(harness.sent)).not.toContain('SECRET');
    harness.takeSent();
    await harness.ask('c3');
    expect(harness.takeSent()).toEqual(['c3 pending sign_in']);
  });
});
