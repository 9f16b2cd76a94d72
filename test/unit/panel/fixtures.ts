import { Signal } from '@lumino/signaling';
import { act } from 'react';
import type {
  AzureSessionState,
  IAzureKernels,
  IAzureSession,
  IAzureSignedIn,
  IAzureTokenNeed,
  IAzureWay,
  IConsidered,
  IKernelGrant,
  IStoredSignIns,
  IWaitingRequest
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
  automatic: false,
  kept: 'tab',
  keeps: null,
  endsOn: new Date(2026, 10, 24, 9, 41).getTime()
};

export const MACHINE: IAzureSignedIn = {
  ...ALICE,
  ...{ source: 'managed-identity', automatic: true, kept: 'memory', endsOn: null },
  account: {
    id: 'managed-identity:1',
    name: 'Compute instance ci-1',
    username: 'alice@contoso.com',
    tenantId: 'unknown'
  }
};

export function aWay(change: Partial<IAzureWay> = {}): IAzureWay {
  const redirectUri = 'http://localhost/redirect.html';
  return {
    ...{ name: 'popup', obstacle: null, redirectUri, foreignAuthority: null, shownAs: null },
    ...change
  };
}

export class FakeSession implements IAzureSession {
  state: AzureSessionState = { kind: 'signed-out' };
  readonly stateChanged = new Signal<this, AzureSessionState>(this);
  signIns = 0;
  ways: readonly IAzureWay[] = [aWay()];
  considered: readonly IConsidered[] = [];
  stored: IStoredSignIns = { erasing: false, restorable: [] };
  readonly consideredChanged = new Signal<this, void>(this);
  readonly tryAgain = jest.fn(() => Promise.resolve());
  readonly keep = jest.fn<Promise<void>, [boolean]>(() => Promise.resolve());
  readonly continueAs = jest.fn<Promise<void>, [string]>(() => Promise.resolve());
  readonly prepare = jest.fn(() => Promise.resolve());
  readonly signIn = jest.fn(() => Promise.resolve(this.state));
  readonly signOut = jest.fn(() => Promise.resolve());
  readonly cancel = jest.fn();
  readonly withdraw = jest.fn<void, [IAzureTokenNeed]>();
  readonly getToken = jest.fn();

  become(state: AzureSessionState): void {
    this.state = state;
    act(() => this.stateChanged.emit(state));
  }
}

export class FakeKernels implements IAzureKernels {
  waiting: readonly IWaitingRequest[] = [];
  grants: readonly IKernelGrant[] = [];
  readonly changed = new Signal<this, void>(this);
  readonly refuse = jest.fn();
  readonly allow = jest.fn();

  become(change: Partial<Pick<IAzureKernels, 'waiting' | 'grants'>>): void {
    Object.assign(this, change);
    act(() => this.changed.emit());
  }
}

export function aRequest(change: Partial<IWaitingRequest> = {}): IWaitingRequest {
  return {
    requestId: 'r1',
    kernelId: 'k1',
    label: 'analysis.ipynb',
    need: { scopes: STORAGE },
    question: 'sign-in',
    ...change
  };
}

/** Needs the account bob, as its kernel says. */
export const BOBS = aRequest({ need: { scopes: STORAGE, account: 'bob@contoso.com' } });

export function aGrant(change: Partial<IKernelGrant> = {}): IKernelGrant {
  return {
    kernelId: 'k1',
    label: 'analysis.ipynb',
    scopes: STORAGE,
    givenOn: NOW,
    expiresOn: NOW + 3_600_000,
    ...change
  };
}
