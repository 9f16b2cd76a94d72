/** @jest-environment jsdom */
import type { Configuration, IConfigured } from '../../../src/session/configuration';
import type { AzureProblemCode } from '../../../src/tokens';
import { anError } from '../kernels/stage';
import { ALICE, STORAGE, aWay } from '../panel/fixtures';
import { FakeSource, NEED, POPUP, Tab, attention, settle, signIn } from './tab';

const NOTHING: IConfigured = { kind: 'configured', ways: [], popup: null, server: null };

let tab: Tab;

beforeEach(() => {
  tab = new Tab();
});

describe('getting ready', () => {
  it('does nothing before it is asked to, and everything once', async () => {
    expect(tab.session.state).toEqual({ kind: 'starting' });
    await tab.session.reconfigure();
    expect(tab.readConfiguration).not.toHaveBeenCalled();
    await Promise.all([tab.session.prepare(), tab.session.prepare()]);
    await tab.session.prepare();
    expect(tab.states).toEqual(['signed-out']);
    expect([tab.readConfiguration.mock.calls.length, tab.openSources.mock.calls.length]).toEqual([
      1, 1
    ]);
  });

  it('finds the sign-in that this tab had before a reload', async () => {
    tab.source.kept = signIn();
    await tab.session.prepare();
    expect(tab.session.state).toEqual(ALICE);
  });

  it.each<[string, Configuration, object, object]>([
    ['nothing is configured', NOTHING, { kind: 'not-configured' }, { code: 'not_configured' }],
    [
      'a setting is wrong',
      { kind: 'malformed', detail: 'clientId' },
      {
        kind: 'needs-attention',
        problem: { code: 'bad_configuration', detail: 'clientId', need: null },
        signedIn: null
      },
      { code: 'bad_configuration', detail: 'clientId' }
    ],
    [
      'the server says that one of its own is',
      { kind: 'malformed', detail: null, sentence: 'c.AzureAuth.cloud must be another.' },
      {
        kind: 'needs-attention',
        problem: {
          code: 'bad_configuration',
          detail: null,
          need: null,
          sentence: 'c.AzureAuth.cloud must be another.'
        },
        signedIn: null
      },
      { code: 'bad_configuration', sentence: 'c.AzureAuth.cloud must be another.' }
    ]
  ])('says that %s, and hands out nothing', async (_, configuration, state, problem) => {
    tab.readConfiguration.mockResolvedValue(configuration);
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { ...problem, need: NEED }
    });
    expect(tab.session.state).toEqual(state);
    expect(await tab.session.signIn()).toEqual(state);
    expect(tab.openSources).not.toHaveBeenCalled();
  });

  it.each<[string, () => void, AzureProblemCode]>([
    [
      'the server',
      () => tab.readConfiguration.mockRejectedValueOnce(new TypeError('no network')),
      'no_answer'
    ],
    [
      'the library',
      () => tab.openSources.mockRejectedValueOnce(new Error('ChunkLoadError')),
      'library_missing'
    ],
    [
      'a page without TLS',
      () => tab.openSources.mockRejectedValueOnce(anError('unavailable', 'insecure_page')),
      'insecure_page'
    ]
  ])('tells of trouble with %s, and tries again when asked again', async (_, spoil, code) => {
    spoil();
    tab.source.kept = signIn();
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { code }
    });
    expect(tab.session.state).toEqual(attention(code));
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.session.state).toEqual(ALICE);
  });
});

