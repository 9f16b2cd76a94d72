/** @jest-environment jsdom */
import { ALICE } from '../panel/fixtures';
import { type KernelHarness, withKernelHarness } from './kernel-harness';

const BOB = {
  ...ALICE,
  account: { ...ALICE.account, id: 'bob.contoso', username: 'bob@contoso.com' }
};

describe('a kernel that several users share', () => {
  let harness: KernelHarness;
  withKernelHarness(created => (harness = created));

  const held = (fields: object = {}): void =>
    harness.notebook.say('comm_msg', {
      comm_id: 'c1',
      data: {
        ...{ target: 'jupyter-azure-auth', version: 1, kind: 'holder' },
        ...{ request_id: 'r1', username: 'bob@contoso.com', ...fields }
      }
    });

  const acting = (): string[] =>
    harness.tokenService.acting.map(({ label, username }) => `${label} ${username}`);

  it('says which account it acts as, until that token is withdrawn', async () => {
    await harness.share();
    held();
    expect(acting()).toEqual(['analysis.ipynb bob@contoso.com']);
    await harness.setSignedIn(ALICE);
    expect(acting()).toEqual(['analysis.ipynb bob@contoso.com']);
    held({ username: 'Alice@contoso.com' });
    expect(acting()).toEqual([]);
    held();
    await harness.end('another');
    expect(acting()).toHaveLength(1);
    await harness.end('c1');
    expect(acting()).toEqual([]);
  });

  it.each([{ target: 'other' }, { kind: 'other' }, { username: 5 }, { request_id: null }])(
    'ignores %j',
    fields => {
      held(fields);
      expect(acting()).toEqual([]);
    }
  );

  it('forgets it with its kernel', () => {
    held();
    harness.notebook.statusChanged.emit('restarting');
    expect(acting()).toEqual([]);
  });

  it('removes a prompt that was answered elsewhere', async () => {
    await harness.share();
    await harness.ask('c1');
    await harness.pass(300);
    expect(harness.waiting).toEqual(['r1']);
    held({ request_id: 'r2' });
    expect(harness.waiting).toEqual(['r1']);
    held();
    expect(harness.waiting).toEqual([]);
  });

  it('names the user it waits for', async () => {
    await harness.share();
    await harness.ask('c1');
    expect(harness.sent.at(-1)?.answer).toMatchObject({ reason: 'sign_in', user: 'Ada' });
  });

  it.each([true, false])('says with a token whether there are others: %s', async isShared => {
    if (isShared) {
      await harness.share();
    }
    await harness.setSignedIn(BOB);
    await harness.ask('c1');
    if (isShared) {
      harness.tokenService.allow(await harness.prompted());
    }
    await harness.pass(0);
    const { answer } = harness.sent.at(-1) ?? {};
    expect(answer).toMatchObject({ kind: 'token' });
    expect(answer).toEqual(
      isShared
        ? expect.not.objectContaining({ shared: false })
        : expect.objectContaining({ shared: false })
    );
  });

  it('names no user on a server of one', async () => {
    await harness.ask('c1');
    expect(harness.sent.at(-1)?.answer).not.toHaveProperty('user');
  });

  describe('renews the token of the user who gave it', () => {
    const renewal = { request_id: 'r2', interactive: false };

    beforeEach(async () => {
      await harness.share();
      await harness.setSignedIn(BOB);
      await harness.ask('c1');
      harness.tokenService.allow(await harness.prompted());
      await harness.pass(0);
      expect(harness.takeSent()).toContain('c1 token bob');
    });

    it('at the first attempt, in a cell of another page', async () => {
      // The server knows the pages of each user only.
      harness.pages.clear();
      await harness.askTheirs('c2', { ...renewal, held_by: BOB.account.id });
      expect(harness.takeSent()).toEqual(['c2 token bob']);
      // Whether or not the user could be asked.
      await harness.askTheirs('c3', { request_id: 'r3', held_by: BOB.account.id });
      expect(harness.takeSent()).toEqual(['c3 token bob']);
    });

    it('and never another one, nor without permission', async () => {
      await harness.ask('c2', { ...renewal, held_by: ALICE.account.id });
      await harness.askTheirs('c3', { request_id: 'r3', interactive: false });
      await harness.askTheirs('c4', {
        ...{ request_id: 'r4', held_by: BOB.account.id, interactive: false },
        scopes: ['https://vault.azure.net/.default']
      });
      expect(harness.takeSent()).toEqual([]);
      expect(harness.tokenService.waiting).toEqual([]);
    });
  });
});
