/** @jest-environment jsdom */
import {
  type AccessDecision,
  decideAccess,
  type KernelAccess,
  readKernelAccess
} from '../../../src/kernels/kernel-access';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import { BOB, KernelHarness } from './kernel-harness';

const NO = 'kernel_access_denied';
const OFF = 'access_revoked';

/** The columns: neither allowed nor revoked, allowed, revoked, both. */
const TABLE: readonly [KernelAccess, boolean, readonly AccessDecision[]][] = [
  ['allow', false, ['give', 'give', OFF, OFF]],
  ['allow', true, ['ask', 'give', OFF, OFF]],
  ['ask', false, ['ask', 'give', OFF, OFF]],
  ['ask', true, ['ask', 'give', OFF, OFF]],
  ['deny', false, [NO, NO, NO, NO]],
  ['deny', true, [NO, NO, NO, NO]]
];

describe('decideAccess', () => {
  it.each(TABLE)('setting %s, shared %s', (setting, isShared, expected) => {
    const columns = [
      [false, false],
      [true, false],
      [false, true],
      [true, true]
    ] as const;
    expect(
      columns.map(([isAllowed, isRevoked]) =>
        decideAccess({ setting, isShared, isAllowed, isRevoked })
      )
    ).toEqual(expected);
  });

  it.each([
    [undefined, 'allow'],
    ['allow', 'allow'],
    ['ask', 'ask'],
    ['deny', 'deny'],
    ['Deny', 'ask'],
    [null, 'ask']
  ])('reads the setting %j as %s', (value, expected) => {
    expect(readKernelAccess(value)).toBe(expected);
  });
});

describe('a page whose user wants to be asked', () => {
  let harness: KernelHarness;

  beforeEach(async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    harness = new KernelHarness();
    harness.kernelAccess = 'ask';
    await harness.setSignedIn(ALICE);
  });

  afterEach(() => jest.useRealTimers());

  const answer = async (everything?: boolean): Promise<void> => {
    await harness.pass(300);
    const [waiting] = harness.tokenService.waiting;
    expect(waiting?.question).toBe('access');
    harness.tokenService.allow(waiting!, everything);
    await harness.pass(0);
  };
  let asked = 0;
  const ask = async (scopes = STORAGE): Promise<string[]> => {
    asked += 1;
    await harness.ask(`c${asked}`, { request_id: `r${asked}`, scopes });
    return harness.takeSent().map(sent => sent.replace(/^c\d+ /, ''));
  };

  it('asks once for each kernel and resource, across a reload', async () => {
    expect(await ask()).toEqual(['pending consent']);
    await answer();
    expect(harness.takeSent()[0]).toMatch(/ token alice$/);
    expect(await ask()).toEqual(['token alice']);
    harness.tokenService = harness.open();
    expect(harness.takeSent()).toEqual([]);
    expect(await ask()).toContain('token alice');
    expect(await ask(MANAGEMENT)).toContain('pending consent');
  });

  it('asks no more about a kernel that may have everything, until a sign-out', async () => {
    await ask();
    await answer(true);
    harness.takeSent();
    expect(await ask(MANAGEMENT)).toEqual(['token alice']);
    await harness.setSignedIn(null);
    await harness.setSignedIn(ALICE);
    harness.takeSent();
    expect(await ask(MANAGEMENT)).toEqual(['pending consent']);
  });

  it('asks again for another account', async () => {
    await ask();
    await answer();
    await harness.setSignedIn(BOB);
    harness.takeSent();
    expect(await ask()).toEqual(['pending consent']);
  });

  it('takes Deny for an answer', async () => {
    await ask();
    await harness.pass(300);
    harness.tokenService.refuse(harness.tokenService.waiting[0]!);
    await harness.pass(0);
    expect(harness.takeSent()[0]).toMatch(/ error denied$/);
    expect(await ask()).toEqual(['error denied']);
  });

  it('that denies everything asks neither the user nor Azure', async () => {
    harness.kernelAccess = 'deny';
    harness.auth.getToken.mockClear();
    expect(await ask()).toEqual(['error denied']);
    await harness.setSignedIn(null);
    expect(await ask()).toEqual(['error denied']);
    expect(harness.auth.getToken).not.toHaveBeenCalled();
    expect(harness.tokenService.waiting).toEqual([]);
  });
});

describe('a kernel whose access is revoked', () => {
  it('forgets its tokens and gets none, across a reload, until it is allowed again', async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    const harness = new KernelHarness();
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    expect(harness.takeSent()).toEqual(['c1 token alice']);
    await harness.tokenService.revoke('k1');
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
    expect(harness.tokenService.grants).toEqual([]);
    expect(harness.access.revoked).toEqual([{ kernelId: 'k1', label: 'analysis.ipynb' }]);
    await harness.ask('c2', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c2 error denied']);
    harness.tokenService = harness.open();
    await harness.ask('c3', { request_id: 'r3' });
    expect(harness.takeSent()).toContain('c3 error denied');
    harness.access.restore('k1');
    await harness.ask('c4', { request_id: 'r4' });
    expect(harness.takeSent()).toContain('c4 token alice');
    jest.useRealTimers();
  });
});