describe('signing in', () => {
  it('calls the source inside the click, once it is ready', async () => {
    await tab.session.prepare();
    void tab.session.signIn(NEED);
    expect(tab.source.signIn).toHaveBeenCalledWith(NEED, null, expect.any(AbortSignal), {
      onDoubt: expect.any(Function),
      onDeviceCode: expect.any(Function)
    });
    expect(tab.states).toEqual(['signed-out', 'signing-in']);
  });

  it('gets ready first where it has to', async () => {
    const ended = tab.session.signIn();
    await settle();
    tab.source.asked[0]!.finish(signIn());
    expect(await ended).toEqual(ALICE);
    expect(tab.states).toEqual(['signed-out', 'signing-in', 'signed-in']);
  });

  it.each<AzureProblemCode>(['popup_blocked', 'timed_out', 'refused', 'network', 'failed'])(
    'that ends in %s says so, names what for, and is to be had at once again',
    async code => {
      await tab.session.prepare();
      const ended = tab.session.signIn(NEED);
      tab.source.asked[0]!.fail(anError('failed', code));
      expect(await ended).toEqual({
        kind: 'needs-attention',
        problem: { code, detail: null, need: NEED },
        signedIn: null
      });
      await tab.enter();
      expect(tab.session.state).toEqual(ALICE);
    }
  );

  it('can be cancelled', async () => {
    await tab.session.prepare();
    tab.session.cancel();
    const ended = tab.session.signIn();
    tab.session.cancel();
    expect(await ended).toEqual({ kind: 'signed-out' });
  });

  it('tells of a window that seems to be closed, and may still succeed', async () => {
    await tab.session.prepare();
    const ended = tab.session.signIn(NEED);
    tab.source.asked[0]!.doubt();
    expect(tab.session.state).toEqual(attention('popup_closed'));
    tab.source.asked[0]!.finish(signIn());
    expect(await ended).toEqual(ALICE);
  });

  it('again gives up the attempt that hangs, which is never heard of again', async () => {
    await tab.session.prepare();
    const first = tab.session.signIn();
    tab.source.asked[0]!.doubt();
    const second = tab.session.signIn();
    await settle();
    tab.source.asked[0]!.doubt();
    expect(tab.session.state).toMatchObject({ kind: 'signing-in' });
    expect(tab.source.signIn.mock.calls[0]![2].aborted).toBe(true);
    tab.source.asked[1]!.finish(signIn());
    expect([await first, await second]).toMatchObject([{ kind: 'signing-in' }, ALICE]);
  });

  it('continues as who is signed in, and changes nothing when given up', async () => {
    await tab.enter();
    const ended = tab.session.signIn(NEED);
    expect(tab.source.signIn.mock.calls.at(-1)![1]).toEqual(ALICE.account);
    tab.source.asked.at(-1)!.doubt();
    expect(tab.session.state).toEqual(attention('popup_closed', ALICE));
    tab.session.cancel();
    expect(await ended).toEqual(ALICE);
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
  });

  it('has them choose who they are where that is wanted', async () => {
    await tab.enter();
    void tab.session.signIn({ ...NEED, anew: true });
    expect(tab.source.signIn.mock.calls.at(-1)![1]).toBe(null);
  });

  it('counts what was done by hand and came to something, before it says who', async () => {
    tab.source.kept = signIn();
    await tab.session.prepare();
    const counts: number[] = [];
    tab.session.stateChanged.connect((session, { kind }) => {
      if (kind === 'signed-in') {
        counts.push(session.signIns);
      }
    });
    const given = tab.session.signIn();
    tab.session.cancel();
    await given;
    await tab.session.reconfigure();
    await tab.enter();
    expect(counts).toEqual([0, 0, 1]);
  });

  it('hands out tokens meanwhile', async () => {
    await tab.enter();
    void tab.session.signIn(NEED);
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.session.state).toMatchObject({ kind: 'signing-in' });
  });
});

describe('changed settings', () => {
  it('bring another app, which nobody is signed in to', async () => {
    await tab.enter();
    tab.source = new FakeSource();
    await tab.session.reconfigure();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
    void tab.session.signIn();
    expect(tab.source.signIn.mock.calls[0]![1]).toBeNull();
    tab.session.cancel();
    await settle();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('that change nothing keep the sign-in', async () => {
    await tab.enter();
    await tab.session.reconfigure();
    expect(tab.session.state).toEqual(ALICE);
  });

  it('give up a sign-in under way', async () => {
    await tab.session.prepare();
    void tab.session.signIn();
    await tab.session.reconfigure();
    expect(tab.source.signIn.mock.calls[0]![2].aborted).toBe(true);
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('are read in their order, also while the first are still on their way', async () => {
    let answer: (configuration: Configuration) => void = () => undefined;
    tab.readConfiguration.mockReturnValueOnce(new Promise(resolve => (answer = resolve)));
    const old = tab.session.prepare();
    const ways = [aWay({ obstacle: 'no_client_id' })];
    tab.readConfiguration.mockResolvedValueOnce({ ...NOTHING, ways });
    const now = tab.session.reconfigure();
    await settle();
    answer({ ...NOTHING, popup: POPUP });
    await Promise.all([old, now]);
    expect([tab.session.state, tab.session.ways]).toEqual([{ kind: 'not-configured' }, ways]);
  });
});
