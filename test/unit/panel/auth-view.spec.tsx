/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { createRoot } from 'react-dom/client';
import { AuthView } from '../../../src/panel/auth-view';
import { BOB } from '../kernels/kernel-harness';
import type { SignInObstacle } from '../../../src/auth/page-auth';
import type { AzureAuthState, IAzureSignedIn } from '../../../src/tokens';
import {
  ALICE,
  BOBS,
  FakeKernels,
  FakeAuth,
  MACHINE,
  MANAGEMENT,
  NOW,
  aGrant,
  aRequest,
  aMethod
} from './fixtures';

const trans = nullTranslator.load('');
const ATTENTION: AzureAuthState = {
  kind: 'needs-attention',
  problem: { code: 'interaction_required', detail: 'AADSTS50076', request: { scopes: MANAGEMENT } },
  signedIn: ALICE
};

const SIGNING_IN: AzureAuthState = { kind: 'signing-in', method: 'popup', deviceCode: null };

let auth: FakeAuth;
let kernels: FakeKernels;
let host: HTMLElement;
let unmount: () => void;

beforeEach(() => {
  jest.useFakeTimers();
  auth = new FakeAuth();
  kernels = new FakeKernels();
  host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  act(() => root.render(<AuthView auth={auth} kernels={kernels} now={NOW} trans={trans} />));
  unmount = () => act(() => root.unmount());
});

afterEach(() => {
  unmount();
  host.remove();
  jest.useRealTimers();
});

const pass = (milliseconds: number): void => act(() => void jest.advanceTimersByTime(milliseconds));
const status = (): string => host.querySelector('[role=status]')!.textContent!;
/** Of all buttons but the one that every problem has. */
const labels = (): string[] =>
  [...host.querySelectorAll('button')]
    .map(button => button.textContent!)
    .filter(label => label !== 'Copy details');

function button(label: string): HTMLButtonElement {
  const found = [...host.querySelectorAll('button')].find(
    ({ textContent }) => textContent === label
  );
  if (!found) {
    throw new Error(`No "${label}" among: ${labels().join(', ')}`);
  }
  return found;
}

/** All texts that appear from now on, even for a single frame. */
function changes(): () => string {
  const observer = new MutationObserver(() => undefined);
  const what = { subtree: true, childList: true, characterData: true, characterDataOldValue: true };
  observer.observe(host, what);
  return () =>
    observer
      .takeRecords()
      .flatMap(({ oldValue, addedNodes }) => [oldValue, ...[...addedNodes].map(n => n.textContent)])
      .join();
}

