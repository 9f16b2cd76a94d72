import type { TranslationBundle } from '@jupyterlab/translation';
import { AzureAuthError } from '../auth/errors';
import type { ServerExtensionClient } from '../server-api/client';
import type {
  AzureAuthState,
  IAzureAuth,
  IAzureToken,
  IAzureTokenOptions,
  IWaitingRequest
} from '../tokens';
import { type AccessControl, PROCESSES } from './access-control';
import { accountIdOf } from './push';
import type { KernelTokenService } from './token-service';

/** Milliseconds that a hidden page leaves to visible ones. */
const HIDDEN_DELAY_MS = 500;

/** What the server says of a request. */
type ProcessRequest = ReadonlyMap<string, unknown>;

/**
 * Answers the processes below the server: terminals, scripts, workers. They wait at the server,
 * which tells all pages. If this page holds a sign-in that the server does not have, it answers at
 * once; otherwise the server has it ask the user.
 */
export class ProcessResponder {
  constructor(private readonly options: ProcessResponder.IOptions) {
    options.auth.stateChanged.connect((_, state) => this.onState(state));
  }

  /** Answer a request that began or has changed. */
  async answer(requestId: string): Promise<void> {
    if (document.hidden && !this.prompts.has(requestId)) {
      await new Promise(resolve => setTimeout(resolve, HIDDEN_DELAY_MS));
    }
    await this.options.auth.prepare();
    const declined = !holdsSignIn(this.options.auth.state);
    const seen = !document.hidden || this.prompts.has(requestId);
    try {
      const asked = await this.post('claim', { request_id: requestId, declined, seen });
      if (!declined) {
        await this.send(requestId, asked);
      } else if (seen && asked.has('waits_as')) {
        this.ask(requestId, asked);
      }
    } catch (error) {
      this.remove(requestId); // it is over
      throw error;
    }
  }

  /** Ask the user to sign in, unless the server itself has a sign-in by now. */
  private ask(requestId: string, asked: ProcessRequest): void {
    const { auth, tokenService, trans } = this.options;
    if (auth.state.kind === 'signed-in') {
      this.end(requestId, null);
    } else if (!this.prompts.has(requestId)) {
      const account = textOf(asked, 'account');
      const waiting: IWaitingRequest = {
        requestId,
        kernelId: '',
        label:
          asked.get('waits_as') === 'terminal' ? trans.__('A terminal') : trans.__('A program'),
        request: { scopes: scopesOf(asked), ...(account === undefined ? {} : { account }) },
        question: 'sign-in'
      };
      this.prompts.set(requestId, { asked, waiting });
      tokenService.addPrompt(waiting, () => this.end(requestId, 'sign_in_declined'));
    }
  }

  private async send(requestId: string, asked: ProcessRequest): Promise<void> {
    this.remove(requestId);
    const answer = await this.getToken(asked).then(
      issued => ({ issued }),
      (error: unknown) => ({ issued: null, code: codeOf(error) })
    );
    await this.post('answer', { request_id: requestId, ...answer });
  }

  /** End a request without a token of this page. */
  private end(requestId: string, code: string | null): void {
    this.remove(requestId);
    // Without an answer, the process asks again.
    this.post('answer', { request_id: requestId, issued: null, code }).catch(() => undefined);
  }

  private remove(requestId: string): void {
    const prompt = this.prompts.get(requestId);
    if (prompt !== undefined) {
      this.prompts.delete(requestId);
      this.options.tokenService.removePrompt(prompt.waiting);
    }
  }

  /** @throws AzureAuthError also if the user wants to be asked, which no process can. */
  private async getToken(asked: ProcessRequest): Promise<object> {
    const scopes = scopesOf(asked);
    const access = await (await this.options.access()).decide(PROCESSES, scopes);
    if (access !== 'give') {
      const code = access === 'ask' ? 'kernel_access_denied' : access;
      throw new AzureAuthError('denied', { code, detail: null, request: null });
    }
    const token = await this.options.auth.getToken(scopes, optionsOf(asked));
    this.accountId = token.account.id;
    return toWire(token);
  }

  private onState(state: AzureAuthState): void {
    if (state.kind === 'signed-in') {
      for (const [requestId, { asked }] of [...this.prompts]) {
        if (holdsSignIn(state)) {
          this.send(requestId, asked).catch(() => undefined);
        } else {
          this.end(requestId, null);
        }
      }
    }
    // Tell the server when processes must forget tokens of this page's account.
    const isOver = state.kind === 'signed-out' || state.kind === 'signed-in';
    if (this.accountId !== null && isOver && accountIdOf(state) !== this.accountId) {
      this.accountId = null;
      // A server that does not answer gives out no tokens either.
      this.post('signed-out').catch(() => undefined);
    }
  }

  private post(route: 'claim' | 'answer' | 'signed-out', fields?: object): Promise<ProcessRequest> {
    return this.options.server.post(`process-requests/${route}`, fields);
  }

  /** The requests that the user is asked about, by id. */
  private readonly prompts = new Map<
    string,
    { readonly asked: ProcessRequest; readonly waiting: IWaitingRequest }
  >();
  private accountId: string | null = null;
}

export namespace ProcessResponder {
  export interface IOptions {
    readonly auth: IAzureAuth;
    readonly server: Pick<ServerExtensionClient, 'post'>;
    readonly tokenService: Pick<KernelTokenService, 'addPrompt' | 'removePrompt'>;
    readonly trans: TranslationBundle;
    /** Loads what the user has allowed and revoked. */
    readonly access: () => Promise<AccessControl>;
  }
}

function holdsSignIn(state: AzureAuthState): boolean {
  return state.kind === 'signed-in' && state.persistedIn === 'tab';
}

function codeOf(error: unknown): string {
  return error instanceof AzureAuthError ? error.problem.code : 'failed';
}

function textOf(asked: ProcessRequest, name: string): string | undefined {
  const value = asked.get(name);
  return typeof value === 'string' ? value : undefined;
}

function scopesOf(asked: ProcessRequest): string[] {
  const scopes = asked.get('scopes');
  return Array.isArray(scopes) ? scopes.map(String) : [];
}

function optionsOf(asked: ProcessRequest): IAzureTokenOptions {
  const named = {
    tenantId: textOf(asked, 'tenant_id'),
    cloud: textOf(asked, 'cloud'),
    account: textOf(asked, 'account'),
    claims: textOf(asked, 'claims')
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
