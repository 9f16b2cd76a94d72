import type { IPageAuth } from '../auth/page-auth';
import { publishSignInNotice } from '../auth/sign-in-notice';
import type { ISignIn } from '../providers/provider';
import { mayHoldSignIn } from '../providers/tab-sign-in';
import type { ServerExtensionClient } from '../server-api/client';
import { optionsOf, scopesOf, toAnswer, tokenRequestOf } from './relayed-tokens';

/**
 * Answers the other tabs of this browser that hold no sign-in of their own. They ask the server,
 * which tells all pages, the asking one included: that page declines, as does every page without
 * its own sign-in.
 */
export class TabResponder {
  constructor(private readonly options: TabResponder.IOptions) {}

  async answer(requestId: string): Promise<void> {
    const { auth, server } = this.options;
    // A tab that is being prepared may itself be the one asking.
    if (mayHoldSignIn()) {
      await auth.prepare();
    }
    const { own } = auth;
    const request = { request_id: requestId };
    try {
      const asked = await server.post('tabs/claim', { ...request, sign_in: toWire(own) });
      if (asked.has('scopes')) {
        const options = optionsOf(asked);
        // A tab that knows that a tenant is chosen names it, and treats any other token as one from
        // the account's own tenant.
        const isHome = own?.chosenTenantId !== undefined && options.tenantId === undefined;
        const tenant = isHome ? { tenantId: own.account.tenantId } : {};
        const token = auth.getToken(scopesOf(asked), { ...options, ...tenant });
        await server.post('tabs/answer', { ...request, ...(await toAnswer(token)) });
        // A refusal is the other tab's problem, and shown there.
        auth.withdraw({ ...tokenRequestOf(asked), ...tenant });
      }
    } catch (error) {
      if (own !== null) {
        // The other tab has given up: it can ask again.
        publishSignInNotice(server.baseUrl);
      }
      throw error;
    }
  }
}

export namespace TabResponder {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly server: Pick<ServerExtensionClient, 'post' | 'baseUrl'>;
  }
}

function toWire(own: ISignIn | null): object | null {
  if (own === null) {
    return null;
  }
  const { id, name, username, tenantId } = own.account;
  return {
    account: { id, name, username, tenant_id: tenantId },
    signed_in_at: own.signedInAt,
    expires_at: own.expiresAt,
    ...(own.chosenTenantId === undefined ? {} : { chosen_tenant_id: own.chosenTenantId })
  };
}
