import { AzureAuthError } from '../auth/errors';
import type { IAzureAccount, IAzureToken, IAzureTokenOptions, IAzureTokenRequest } from '../tokens';

/** What the server says about a request that a page must answer. */
export type RelayedRequest = ReadonlyMap<string, unknown>;

/** Return the answer to a relayed request: a token, or why there is none. */
export function toAnswer(token: Promise<IAzureToken>): Promise<object> {
  return token.then(
    issued => ({ issued: toWire(issued) }),
    (error: unknown) => ({ issued: null, code: codeOf(error) })
  );
}

function codeOf(error: unknown): string {
  return error instanceof AzureAuthError ? error.problem.code : 'failed';
}

type TextName = 'tenantId' | 'account' | 'cloud' | 'claims';

/** Return the named fields that are present. */
export function textsOf(
  asked: RelayedRequest,
  names: readonly TextName[]
): Partial<Record<TextName, string>> {
  const texts: Partial<Record<TextName, string>> = {};
  for (const name of names) {
    const value = asked.get(name === 'tenantId' ? 'tenant_id' : name);
    if (typeof value === 'string') {
      texts[name] = value;
    }
  }
  return texts;
}

export function scopesOf(asked: RelayedRequest): string[] {
  const scopes = asked.get('scopes');
  return Array.isArray(scopes) ? scopes.map(String) : [];
}

export function optionsOf(asked: RelayedRequest): IAzureTokenOptions {
  return {
    ...textsOf(asked, ['tenantId', 'cloud', 'account', 'claims']),
    force: asked.get('force') === true,
    enableCae: asked.get('enable_cae') === true
  };
}

/** With the lifetime, the clocks of the browser and the server do not have to agree. */
function toWire({ token, expiresOnTimestamp, account }: IAzureToken): object {
  return {
    token,
    expires_in: Math.floor((expiresOnTimestamp - Date.now()) / 1000),
    account: toWireAccount(account)
  };
}

export function toWireAccount({ id, name, username, tenantId }: IAzureAccount): object {
  return { id, name, username, tenant_id: tenantId };
}

/** Return what a token is requested for, as problems name it. */
export function tokenRequestOf(asked: RelayedRequest): IAzureTokenRequest {
  return { scopes: scopesOf(asked), ...textsOf(asked, ['tenantId', 'claims', 'account']) };
}
