/** @jest-environment jsdom */
import type { Configuration, IConfigured } from '../../../src/auth/config';
import type { AzureProblemCode } from '../../../src/tokens';
import { anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE, aMethod } from '../panel/fixtures';
import {
  FakeSource,
  TOKEN_REQUEST,
  POPUP,
  TabHarness,
  attention,
  settle,
  signIn
} from './tab-harness';

const NOTHING: IConfigured = {
  ...{ kind: 'configured', methods: [], popup: null, server: null },
  sharesTabs: false,
  allowedResources: null
};

let tab: TabHarness;

beforeEach(() => {
  tab = new TabHarness();
});

describe('preparing', () => {
  it('does nothing before it is asked to, and everything once', async () => {
    expect(tab.auth.state).toEqual({ kind: 'starting' });
    await tab.auth.reconfigure();
    expect(tab.readConfig).not.toHaveBeenCalled();
    await Promise.all([tab.auth.prepare(), tab.auth.prepare()]);
    await tab.auth.prepare();
    expect(tab.states).toEqual(['signed-out']);
    expect([tab.readConfig.mock.calls.length, tab.createProviders.mock.calls.length]).toEqual([
      1, 1
    ]);
  });

  it('finds the sign-in that this tab had before a reload', async () => {
    tab.source.savedSignIn = signIn();
    await tab.auth.prepare();
    expect(tab.auth.state).toEqual(ALICE);
  });

  it.each<[string, Configuration, object, object]>([
    ['nothing is configured', NOTHING, { kind: 'not-configured' }, { code: 'not_configured' }],
    [
      'a setting is wrong',
      { kind: 'malformed', detail: 'clientId' },
      {
        kind: 'needs-attention',
        problem: { code: 'bad_configuration', detail: 'clientId', request: null },
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
          request: null,
          sentence: 'c.AzureAuth.cloud must be another.'
        },
        signedIn: null
      },
      { code: 'bad_configuration', sentence: 'c.AzureAuth.cloud must be another.' }
    ]
  ])('says that %s, and returns no token', async (_, configuration, state, problem) => {
    tab.readConfig.mockResolvedValue(configuration);
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { ...problem, request: TOKEN_REQUEST }
    });
    expect(tab.auth.state).toEqual(state);
    expect(await tab.auth.signIn()).toEqual(state);
    expect(tab.createProviders).not.toHaveBeenCalled();
  });

  it.each<[string, () => void, AzureProblemCode]>([
    [
      'the server',
      () => tab.readConfig.mockRejectedValueOnce(new TypeError('no network')),
      'no_answer'
    ],
    [
      'the library',
      () => tab.createProviders.mockRejectedValueOnce(new Error('ChunkLoadError')),
      'library_missing'
    ],
    [
      'a page without TLS',
      () => tab.createProviders.mockRejectedValueOnce(anError('unavailable', 'insecure_page')),
      'insecure_page'
    ]
  ])('reports a failure of %s, and tries again on the next call', async (_, spoil, code) => {
    spoil();
    tab.source.savedSignIn = signIn();
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { code }
    });
    expect(tab.auth.state).toEqual(attention(code));
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.auth.state).toEqual(ALICE);
  });
});

