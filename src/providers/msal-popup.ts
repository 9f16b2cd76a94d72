import {
  type AccountInfo,
  type AuthenticationResult,
  type CacheLookupPolicy,
  type IPublicClientApplication
} from '@azure/msal-browser';
import { matchesAccount } from '../auth/account-choice';
import { failure } from '../auth/failure';
import { isOneTenant, withPermission } from '../auth/validation';
import type { IPopupConfiguration } from '../auth/config';
import type { IAzureAccount, IAzureToken, IAzureTokenRequest } from '../tokens';
import { startMsal } from './msal-client';
import { describeMsalError, describeRefusal, describeSignInError } from './msal-errors';
import { watchPopup } from './popup-watcher';
import { awaitRedirectPage } from './redirect-page';
import { type ITabSignIn, TabSignIn } from './tab-sign-in';
import type {
  IOtherAccounts,
  ITokenProvider,
  ISignIn,
  ISilentRequest,
  ISignInMethod,
  ISignInEvents
} from './provider';
import { TenantIds } from './tenant-ids';

/**
 * `CacheLookupPolicy.AccessTokenAndRefreshToken`: a hidden frame needs third-party cookies, and
 * fails after 10 s without them. Written as a number because the object that has the name adds
 * 2.4 kB (gzip) to the page without a front end.
 */
const NO_HIDDEN_FRAME: typeof CacheLookupPolicy.AccessTokenAndRefreshToken = 2;

/** Declares that the client can answer claims challenges (continuous access evaluation). */
const CONTINUOUS_ACCESS = { xms_cc: { values: ['CP1'] } };

/**
 * Milliseconds by which MSAL.js can take a token's end for too late: it rounds the time of its
 * request to the nearest second (`TimeUtils.nowSeconds`), and Azure rounds the token's down. Exact
 * if the seconds of both clocks begin together.
 * _Outdated when_ MSAL.js rounds down.
 */
const ROUNDING_MS = 1_000;

/**
 * Sign-in in its own window, by MSAL.js. The refresh token stays in this tab's `sessionStorage` and
 * can be redeemed only by a browser.
 */
export class MsalPopup implements ITokenProvider, ISignInMethod {
  readonly name = 'popup';
  readonly provider = this;

  readonly cloud: string;

  private constructor(
    private readonly client: IPublicClientApplication,
    private readonly configuration: IPopupConfiguration
  ) {
    const { authority, authorityMetadata } = configuration;
    this.cloud = configuration.cloud;
    // If metadata is configured, the tenants' documents are next to its endpoints.
    this.#tenants = new TenantIds(originOf(Object(authorityMetadata).token_endpoint ?? authority));
    this.#record = new TabSignIn(configuration.clientId);
  }

  /** @throws AzureAuthError if MSAL.js cannot run, e.g. on a page without TLS. */
  static async create(configuration: IPopupConfiguration): Promise<MsalPopup> {
    try {
      const client = await startMsal(configuration).catch(error => {
        // MSAL.js stops at what it cannot read, each time until the tab is closed.
        if (new TabSignIn(configuration.clientId).clear()) {
          return startMsal(configuration);
        }
        throw error;
      });
      return new MsalPopup(client, configuration);
    } catch (error) {
      throw describeMsalError(error, null, configuration);
    }
  }

  async restore(): Promise<ISignIn | null> {
    const record = this.#record.read();
    const { expiredId, others } = this.#record;
    if (record === null && (expiredId !== undefined || others.length > 0)) {
      // MSAL.js's own code for it; otherwise another tab has signed out of this account only.
      throw failure('sign_in_ended', null, { detail: expiredId ? 'refresh_token_expired' : null });
    }
    const account = record && this.client.getAccount({ homeAccountId: record.accountId });
    return account ? toSignIn(record, toAccount(account)) : null;
  }

