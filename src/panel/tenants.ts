import { currentAccount, isSignedOut } from '../auth/account';
import { AzureAuthError } from '../auth/errors';
import { isGuid } from '../auth/validation';
import type { IPageAuth } from '../auth/page-auth';
import { isSameTokenRequest } from '../auth/same-token-request';
import type { AzureAuthState, IAzureAccount, IAzureTokenRequest } from '../tokens';
import { readList, scopeOf } from './resource-manager';
import { recordTenantNames } from './tenant-names';

/** A directory that the account is a member or a guest of. */
export interface ITenant {
  readonly id: string;
  /** Its name, or its domain if it has none; empty if it has neither. */
  readonly name: string;
  readonly domain: string;
}

/** The public one: in other clouds, there is no token for it, and no list. */
const CLOUD = 0;

/** Return the directories of the account, from Azure Resource Manager. Throws as `readList`. */
export async function readTenants(auth: Pick<IPageAuth, 'getToken'>): Promise<readonly ITenant[]> {
  const found = await readList(auth, CLOUD, '/tenants?api-version=2022-12-01');
  const tenants = found.flatMap(({ tenantId: id, displayName, defaultDomain }) => {
    const domain = typeof defaultDomain === 'string' ? defaultDomain : '';
    const name = typeof displayName === 'string' && displayName !== '' ? displayName : domain;
    return typeof id === 'string' && isGuid(id) ? [{ id, name, domain }] : [];
  });
  recordTenantNames(tenants);
  return tenants;
}

/** What the latest choice needs: an earlier one has no effect, however late Azure answers. */
let latest: IAzureTokenRequest | null = null;

/**
 * Use a directory for all requests of the active account that name none, once Azure has issued a
 * token from it. The user is prompted for what is missing, as for any token; this waits for the
 * answer. Without one, or after a later choice or a sign-out, the directory stays as it was.
 *
 * @throws AzureAuthError if Azure issues none, and there is no question to answer.
 */
export async function chooseTenant(
  auth: TenantAuth,
  { id: account, tenantId: own }: IAzureAccount,
  tenantId: string
): Promise<void> {
  const isOwn = tenantId.toLowerCase() === own.toLowerCase();
  const request = { scopes: [scopeOf(CLOUD)], tenantId, account };
  const earlier = latest;
  latest = request;
  withdraw(auth, earlier);
  let isGiven = isOwn;
  while (latest === request && !isGiven) {
    const { signInCount } = auth;
    try {
      await auth.getToken(request.scopes, { tenantId, account });
      isGiven = true;
    } catch (error) {
      if (latest !== request) {
        return withdraw(auth, request);
      }
      if (!isQuestion(error)) {
        throw error;
      }
      if (isSignedOut(auth.state) || currentAccount(auth.state)?.ambient) {
        return;
      }
      await questionOver(auth);
      if (auth.signInCount === signInCount) {
        return;
      }
    }
  }
  if (latest === request) {
    auth.chooseTenant(account, isOwn ? null : tenantId);
  }
}

type TenantAuth = Pick<
  IPageAuth,
  'chooseTenant' | 'getToken' | 'signInCount' | 'state' | 'stateChanged' | 'withdraw'
>;

/** Withdraw what an earlier choice needs, unless the latest needs the same. */
function withdraw(auth: TenantAuth, earlier: IAzureTokenRequest | null): void {
  if (earlier !== null && latest !== null && !isSameTokenRequest(earlier, latest)) {
    auth.withdraw(earlier);
  }
}

/** Whether only the user can resolve it; the panel then shows the problem, and the button for it. */
function isQuestion(error: unknown): boolean {
  return (
    error instanceof AzureAuthError && ['consent_required', 'sign_in_required'].includes(error.code)
  );
}

/** Wait until the user has answered, or given up. */
function questionOver({ stateChanged }: TenantAuth): Promise<void> {
  return new Promise(resolve => {
    const onState = (_: unknown, state: AzureAuthState): void => {
      if (state.kind === 'signed-in' || isSignedOut(state)) {
        stateChanged.disconnect(onState);
        resolve();
      }
    };
    stateChanged.connect(onState);
  });
}