describe('signing in', () => {
  it('calls the source inside the click, once it is ready', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn(TOKEN_REQUEST);
    expect(tab.source.signIn).toHaveBeenCalledWith(TOKEN_REQUEST, null, expect.any(AbortSignal), {
      onPopupMaybeClosed: expect.any(Function),
      onDeviceCode: expect.any(Function),
      onWindow: expect.any(Function)
    });
    expect(tab.states).toEqual(['signed-out', 'signing-in']);
  });

  it('brings its window to the front until it is closed or the sign-in is over', async () => {
    await tab.auth.prepare();
    const made = tab.auth.signIn();
    const opened = { closed: false, focus: jest.fn() };
    tab.source.signIn.mock.lastCall![3].onWindow?.(opened);
    tab.auth.showWindow();
    opened.closed = true;
    tab.auth.showWindow();
    opened.closed = false;
    tab.auth.cancel();
    await made;
    tab.auth.showWindow();
    expect(opened.focus).toHaveBeenCalledTimes(1);
  });

  it('prepares first if necessary', async () => {
    const ended = tab.auth.signIn();
    await settle();
    tab.source.asked[0]!.finish(signIn());
    expect(await ended).toEqual(ALICE);
    expect(tab.states).toEqual(['signed-out', 'signing-in', 'signed-in']);
  });

  it.each<AzureProblemCode>(['popup_blocked', 'timed_out', 'refused', 'network', 'failed'])(
    'that ends in %s says so, names the resource, and can be repeated at once',
    async code => {
      await tab.auth.prepare();
      const ended = tab.auth.signIn(TOKEN_REQUEST);
      tab.source.asked[0]!.fail(anError('failed', code));
      expect(await ended).toEqual({
        kind: 'needs-attention',
        problem: { code, detail: null, request: TOKEN_REQUEST },
        signedIn: null
      });
      await tab.signInAs();
      expect(tab.auth.state).toEqual(ALICE);
    }
  );

  it('can be cancelled', async () => {
    await tab.auth.prepare();
    tab.auth.cancel();
    const ended = tab.auth.signIn();
    tab.auth.cancel();
    expect(await ended).toEqual({ kind: 'signed-out' });
  });

  it('reports a window that seems to be closed, and may still succeed', async () => {
    await tab.auth.prepare();
    const ended = tab.auth.signIn(TOKEN_REQUEST);
    tab.source.asked[0]!.doubt();
    expect(tab.auth.state).toEqual(attention('popup_closed'));
    tab.source.asked[0]!.finish(signIn());
    expect(await ended).toEqual(ALICE);
  });

  it('again abandons the attempt that hangs', async () => {
    await tab.auth.prepare();
    const first = tab.auth.signIn();
    tab.source.asked[0]!.doubt();
    const second = tab.auth.signIn();
    await settle();
    tab.source.asked[0]!.doubt();
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
    expect(tab.source.signIn.mock.calls[0]![2].aborted).toBe(true);
    tab.source.asked[1]!.finish(signIn());
    expect([await first, await second]).toMatchObject([{ kind: 'signing-in' }, ALICE]);
  });

  it('continues with the current account, and changes nothing when cancelled', async () => {
    await tab.signInAs();
    const ended = tab.auth.signIn(TOKEN_REQUEST);
    expect(tab.source.signIn.mock.calls.at(-1)![1]).toEqual(ALICE.account);
    tab.source.asked.at(-1)!.doubt();
    expect(tab.auth.state).toEqual(attention('popup_closed', ALICE));
    tab.auth.cancel();
    expect(await ended).toEqual(ALICE);
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
  });

  it('lets the user choose an account if requested', async () => {
    await tab.signInAs();
    void tab.auth.signIn({ ...TOKEN_REQUEST, prompt: true });
    expect(tab.source.signIn.mock.calls.at(-1)![1]).toBe(null);
  });

  it('counts a completed interactive sign-in before it announces the account', async () => {
    tab.source.savedSignIn = signIn();
    await tab.auth.prepare();
    const counts: number[] = [];
    tab.auth.stateChanged.connect((auth, { kind }) => {
      if (kind === 'signed-in') {
        counts.push(auth.signInCount);
      }
    });
    const given = tab.auth.signIn();
    tab.auth.cancel();
    await given;
    await tab.auth.reconfigure();
    await tab.signInAs();
    expect(counts).toEqual([0, 0, 1]);
  });

  it('returns tokens in the meantime', async () => {
    await tab.signInAs();
    void tab.auth.signIn(TOKEN_REQUEST);
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
  });
});

describe('changed settings', () => {
  it('bring another app, which no user is signed in to', async () => {
    await tab.signInAs();
    tab.source = new FakeSource();
    await tab.auth.reconfigure();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
    void tab.auth.signIn();
    expect(tab.source.signIn.mock.calls[0]![1]).toBeNull();
    tab.auth.cancel();
    await settle();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('that change nothing keep the sign-in', async () => {
    await tab.signInAs();
    await tab.auth.reconfigure();
    expect(tab.auth.state).toEqual(ALICE);
  });

  it('that cannot be read end a sign-in, even one whose server did not answer before', async () => {
    await tab.signInAs();
    void tab.auth.signIn();
    tab.source.asked.at(-1)!.fail(new Error('no answer'));
    await settle();
    expect(tab.auth.state).toEqual(attention('no_answer', ALICE));
    tab.readConfig.mockRejectedValue(new Error('no answer'));
    await tab.auth.reconfigure();
    expect(tab.auth.accountFor()).toBeNull();
    expect(tab.auth.state).toEqual(attention('no_answer'));
  });

  it('cancel a sign-in in progress', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn();
    await tab.auth.reconfigure();
    expect(tab.source.signIn.mock.calls[0]![2].aborted).toBe(true);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('are applied in order, even if an earlier answer is late', async () => {
    let answer: (configuration: Configuration) => void = () => undefined;
    tab.readConfig.mockReturnValueOnce(new Promise(resolve => (answer = resolve)));
    const old = tab.auth.prepare();
    const methods = [aMethod({ obstacle: 'no_client_id' })];
    tab.readConfig.mockResolvedValueOnce({ ...NOTHING, methods });
    const now = tab.auth.reconfigure();
    await settle();
    answer({ ...NOTHING, popup: POPUP });
    await Promise.all([old, now]);
    expect([tab.auth.state, tab.auth.methods]).toEqual([{ kind: 'not-configured' }, methods]);
  });
});