  async signIn(
    request: IAzureTokenRequest | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    { onPopupMaybeClosed, onWindow }: ISignInEvents
  ): Promise<ISignIn> {
    const window = this.#followWindow(signal, onPopupMaybeClosed, onWindow);
    const redirectPage = awaitRedirectPage();
    try {
      // Nothing may be awaited before this call, or the browser blocks the window.
      const result = this.client.loginPopup({
        scopes: (request?.scopes ?? []).map(withPermission),
        state: redirectPage.state,
        ...this.#narrowing(request),
        ...accountHint(request, current),
        // A closed window leaves MSAL's lock behind; a new click overrides it.
        overrideInteractionInProgress: true
      });
      // MSAL.js may still finish what was given up, even after a sign-out.
      result.then(() => (signal.aborted ? this.#dropUnknown() : undefined)).catch(() => undefined);
      return await this.#recordSignIn(await Promise.race([result, rejectOnAbort(signal)]));
    } catch (error) {
      throw signal.aborted
        ? signal.reason
        : describeSignInError(error, request, this.configuration);
    } finally {
      window.release();
      redirectPage.release();
    }
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const { account: signedIn, force, enableCae, ...tokenRequest } = request;
    const requestedTenantId = await this.#tenants.resolve(
      tokenRequest.tenantId ?? '',
      tokenRequest
    );
    const tenantId = requestedTenantId ?? (await this.#configuredTenant());
    const account = this.#accountIn(tenantId, signedIn.id);
    if (account === null) {
      throw failure('sign_in_ended', tokenRequest);
    }
    const kind = JSON.stringify([tokenRequest.scopes, tenantId]);
    // MSAL.js 5 keeps one token per scope and tenant, with or without this capability.
    const otherKind = this.#record.isCaeToken(signedIn.id, kind) !== enableCae;
    try {
      const result = await this.client.acquireTokenSilent({
        scopes: tokenRequest.scopes.map(withPermission),
        account,
        ...this.#narrowing({ ...tokenRequest, tenantId: requestedTenantId ?? '' }),
        // Claims bypass MSAL's cache, so they are sent only if it has no token of this kind.
        ...(enableCae && (otherKind || tokenRequest.claims !== undefined)
          ? { claims: withContinuousAccess(tokenRequest.claims) }
          : {}),
        forceRefresh: force || tokenRequest.claims !== undefined || otherKind,
        cacheLookupPolicy: NO_HIDDEN_FRAME
      });
      if (tenantId !== null && result.tenantId.toLowerCase() !== tenantId) {
        throw failure('wrong_tenant', tokenRequest, { detail: result.tenantId });
      }
      this.#record.recordCaeToken(signedIn.id, kind, enableCae);
      return toToken(result);
    } catch (error) {
      const bare = { scopes: ['openid', 'offline_access'], account, forceRefresh: true };
      const renew = (): Promise<unknown> =>
        this.client.acquireTokenSilent({ ...bare, cacheLookupPolicy: NO_HIDDEN_FRAME });
      throw await describeRefusal(error, tokenRequest, renew, this.configuration);
    }
  }

  async clear(): Promise<void> {
    this.#record.clear();
    await this.#dropUnknown();
  }

  /** Other accounts of this tab, whose refresh tokens are next to those of the current one. */
  get accounts(): IOtherAccounts {
    const forget = async (accountId: string): Promise<void> => {
      this.#record.forget(accountId);
      await this.#dropUnknown();
    };
    return {
      expiredId: this.#record.expiredId,
      others: this.#record.others.flatMap(record => {
        const account = this.client.getAccount({ homeAccountId: record.accountId });
        return account ? [toSignIn(record, toAccount(account))] : [];
      }),
      switchTo: async accountId => this.#record.switchTo(accountId),
      signOut: forget,
      forget
    };
  }

  /** @returns The id of the only configured tenant; null if there is no single one. */
  #configuredTenant(): Promise<string | null> {
    const { pathname } = new URL(this.configuration.authority);
    const [last = ''] = /[^/]*(?=\/*$)/.exec(pathname) ?? [];
    // The authority enforces it by itself: it may have no such document, or not answer now.
    return this.#tenants.resolve(last, null).catch(() => null);
  }

  /**
   * Return the account as a member or guest of a tenant. MSAL.js looks for a cached token by the
   * `tenantId` of the account, whichever authority is asked.
   *
   * @param tenantId - Null for the home tenant, which an authority for all tenants uses.
   */
  #accountIn(tenantId: string | null, homeAccountId: string): AccountInfo | null {
    const realm = tenantId ?? homeAccountId.split('.')[1] ?? '';
    const account =
      this.client.getAccount({ homeAccountId, tenantId: realm }) ??
      this.client.getAccount({ homeAccountId });
    // An account that is not from Entra ID may have a policy there, which is its key in the cache.
    return account && (tenantId !== null || isOneTenant(account.tenantId))
      ? { ...account, tenantId: realm }
      : account;
  }

