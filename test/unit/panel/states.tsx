import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { act } from 'react';
import type { IWaitingRequest } from '../../../src/kernels/kernel-requests';
import { PanelBody } from '../../../src/panel/body';
import type { AzureAuthState, IAzureProblem } from '../../../src/tokens';
import { SignInView } from '../../../src/widget/sign-in-view';
import { BOB } from '../kernels/kernel-harness';
import {
  aGrant,
  aMethod,
  aRequest,
  ALICE as ALICE_AS_GUEST,
  BOBS,
  FakeAuth,
  FakeKernels,
  MACHINE,
  MANAGEMENT,
  NOW
} from './fixtures';
import type { Place } from './render';

/** What the panel and the card in a cell are given. */
export interface IShown {
  readonly auth: FakeAuth;
  readonly kernels: FakeKernels;
}

/** One state of the session, for pictures and for tests that go through all of them. */
export interface ICase {
  readonly name: string;
  readonly state: AzureAuthState;
  readonly waiting?: readonly IWaitingRequest[];
  /** Whether everything that is folded is open. */
  readonly opens?: true;
  /** Sets what else there is. */
  readonly more?: (shown: IShown) => void;
}

/** Signed in in her own tenant, so that its domain is known. */
const ALICE = { ...ALICE_AS_GUEST, account: { ...ALICE_AS_GUEST.account, tenantId: 't' } };
const [CONTOSO, FABRIKAM] = [
  'c0000000-1111-4222-8333-000000000001',
  'fab00000-1111-4222-8333-000000000002'
];
const ALICE_IN_CONTOSO = { ...ALICE, account: { ...ALICE.account, tenantId: CONTOSO } };
const SETTINGS = { baseUrl: 'http://localhost:8888/' } as ServerConnection.ISettings;
const CODE = { userCode: '4711-0815', verificationUri: 'https://microsoft.com/devicelogin' };
const TOKEN = { token: 'TOKEN', expiresOnTimestamp: NOW + 3_600_000 };
const BY_CODE = aMethod({ name: 'device-code', redirectUri: null });
const AT_NUMBER = aMethod({ name: 'loopback', obstacle: 'not_localhost' });
const WITHOUT_APP = aMethod({ obstacle: 'no_client_id' });

const signingIn = (method: 'popup' | 'device-code', isReady = true): AzureAuthState => ({
  ...{ kind: 'signing-in', method },
  deviceCode: method === 'popup' || !isReady ? null : { ...CODE, expiresAt: NOW + 840_000 }
});

export function aProblem(change: Partial<IAzureProblem>): AzureAuthState {
  const problem = { code: 'failed', detail: null, request: null, ...change } as const;
  return { kind: 'needs-attention', problem, signedIn: null };
}

/** Kernels that hold tokens: one with two resources, and two notebooks with one name. */
function withGrants({ kernels }: IShown): void {
  kernels.grants = [
    aGrant({ grantedAt: NOW - 120_000 }),
    aGrant({ scopes: MANAGEMENT, grantedAt: NOW - 7_200_000, expiresAt: NOW + 900_000 }),
    aGrant({ kernelId: 'k2', path: 'other/analysis.ipynb', byProgram: true })
  ];
}

/** Every state of the session, and every question. */
export const CASES: readonly ICase[] = [
  { name: 'Starting', state: { kind: 'starting' } },
  { name: 'Signed out', state: { kind: 'signed-out' } },
  {
    ...{ name: 'Signed out, with a code', state: { kind: 'signed-out' } },
    more: ({ auth }) => (auth.methods = [BY_CODE, WITHOUT_APP])
  },
  {
    ...{ name: 'Signed out, at an IP address', state: { kind: 'signed-out' } },
    more: ({ auth }) => (auth.methods = [BY_CODE, AT_NUMBER, WITHOUT_APP])
  },
  {
    ...{ name: 'Not configured', state: { kind: 'not-configured' } },
    more: ({ auth }) => (auth.methods = [WITHOUT_APP])
  },
  { name: 'Searching', state: { kind: 'searching' } },
  { name: 'Signing in', state: signingIn('popup') },
  { name: 'Getting a code', state: signingIn('device-code', false) },
  { name: 'Signing in with a code', state: signingIn('device-code') },
  { name: 'Signing out', state: { kind: 'signing-out' } },
  { name: 'Signed in', state: ALICE },
  { name: 'Signed in, kernels', state: ALICE, more: withGrants },
  {
    ...{ name: 'Two accounts, all open', state: ALICE, opens: true },
    more: ({ auth }) => (auth.others = [BOB.account])
  },
  {
    ...{ name: 'Another directory, and a kernel with another account', opens: true },
    state: { ...ALICE_IN_CONTOSO, chosenTenantId: FABRIKAM },
    more: shown => {
      withGrants(shown);
      shown.auth.others = [BOB.account];
      shown.kernels.pinnedAccountOf.mockImplementation(id => (id === 'k2' ? BOB.account : null));
    }
  },
  {
    ...{ name: "Another account's consent", state: ALICE },
    waiting: [aRequest({ question: 'access', username: BOB.account.username })]
  },
  {
    ...{ name: 'A kernel whose account has signed out', state: ALICE },
    waiting: [aRequest({ ...BOBS, username: BOB.account.username })]
  },
  {
    name: 'Held by the server',
    state: {
      ...ALICE,
      source: 'loopback',
      persistedIn: 'memory',
      persistableIn: 'keychain',
      expiresAt: null
    },
    more: withGrants
  },
  { name: 'Ends soon', state: { ...ALICE, expiresAt: NOW + 3_240_000 } },
  {
    ...{ name: 'Machine', state: MACHINE },
    more: ({ auth }) =>
      (auth.candidates = [
        { source: 'managed-identity', outcome: 'selected', reason: null },
        { source: 'azure-cli', outcome: 'skipped', reason: null }
      ])
  },
  { name: 'Waiting, signed out', state: { kind: 'signed-out' }, waiting: [aRequest()] },
  {
    ...{ name: 'Waiting, two cells', state: { kind: 'signed-out' } },
    waiting: [aRequest(), aRequest({ requestId: 'r2', label: 'other.ipynb' })]
  },
  { name: 'Another account', state: ALICE, waiting: [BOBS] },
  { name: 'Sign in again', state: ALICE, waiting: [aRequest({ question: 'prompt' })] },
  { name: 'Consent', state: ALICE, waiting: [aRequest({ question: 'consent' })] },
  { name: 'Allow', state: ALICE, waiting: [aRequest({ question: 'access' })] },
  {
    ...{ name: "A program's cell", state: ALICE, more: withGrants },
    waiting: [aRequest({ question: 'access', byProgram: true })]
  },
  { name: 'Shared kernel', state: ALICE, waiting: [aRequest({ question: 'share' })] },
  {
    ...{ name: 'A program', state: { kind: 'signed-out' } },
    waiting: [aRequest({ question: 'offer', kernelId: '', label: '1234' })]
  },
  { name: 'Window blocked', state: aProblem({ code: 'popup_blocked' }) },
  { name: 'Invalid setting', state: aProblem({ code: 'bad_configuration', detail: 'clientId' }) },
  { name: 'Sign-in ended', state: aProblem({ code: 'sign_in_ended' }) },
  {
    ...{ name: 'Refused, tokens left', more: withGrants },
    state: {
      kind: 'needs-attention',
      problem: {
        code: 'interaction_required',
        detail: 'AADSTS50076',
        request: { scopes: MANAGEMENT }
      },
      signedIn: ALICE
    }
  }
];

