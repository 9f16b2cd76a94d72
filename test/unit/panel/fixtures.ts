import { Signal } from '@lumino/signaling';
import { act } from 'react';
import { currentAccount } from '../../../src/auth/account';
import { chooseAccount } from '../../../src/auth/account-choice';
import type { IPinnedAccount } from '../../../src/kernels/account-pins';
import type { ISignIn } from '../../../src/providers/provider';
import type {
  IPageAuth,
  IAzureSignInMethod,
  IIdentityCandidate,
  IStoredSignIns
} from '../../../src/auth/page-auth';
import type {
  IActingKernel,
  IKernelRequests,
  IWaitingRequest
} from '../../../src/kernels/kernel-requests';
import type {
  AzureAuthState,
  IAzureAccount,
  IAzureSignedIn,
  IAzureTokenRequest,
  IKernelGrant
} from '../../../src/tokens';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** In the local time zone, as every user reads it. */
export const NOW = new Date(2026, 10, 23, 9, 41).getTime();
export const STORAGE = ['https://storage.azure.com/.default'];
export const MANAGEMENT = ['https://management.azure.com/.default'];

export const ALICE: IAzureSignedIn = {
  kind: 'signed-in',
  account: { id: 'o.t', name: 'Alice', username: 'alice@contoso.com', tenantId: 'contoso-id' },
  source: 'popup',
  ambient: false,
  persistedIn: 'tab',
  persistableIn: null,
  expiresAt: new Date(2026, 10, 24, 9, 41).getTime()
};

export const MACHINE: IAzureSignedIn = {
  ...ALICE,
  ...{ source: 'managed-identity', ambient: true, persistedIn: 'memory', expiresAt: null },
  account: {
    id: 'managed-identity:1',
    name: 'Compute instance ci-1',
    username: 'alice@contoso.com',
    tenantId: 'unknown'
  }
};

export function aMethod(change: Partial<IAzureSignInMethod> = {}): IAzureSignInMethod {
  const redirectUri = 'http://localhost/redirect.html';
  return {
    ...{ name: 'popup', obstacle: null, redirectUri, customAuthority: null, appName: null },
    ...change
  };
}

export class FakeAuth implements IPageAuth {
  state: AzureAuthState = { kind: 'signed-out' };
  readonly stateChanged = new Signal<this, AzureAuthState>(this);
  signInCount = 0;
  methods: readonly IAzureSignInMethod[] = [aMethod()];
  candidates: readonly IIdentityCandidate[] = [];
  stored: IStoredSignIns = { erasing: false, restorable: [] };
  readonly candidatesChanged = new Signal<this, void>(this);
  readonly retryAmbient = jest.fn(() => Promise.resolve());
  readonly persist = jest.fn<Promise<void>, [boolean]>(() => Promise.resolve());
  readonly continueAs = jest.fn<Promise<void>, [string]>(() => Promise.resolve());
  own: readonly ISignIn[] = [];
  others: readonly IAzureAccount[] = [];
  readonly switchTo = jest.fn<Promise<void>, [string]>(() => Promise.resolve());
  readonly signOutOf = jest.fn<Promise<void>, [string]>(() => Promise.resolve());
  readonly chosenTenantFor = (wanted?: string): string | undefined => {
    const active = currentAccount(this.state);
    return this.accountFor(wanted) === active?.account ? active?.chosenTenantId : undefined;
  };
  readonly chooseTenant = jest.fn<void, [string, string | null]>();
  readonly accountFor = (wanted?: string): IAzureAccount | null =>
    chooseAccount(currentAccount(this.state), () => this.others, wanted);
  readonly prepare = jest.fn(() => Promise.resolve());
  readonly signIn = jest.fn(() => Promise.resolve(this.state));
  readonly signOut = jest.fn(() => Promise.resolve());
  readonly cancel = jest.fn();
  readonly showWindow = jest.fn();
  readonly withdraw = jest.fn<void, [IAzureTokenRequest]>();
  readonly getToken = jest.fn();

  setState(state: AzureAuthState): void {
    this.state = state;
    act(() => this.stateChanged.emit(state));
  }
}

export class FakeKernels implements IKernelRequests {
  waiting: readonly IWaitingRequest[] = [];
  grants: readonly IKernelGrant[] = [];
  acting: readonly IActingKernel[] = [];
  readonly changed = new Signal<this, void>(this);
  readonly refuse = jest.fn();
  readonly allow = jest.fn();
  readonly revoke = jest.fn(() => Promise.resolve());
  readonly restore = jest.fn(() => Promise.resolve());
  readonly pinnedAccountOf = jest.fn<IPinnedAccount | null, [string]>(() => null);
  readonly pin = jest.fn<void, [string, IPinnedAccount | null]>();

  setState(change: Partial<Pick<IKernelRequests, 'waiting' | 'grants' | 'acting'>>): void {
    Object.assign(this, change);
    act(() => this.changed.emit());
  }
}

export function aRequest(change: Partial<IWaitingRequest> = {}): IWaitingRequest {
  return {
    requestId: 'r1',
    kernelId: 'k1',
    label: 'analysis.ipynb',
    request: { scopes: STORAGE },
    question: 'sign-in',
    ...change
  };
}

/** Needs the account bob, as its kernel says. */
export const BOBS = aRequest({ request: { scopes: STORAGE, account: 'bob@contoso.com' } });

export function aGrant(change: Partial<IKernelGrant> = {}): IKernelGrant {
  return {
    kernelId: 'k1',
    label: 'analysis.ipynb',
    path: 'work/analysis.ipynb',
    scopes: STORAGE,
    username: 'alice@contoso.com',
    grantedAt: NOW,
    expiresAt: NOW + 3_600_000,
    ...change
  };
}
