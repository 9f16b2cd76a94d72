import type { IPageAuth } from '../auth/page-auth';
import { publishSignInNotice } from '../auth/sign-in-notice';
import type { ISignIn } from '../providers/provider';
import { mayHoldSignIn } from '../providers/tab-sign-in';
import type { ServerExtensionClient } from '../server-api/client';
import { optionsOf, scopesOf, toAnswer, toWireAccount, tokenRequestOf } from './relayed-tokens';

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
    // It comes again if the sign-in here has ended: other tabs may have the account, too.
    const own = this.#answered.has(requestId) ? [] : auth.own;
    const [active, ...others] = own.map(one => toWire(one, auth));
    const sign_in = active === undefined ? null : { ...active, others };
    const request = { request_id: requestId };
    try {
      const asked = await server.post('tabs/claim', { ...request, sign_in });
      if (asked.has('scopes')) {
        const options = optionsOf(asked);
        // A tab that knows that a tenant is chosen names it, and treats any other token as one from
        // the account's own tenant.
        const isHome = options.tenantId === undefined && auth.chosenTenantFor(options.account);
        const tenantId = isHome && auth.accountFor(options.account)?.tenantId;
        const tenant = tenantId ? { tenantId } : {};
        const token = auth.getToken(scopesOf(asked), { ...options, ...tenant });
        const answer = await toAnswer(token);
        this.#answered.add(requestId);
        // A refusal is the other tab's problem, and shown there.
        auth.withdraw({ ...tokenRequestOf(asked), ...tenant });
        await server.post('tabs/answer', { ...request, ...answer });
      }
    } catch (error) {
      if (own.length > 0) {
        // The other tab has given up: it can ask again.
        publishSignInNotice(server.baseUrl);
      }
      throw error;
    }
  }

  /** The requests that this tab has answered, each once. */
  readonly #answered = new Set<string>();
}

export namespace TabResponder {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly server: Pick<ServerExtensionClient, 'post' | 'baseUrl'>;
  }
}

function toWire(own: ISignIn, auth: IPageAuth): object {
  return {
    account: toWireAccount(own.account),
    signed_in_at: own.signedInAt,
    active_since: own.activeSince,
    expires_at: own.expiresAt,
    chosen_tenant_id: auth.chosenTenantFor(own.account.id)
  };
}