const [STORAGE_ONLY, NAME] = ['https://storage.azure.com', 'analysis.ipynb'];

/** What the server extension answers, by route. */
const ANSWERS: Record<string, object> = {
  grants: {
    grants: [
      {
        ...{ to: 'program', scopes: MANAGEMENT, username: ALICE.account.username },
        ...{ granted_at: NOW / 1000, expires_on: NOW / 1000 + 3600 }
      }
    ]
  },
  activity: {
    activity: ['issued', 'denied'].map((result, index) => ({
      ...{ id: String(index), time: NOW / 1000 - 60 * index, process: 'kernel', name: NAME },
      ...{ resource: STORAGE_ONLY, result, username: ALICE.account.username, source: 'popup' },
      by_program: result === 'denied'
    }))
  }
};

/** What Resource Manager answers, by the end of the path. */
const AZURE: Record<string, readonly object[]> = {
  tenants: [
    { tenantId: CONTOSO, displayName: 'Contoso', defaultDomain: 'contoso.com' },
    { tenantId: FABRIKAM, displayName: 'contoso.com', defaultDomain: 'contoso.com' }
  ],
  subscriptions: [{ subscriptionId: 's1', displayName: 'Contoso' }],
  resources: [
    { id: '/s/', name: 'contoso.com', type: 'Microsoft.Storage/storageAccounts' },
    { id: '/s/', name: 'contoso.com', type: 'Microsoft.KeyVault/vaults' }
  ]
};

/** The buttons that ask Resource Manager. */
const ASKING = [
  'div.jp-AzurePanel-menu > button',
  '.jp-AzurePanel-choose > button',
  '.jp-AzurePanel-ways > button:last-of-type'
];

async function openAll({ host }: Place): Promise<void> {
  await act(async () => {
    for (const one of host.querySelectorAll('details')) {
      one.open = true;
      one.dispatchEvent(new Event('toggle'));
    }
  });
  for (const place of ASKING) {
    await act(async () => host.querySelector<HTMLButtonElement>(place)?.click());
  }
}

/** Show a case in the panel and in the card of a cell, one after the other. */
export async function showCase(
  { state, waiting = [], more, opens }: ICase,
  trans: TranslationBundle,
  place: Place,
  take: (where: 'panel' | 'card') => void
): Promise<void> {
  jest.spyOn(ServerConnection, 'makeRequest').mockImplementation(async url => {
    const route = new URL(url).pathname.split('/').pop() ?? '';
    const body = ANSWERS[route] ?? { enabled: false, obstacle: null, message: null };
    return { status: 200, json: async () => body } as Response;
  });
  globalThis.fetch = (async (url: string) => {
    const value = AZURE[new URL(url).pathname.split('/').pop() ?? ''];
    return { ok: true, json: async () => ({ value }) };
  }) as never;
  const [auth, kernels] = [new FakeAuth(), new FakeKernels()];
  auth.getToken.mockResolvedValue({ ...TOKEN, account: ALICE.account });
  Object.assign(kernels, { waiting });
  auth.state = state;
  more?.({ auth, kernels });
  const parts = { auth, kernels, trans, showPanel: () => undefined };
  const commands = { execute: jest.fn(), isEnabled: () => false };
  const body = { ...parts, commands, serverSettings: SETTINGS, visible: true };
  const settle = (): Promise<void> => act(async () => void jest.advanceTimersByTime(2_000));
  place.show(<PanelBody key={state.kind} {...body} onReady={() => undefined} />);
  await settle();
  if (opens) {
    await openAll(place);
    await settle();
  }
  take('panel');
  place.show(<SignInView key="card" {...parts} isBrief={waiting.length > 0} />);
  await settle();
  take('card');
}