describe('AuthView', () => {
  it.each<[AzureAuthState, string, string[]]>([
    [{ kind: 'starting' }, '', []],
    [{ kind: 'not-configured' }, 'Signing in needs an app registration first.', ['Copy']],
    [{ kind: 'signed-out' }, 'Sign in once, and your notebooks can reach Azure.', ['Sign in']],
    [SIGNING_IN, 'Continue in the sign-in window.', ['Cancel', 'Show window']],
    [ALICE, 'Signed in.', ['Sign out']],
    [
      ATTENTION,
      'Your organization requires multifactor authentication for Resource Manager ' +
        '(AADSTS50076).Sign in and confirm it in the window.',
      ['Continue signing in', 'Sign out']
    ],
    [
      { ...ATTENTION, signedIn: null },
      expect.stringContaining('AADSTS50076') as string,
      ['Continue signing in']
    ]
  ])('shows %j', (state, sentence, buttons) => {
    auth.setState(state);
    expect([status(), labels()]).toEqual([sentence, buttons]);
  });

  it('shows the exact redirect URI to register', () => {
    const redirectUri = 'https://hub.example/user/a%20b/lab/extensions/redirect.html';
    auth.methods = [aMethod({ obstacle: 'no_client_id', redirectUri })];
    auth.setState({ kind: 'not-configured' });
    expect(host.querySelector('code')!.textContent).toBe(redirectUri);
  });

  it.each<[SignInObstacle, string, string | null]>([
    ['not_allowed', 'Signing in needs an app registration first.', null],
    ['not_local', 'Signing in needs an app registration first.', null],
    ['not_localhost', 'Open JupyterLab at localhost', 'http://localhost/'],
    ['root_is_not_ours', 'such as JupyterHub, a proxy or another program on a forwarded port', null]
  ])('says what keeps it from signing in without one: %s', (obstacle, sentence, link) => {
    auth.methods = [aMethod({ name: 'loopback', obstacle }), aMethod({ obstacle: 'no_client_id' })];
    auth.setState({ kind: 'not-configured' });
    expect(status()).toContain(sentence);
    expect(host.querySelector('a')?.href ?? null).toBe(link);
    expect(labels()).toEqual(['Copy']);
  });

  it.each<[SignInObstacle, string, string | null]>([
    [
      'not_local',
      'Signing in needs an app registration first. You can sign in with a code instead.',
      null
    ],
    ['not_localhost', 'Open JupyterLab at localhost', 'http://localhost/'],
    ['root_is_not_ours', 'such as JupyterHub, a proxy or another program on a forwarded port', null]
  ])(
    'says why a code is needed, and what would work without one: %s',
    (obstacle, sentence, link) => {
      auth.methods = [
        aMethod({ name: 'device-code', redirectUri: null }),
        aMethod({ name: 'loopback', obstacle }),
        aMethod({ obstacle: 'no_client_id' })
      ];
      auth.setState({ kind: 'signed-out' });
      expect(status()).toContain(sentence);
      expect(host.querySelector('a')?.href ?? null).toBe(link);
      expect(host.querySelector('details:not([hidden]) > summary')!.textContent).toBe(
        'Other ways to sign in'
      );
      // One primary way: at localhost, if that is all it takes.
      expect(host.querySelectorAll('.jp-mod-primary')).toHaveLength(1);
      expect(host.querySelector('.jp-mod-primary')!.tagName).toBe(link === null ? 'BUTTON' : 'A');
      button('Sign in with a code').click();
      expect(auth.signIn.mock.calls).toEqual([[null, 'device-code']]);
    }
  );

  it('shows the code of a sign-in, also for screen readers, and mentions no window', () => {
    const method = 'device-code';
    auth.setState({ kind: 'signing-in', method, deviceCode: null });
    expect([status(), labels()]).toEqual(['Getting a code…', ['Cancel']]);
    const verificationUri = 'https://microsoft.com/devicelogin';
    const deviceCode = { userCode: 'A1B2', verificationUri, expiresAt: NOW + 900_000 };
    auth.setState({ kind: 'signing-in', method, deviceCode });
    pass(15_000);
    expect(status()).toBe('Copy the code, open the page, and enter it there.The code is A 1 B 2.');
    expect(labels()).toEqual(['Copy', 'Copy and open microsoft.com', 'Cancel']);
    auth.setState({ kind: 'signed-out' });
    expect(host.textContent).not.toContain('A1B2');
  });

  it('names the app that Microsoft shows instead of this one', () => {
    auth.methods = [aMethod({ name: 'loopback', appName: 'Microsoft Azure CLI' })];
    auth.setState({ kind: 'signed-out' });
    const sentence = 'this app appears as “Microsoft Azure CLI”';
    expect(host.textContent).toContain(sentence);
    auth.setState(ALICE);
    expect(host.textContent).not.toContain(sentence);
    auth.methods = [aMethod({ name: 'loopback' })];
    auth.setState({ kind: 'signed-out' });
    expect(host.textContent).not.toContain(sentence);
  });

  it('says where a sign-in without an end is held', () => {
    auth.setState({ ...ALICE, source: 'loopback', persistedIn: 'memory', expiresAt: null });
    expect(host.textContent).toContain(
      'browser sign-in for all tabs, until you sign out or Jupyter stops'
    );
  });

  it.each<[Partial<IAzureSignedIn>, string]>([
    [
      { persistedIn: 'keychain', persistableIn: 'keychain' },
      'stored in the Jupyter server’s keychain until you sign out'
    ],
    [
      { persistedIn: 'file', persistableIn: 'file' },
      'stored in a file on the Jupyter server until you sign out'
    ],
    [{ source: 'device-code', persistedIn: 'memory' }, 'sign-in with a code for all tabs']
  ])('says where %j is stored', (change, sentence) => {
    auth.setState({ ...ALICE, source: 'loopback', expiresAt: null, ...change });
    expect(host.textContent).toContain(sentence);
    expect(host.querySelector('input')?.checked ?? null).toBe(change.persistableIn ? true : null);
  });

  it('lets go of a sign-in that has ended, too', () => {
    const problem = { code: 'sign_in_ended', detail: null, request: null } as const;
    auth.setState({ kind: 'needs-attention', problem, signedIn: null });
    expect(labels()).toEqual(['Sign in', 'Sign out']);
  });

  it('offers the other accounts in place of one whose sign-in has ended', () => {
    const problem = { code: 'sign_in_ended', detail: null, request: null } as const;
    auth.others = [BOB.account];
    auth.setState({ kind: 'needs-attention', problem, signedIn: null });
    expect(labels()).toEqual(['Sign in', `Switch to ${BOB.account.username}`, 'Sign out']);
    act(() => button(`Switch to ${BOB.account.username}`).click());
    expect(auth.switchTo).toHaveBeenCalledWith(BOB.account.id);
  });

  it('folds the rest, and hides it while a sign-in is in progress', () => {
    auth.methods = [aMethod(), aMethod({ name: 'device-code' })];
    auth.candidates = [{ source: 'azure-cli', outcome: 'unavailable', reason: 'No.' }];
    auth.setState({ kind: 'signed-out' });
    const summaries = (): (string | null)[] =>
      [...host.querySelectorAll('details:not([hidden]) > summary')].map(
        ({ textContent }) => textContent
      );
    expect(summaries()).toEqual(['Other ways to sign in', 'How this was chosen']);
    auth.setState(SIGNING_IN);
    expect(summaries()).toEqual(['How this was chosen']);
    auth.setState(ALICE);
    expect(summaries()).toEqual(['Accounts and directories', 'How this was chosen']);
    auth.setState(MACHINE);
    expect(summaries()).toEqual(['Other ways to sign in', 'How this was chosen']);
  });

  it('shows who is signed in, where, and until when', () => {
    auth.setState(ALICE);
    for (const text of ['AL', 'Alice', 'alice@contoso.com', 'contoso-id']) {
      expect(host.textContent).toContain(text);
    }
    expect(host.textContent).toContain('browser sign-in, ends tomorrow at 09:41');
  });

  it('says what still works while something else does not', () => {
    kernels.setState({ grants: [aGrant(), aGrant({ scopes: MANAGEMENT })] });
    auth.setState(ATTENTION);
    expect(host.textContent).toContain('Storage still works until 10:41');
    expect(host.textContent).not.toContain('Resource Manager still works');
  });

  it('signs in inside the click, for what the oldest cell needs', () => {
    kernels.setState({ waiting: [aRequest(), aRequest({ requestId: 'r2' })] });
    button('Sign in').click();
    expect(auth.signIn.mock.calls).toEqual([[aRequest().request]]);
  });

  it('continues for what the problem was about', () => {
    auth.setState(ATTENTION);
    button('Continue signing in').click();
    expect(auth.signIn.mock.calls).toEqual([[{ scopes: MANAGEMENT }]]);
  });

  it('cancels and signs out', () => {
    auth.setState(SIGNING_IN);
    button('Cancel').click();
    auth.setState(ALICE);
    button('Sign out').click();
    expect([auth.cancel.mock.calls.length, auth.signOut.mock.calls.length]).toEqual([1, 1]);
    expect(auth.signIn).not.toHaveBeenCalled();
  });

  it('takes a double click for one click', () => {
    const second = new MouseEvent('click', { bubbles: true, detail: 2 });
    button('Sign in').dispatchEvent(second);
    expect(auth.signIn).not.toHaveBeenCalled();
  });

  it('takes a key that is held down for one press', () => {
    const held = { key: 'Enter', repeat: true, bubbles: true, cancelable: true };
    expect(button('Sign in').dispatchEvent(new KeyboardEvent('keydown', held))).toBe(false);
    const once = { ...held, repeat: false };
    expect(button('Sign in').dispatchEvent(new KeyboardEvent('keydown', once))).toBe(true);
  });

  it('keeps the live region and the keyboard focus through a whole sign-in', () => {
    const region = host.querySelector('[role=status]');
    const focused = (): string | null => document.activeElement!.textContent;
    button('Sign in').focus();
    auth.setState(SIGNING_IN);
    expect(focused()).toBe('Cancel');
    auth.setState(ALICE);
    expect(focused()).toBe('Sign out');
    auth.setState({ kind: 'signed-out' });
    expect(focused()).toBe('Sign in');
    expect(host.querySelector('[role=status]')).toBe(region);
  });

  it('takes no focus that it did not have', () => {
    auth.setState(SIGNING_IN);
    auth.setState(ALICE);
    expect(document.activeElement).toBe(document.body);
  });

  it('names one waiting cell, counts the others, and accepts Not now', () => {
    const waiting = ['r1', 'r2', 'r3'].map(requestId => aRequest({ requestId }));
    kernels.setState({ waiting });
    expect(status()).toBe(
      'analysis.ipynb is waiting for a token for Storage.and 2 more' +
        'Sign in to continue. The cell resumes automatically.'
    );
    button('Not now').click();
    expect(kernels.refuse.mock.calls).toEqual([[waiting[0]]]);
  });

  it('says that a cell wants another account, and not what its kernel calls it', () => {
    auth.setState(ALICE);
    kernels.setState({ waiting: [BOBS] });
    pass(1_500);
    expect(status()).toMatch(
      /^analysis\.ipynb needs a token for Storage from an account other than alice@contoso\.com\./
    );
    expect(host.textContent).not.toContain('bob');
    button('Sign in as someone else').click();
    expect(auth.signIn.mock.calls).toEqual([[BOBS.request]]);
  });

  it('shows names as plain text', () => {
    kernels.setState({ waiting: [aRequest({ label: '<img src=x onerror=alert(1)>%1.ipynb' })] });
    expect(host.querySelector('img')).toBeNull();
    expect(host.querySelector('strong')!.textContent).toBe('<img src=x onerror=alert(1)>%1.ipynb');
  });

  it('asks before sharing, with a button that a click under way cannot hit', () => {
    const shared = aRequest({ question: 'share' });
    auth.setState(ALICE);
    kernels.setState({ waiting: [shared] });
    expect(status()).toContain('Everyone who uses this kernel can act as you.');
    button('Allow').click();
    expect(kernels.allow).not.toHaveBeenCalled();
    pass(500);
    button('Allow').click();
    expect(kernels.allow.mock.calls).toEqual([[shared]]);
    expect(labels()).toEqual(['Allow', 'Not now', 'Sign out']);
  });

  it('does not prompt for a cell that is about to continue', () => {
    kernels.setState({ waiting: [aRequest()] });
    auth.setState(SIGNING_IN);
    pass(10_000);
    const seen = changes();
    auth.setState(ALICE);
    expect(seen()).not.toContain('Continue signing in');
    expect(labels()).toEqual(['Sign out']);
    pass(1_500);
    expect(labels()).toEqual(['Continue signing in', 'Not now', 'Sign out']);
  });

  it('shows the ambient lookup only if it takes long', () => {
    auth.setState({ kind: 'starting' });
    pass(299);
    expect(status()).toBe('');
    pass(1);
    expect(status()).toBe('One moment…');
  });

  it('hints at a window that is hidden', () => {
    auth.setState(SIGNING_IN);
    expect(status()).not.toContain('hidden');
    pass(15_000);
    expect(status()).toContain('It may be hidden or closed. Cancel and try again.');
  });

  it('disconnects when it goes', () => {
    const disconnects = [
      jest.spyOn(auth.stateChanged, 'disconnect'),
      jest.spyOn(kernels.changed, 'disconnect')
    ];
    unmount();
    expect(disconnects.map(spy => spy.mock.results.some(({ value }) => value === true))).toEqual([
      true,
      true
    ]);
  });
});
