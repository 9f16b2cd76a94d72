import type { ServerExtensionClient } from '../server-api/client';
import type { AzureAuthState, IAzureAuth, IAzureToken, IAzureTokenOptions } from '../tokens';
import { accountIdOf } from './push';

/** Milliseconds that a hidden page leaves to visible ones. */
const HIDDEN_DELAY_MS = 500;

/**
 * Answers for the sign-in of this page, which the server does not hold, the processes below the
 * server: terminals, scripts, workers. They wait at the server, which tells all pages.
 */
export class ProcessResponder {
  constructor(private readonly options: ProcessResponder.IOptions) {
    options.auth.stateChanged.connect((_, state) => this.onState(state));
  }

  /** Answer a request if this page holds a sign-in. The user is never asked. */
  async answer(requestId: string): Promise<void> {
    const { auth, server } = this.options;
    if (document.hidden) {
      await new Promise(resolve => setTimeout(resolve, HIDDEN_DELAY_MS));
    }
    await auth.prepare();
    const declined = !holdsSignIn(auth.state);
    const asked = await server.post('process-requests/claim', { request_id: requestId, declined });
    if (declined) {
      return;
    }
    const issued = await this.getToken(asked).catch(() => null);
    await server.post('process-requests/answer', { request_id: requestId, issued });
  }

  private async getToken(asked: ReadonlyMap<string, unknown>): Promise<object> {
    const token = await this.options.auth.getToken(scopesOf(asked), optionsOf(asked));
    this.accountId = token.account.id;
    return toWire(token);
  }

  /** Tell the server when processes must forget tokens of this page's account. */
  private onState(state: AzureAuthState): void {
    const isOver = state.kind === 'signed-out' || state.kind === 'signed-in';
    if (this.accountId !== null && isOver && accountIdOf(state) !== this.accountId) {
      this.accountId = null;
      // A server that does not answer gives out no tokens either.
      this.options.server.post('process-requests/signed-out').catch(() => undefined);
    }
  }

  private accountId: string | null = null;
}

export namespace ProcessResponder {
  export interface IOptions {
    readonly auth: IAzureAuth;
    readonly server: Pick<ServerExtensionClient, 'post'>;
  }
}

function holdsSignIn(state: AzureAuthState): boolean {
  return state.kind === 'signed-in' && state.persistedIn === 'tab';
}

function scopesOf(asked: ReadonlyMap<string, unknown>): string[] {
  const scopes = asked.get('scopes');
  return Array.isArray(scopes) ? scopes.map(String) : [];
}

function optionsOf(asked: ReadonlyMap<string, unknown>): IAzureTokenOptions {
  const text = (name: string): string | undefined => {
    const value = asked.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const named = {
    tenantId: text('tenant_id'),
    cloud: text('cloud'),
    account: text('account'),
    claims: text('claims')
  };
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    force: asked.get('force') === true,
    enableCae: asked.get('enable_cae') === true
  };
}

/** The lifetime spares the clocks of browser and server from having to agree. */
function toWire({ token, expiresOnTimestamp, account }: IAzureToken): object {
  const { id, name, username, tenantId } = account;
  return {
    token,
    expires_in: Math.floor((expiresOnTimestamp - Date.now()) / 1000),
    account: { id, name, username, tenant_id: tenantId }
  };
}
