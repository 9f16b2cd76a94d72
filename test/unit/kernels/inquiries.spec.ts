/** @jest-environment jsdom */
import { ALICE } from '../panel/fixtures';
import { anError, Stage } from './stage';

let stage: Stage;

beforeEach(() => {
  jest.useFakeTimers();
  sessionStorage.clear();
  stage = new Stage();
});

afterEach(() => jest.useRealTimers());

describe('status', () => {
  const STATUS = { kind: 'status' };

  it('says who is signed in, from which source, and nothing that opens anything', async () => {
    await stage.become(ALICE);
    await stage.ask('c1', STATUS);
    expect(stage.sent).toEqual([
      {
        to: 'k1',
        comm: 'c1',
        answer: {
          request_id: 'r1',
          kind: 'status',
          state: 'signed-in',
          account: {
            ...{ id: 'o.t', name: 'Alice', username: 'alice@contoso.com' },
            tenant_id: 'contoso-id'
          },
          source: 'popup',
          automatic: false,
          considered: [{ source: 'popup', outcome: 'used', reason: null }]
        }
      }
    ]);
  });

  it('says how that was chosen, by 20 sources at most', async () => {
    const row = { source: 'azure-cli', outcome: 'not_used', reason: 'No.' } as const;
    stage.session.considered = Array.from({ length: 30 }, () => row);
    await stage.ask('c1', STATUS);
    expect(stage.sent[0]?.answer).toMatchObject({
      considered: Array.from({ length: 20 }, () => row)
    });
  });

  it('looks first for a sign-in that this page does not know yet, and asks nobody', async () => {
    stage.session.prepare.mockImplementation(async () => stage.session.become(ALICE));
    await stage.ask('c1', STATUS);
    expect(stage.said()).toEqual(['c1 status signed-in alice@contoso.com']);
    expect(stage.session.signIn).not.toHaveBeenCalled();
    expect(stage.session.getToken).not.toHaveBeenCalled();
    expect(stage.desk.waiting).toEqual([]);
  });

  it('waits until it is known whether the machine has an identity, two seconds at most', async () => {
    stage.session.become({ kind: 'looking' });
    await stage.ask('c1', STATUS);
    await stage.pass(1000);
    expect(stage.said()).toEqual([]);
    await stage.become(ALICE);
    expect(stage.said()).toEqual(['c1 status signed-in alice@contoso.com']);
    stage.session.become({ kind: 'looking' });
    await stage.ask('c2', { ...STATUS, request_id: 'r2' });
    await stage.pass(2000);
    expect(stage.said()).toEqual(['c2 status looking nobody']);
  });

  it('is answered once, on the newest comm', async () => {
    let ready = (): void => undefined;
    stage.session.prepare.mockReturnValue(new Promise(resolve => (ready = resolve)));
    await stage.ask('c1', STATUS);
    await stage.ask('c2', STATUS);
    ready();
    await stage.pass(0);
    expect(stage.said()).toEqual(['c2 status signed-out nobody']);
  });

  it('is answered by a page that was not asked from the second opening on', async () => {
    await stage.askTheirs('c1', STATUS);
    expect(stage.said()).toEqual([]);
    await stage.askTheirs('c2', STATUS);
    expect(stage.said()).toEqual(['c2 status signed-out nobody']);
  });

  it('tells a kernel that others use nothing, unless it was given a token', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    stage.said();
    await stage.share();
    await stage.ask('c2', { ...STATUS, request_id: 'r2' });
    expect(stage.said()).toEqual(['c2 status signed-in alice@contoso.com']);
    stage.notebook.statusChanged.emit('restarting');
    await stage.ask('c3', { ...STATUS, request_id: 'r3' });
    expect(stage.said()).toEqual(['c3 error denied']);
  });

  it('takes no more than 20 at a time of a kernel', async () => {
    stage.session.prepare.mockReturnValue(new Promise(() => undefined));
    for (let index = 0; index < 30; index++) {
      await stage.ask(`c${index}`, { ...STATUS, request_id: `r${index}` });
    }
    expect(stage.session.prepare).toHaveBeenCalledTimes(20);
  });
});

describe('sign_out', () => {
  const SIGN_OUT = { kind: 'sign_out' };

  it('signs out once, and says so when that is done', async () => {
    await stage.ask('c1', SIGN_OUT);
    await stage.ask('c2', SIGN_OUT);
    await stage.pass(300);
    expect(stage.session.signOut).toHaveBeenCalledTimes(1);
    expect(stage.said()).toEqual(['c2 done']);
  });

  it('is not obeyed where a replay brings one that is over', async () => {
    await stage.ask('c1', SIGN_OUT);
    await stage.pass(200);
    await stage.end('c1');
    await stage.pass(1000);
    expect(stage.session.signOut).not.toHaveBeenCalled();
  });

  it.each(['restarting', 'dead'] as const)('is not obeyed of a kernel that is %s', async status => {
    await stage.ask('c1', SIGN_OUT);
    stage.notebook.statusChanged.emit(status);
    await stage.pass(1000);
    expect(stage.session.signOut).not.toHaveBeenCalled();
  });

  it('is for the page that was asked only', async () => {
    for (const comm of ['c1', 'c2', 'c3', 'c4', 'c5']) {
      await stage.askTheirs(comm, SIGN_OUT);
      await stage.pass(1000);
    }
    expect(stage.session.signOut).not.toHaveBeenCalled();
    expect(stage.said()).toEqual([]);
  });

  it('is not for a kernel that others use, whatever it was given', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    stage.said();
    await stage.share();
    await stage.ask('c2', { ...SIGN_OUT, request_id: 'r2' });
    await stage.pass(1000);
    expect(stage.said()).toEqual(['c2 error denied']);
    expect(stage.session.signOut).not.toHaveBeenCalled();
  });

  it('says that it failed', async () => {
    stage.session.signOut.mockRejectedValue(anError('failed', 'failed'));
    await stage.ask('c1', SIGN_OUT);
    await stage.pass(300);
    expect(stage.said()).toEqual(['c1 error failed']);
  });
});