  /** Return what a request adds to the configuration: another tenant, further claims. */
  #narrowing(request: IAzureTokenRequest | null): { authority?: string; claims?: string } {
    const { tenantId = '', claims } = request ?? {};
    return {
      ...(isOneTenant(tenantId)
        ? { authority: `${originOf(this.configuration.authority)}/${tenantId}` }
        : {}),
      ...(claims === undefined ? {} : { claims })
    };
  }

  async #recordSignIn(result: AuthenticationResult): Promise<ISignIn> {
    const account = toAccount(result.account);
    const record = this.#record.write(account.id, Date.now());
    await this.#dropUnknown();
    return toSignIn(record, account);
  }

  /**
   * Remove accounts that this tab has no sign-in of: MSAL.js also keeps the tokens of an abandoned
   * sign-in that was finished. Ends nothing at the authority: the next user chooses an account
   * there.
   */
  async #dropUnknown(): Promise<void> {
    const { accountId } = this.#record.read() ?? {};
    const known = [accountId, ...this.#record.others.map(other => other.accountId)];
    const unknown = this.client
      .getAllAccounts()
      .filter(({ homeAccountId }) => !known.includes(homeAccountId));
    // MSAL.js keeps everything under the id in lower case, but removes what is under the id as it is.
    // An account that any script of this origin has changed may have none.
    const removals = unknown.map(({ homeAccountId, ...rest }) =>
      this.client.clearCache({
        account: { ...rest, homeAccountId: String(homeAccountId).toLowerCase() }
      })
    );
    await Promise.all(removals);
  }

  /** Close the window if the user cancels here, and report when it was closed there. */
  #followWindow(
    signal: AbortSignal,
    onDoubt: () => void,
    onWindow: ISignInEvents['onWindow']
  ): { release(): void } {
    let stop = (): void => undefined;
    const id = this.client.addEventCallback(
      ({ payload }) => {
        const opened = popupOf(payload);
        if (opened !== null) {
          onWindow?.(opened);
          const close = (): void => opened.close();
          const unwatch = watchPopup(opened, onDoubt);
          signal.addEventListener('abort', close);
          stop = () => {
            unwatch();
            signal.removeEventListener('abort', close);
          };
        }
      },
      ['msal:popupOpened']
    );
    return {
      release: () => {
        stop();
        if (id !== null) {
          this.client.removeEventCallback(id);
        }
      }
    };
  }

  readonly #record: TabSignIn;
  readonly #tenants: TenantIds;
}

function originOf(address: string): string {
  return new URL(address).origin;
}

/**
 * Return a hint for the current account, which excludes all others, or let the user choose.
 */
function accountHint(
  request: IAzureTokenRequest | null,
  current: IAzureAccount | null
): { prompt: 'select_account' } | { loginHint: string } {
  // The requested account is not a hint: neither Entra nor MSAL.js takes one with `select_account`.
  return current === null ||
    current.username === current.id ||
    !matchesAccount(current, request?.account)
    ? { prompt: 'select_account' }
    : { loginHint: current.username };
}

function withContinuousAccess(challenge: string | undefined): string {
  const claims: { access_token?: object } = challenge === undefined ? {} : JSON.parse(challenge);
  return JSON.stringify({
    ...claims,
    access_token: { ...claims.access_token, ...CONTINUOUS_ACCESS }
  });
}

function popupOf(payload: unknown): Window | null {
  return typeof payload === 'object' && payload !== null && 'popupWindow' in payload
    ? (payload.popupWindow as Window)
    : null;
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function toSignIn(
  { signedInAt, activeSince, expiresAt }: ITabSignIn,
  account: IAzureAccount
): ISignIn {
  return {
    account,
    source: 'popup',
    ambient: false,
    persistedIn: 'tab',
    persistableIn: null,
    signedInAt,
    activeSince,
    expiresAt
  };
}

function toAccount(account: AccountInfo): IAzureAccount {
  const { homeAccountId: id, tenantId } = account;
  // As at the server: kernels accept no account without a user name. An id is no hint.
  const username = account.username || id;
  return { id, name: account.name || username, username, tenantId };
}

function toToken(result: AuthenticationResult): IAzureToken {
  return {
    token: result.accessToken,
    tokenType: 'Bearer',
    expiresOnTimestamp: (result.expiresOn?.getTime() ?? 0) - ROUNDING_MS,
    ...(result.refreshOn === undefined
      ? {}
      : { refreshAfterTimestamp: result.refreshOn.getTime() }),
    // A guest's token is from a tenant other than the account's.
    account: { ...toAccount(result.account), tenantId: result.tenantId }
  };
}
