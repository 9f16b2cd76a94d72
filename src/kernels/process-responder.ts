import type { TranslationBundle } from '@jupyterlab/translation';
import { currentAccount } from '../auth/account';
import { failure } from '../auth/failure';
import type { ServerExtensionClient } from '../server-api/client';
import type { IPageAuth } from '../auth/page-auth';
import type { IWaitingRequest } from './kernel-requests';
import type { AzureAuthState, IAzureToken } from '../tokens';
import { type AccessControl, PROCESSES } from './access-control';
import { optionsOf, type RelayedRequest, scopesOf, textsOf, toAnswer } from './relayed-tokens';
import { type HolderTarget, holderOf } from './push';
import type { KernelTokenService } from './token-service';

/** Milliseconds that a hidden page leaves to visible ones. */
const HIDDEN_DELAY_MS = 500;

/** Nothing waits in this case: the user is signed in, but must consent or be checked again. */
const CONSENT = 'consent';

/**
 * Answers the processes below the server: terminals, scripts, workers. They wait at the server,
 * which tells all pages. If this page holds a sign-in that the server does not have, it answers at
 * once; otherwise the server has it ask the user.
 */
export class ProcessResponder {
  constructor(private readonly options: ProcessResponder.IOptions) {
    options.auth.stateChanged.connect((_, state) => this.#onState(state));
  }

  /** Answer a request that began or has changed. */
  async answer(requestId: string): Promise<void> {
    if (document.hidden && !this.#prompts.has(requestId)) {
      await new Promise(resolve => setTimeout(resolve, HIDDEN_DELAY_MS));
    }
    await this.options.auth.prepare();
    const declined = !holdsSignIn(this.options.auth.state);
    const seen = !document.hidden || this.#prompts.has(requestId);
    try {
      const asked = await this.#post('claim', { request_id: requestId, declined, seen });
      if (asked.get('waits_as') === CONSENT) {
        if (seen) {
          this.#prompt(requestId, asked);
        }
      } else if (!declined) {
        await this.#send(requestId, asked);
      } else if (seen && asked.has('waits_as')) {
        this.#ask(requestId, asked);
      } else {
        this.#remove(requestId); // it is over, which the server does not tell a page that declines
      }
    } catch (error) {
      this.#remove(requestId); // it is over
      throw error;
    }
  }

  /** Ask the user to sign in, unless the server itself has a sign-in by now. */
  #ask(requestId: string, asked: RelayedRequest): void {
    if (this.options.auth.state.kind === 'signed-in') {
      this.#end(requestId, null);
    } else {
      this.#prompt(requestId, asked);
    }
  }

  #prompt(requestId: string, asked: RelayedRequest): void {
    const { tokenService, trans } = this.options;
    if (!this.#prompts.has(requestId)) {
      const process = String(asked.get('waits_as'));
      const waiting: IWaitingRequest = {
        requestId,
        kernelId: '',
        label: process === 'terminal' ? trans.__('A terminal') : trans.__('A program'),
        request: { scopes: scopesOf(asked), ...textsOf(asked, ['tenantId', 'account']) },
        question: process === 'refused' || process === CONSENT ? 'offer' : 'sign-in'
      };
      this.#prompts.set(requestId, { asked, waiting });
      tokenService.addPrompt(waiting, () => this.#end(requestId, 'sign_in_declined'));
    }
  }

  async #send(requestId: string, asked: RelayedRequest): Promise<void> {
    this.#remove(requestId);
    const answer = await toAnswer(this.#getToken(asked));
    await this.#post('answer', { request_id: requestId, ...answer });
  }

  /** End a request without a token of this page. */
  #end(requestId: string, code: string | null): void {
    this.#remove(requestId);
    // Without an answer, the process asks again.
    this.#post('answer', { request_id: requestId, issued: null, code }).catch(() => undefined);
  }

  #remove(requestId: string): void {
    const prompt = this.#prompts.get(requestId);
    if (prompt !== undefined) {
      this.#prompts.delete(requestId);
      this.options.tokenService.removePrompt(prompt.waiting);
    }
  }

  /** @throws AzureAuthError even if the user only wants to be asked, which no process can do. */
  async #getToken(asked: RelayedRequest): Promise<IAzureToken> {
    const { access, auth } = this.options;
    const scopes = scopesOf(asked);
    const target = textsOf(asked, ['tenantId', 'account']);
    const decision = await access.decide(PROCESSES, { scopes, ...target });
    if (decision !== 'give') {
      throw failure(decision === 'ask' ? 'kernel_access_denied' : decision, null);
    }
    const token = await auth.getToken(scopes, optionsOf(asked));
    this.#given.set(JSON.stringify(target), holderOf(auth, target));
    return token;
  }

  #onState(state: AzureAuthState): void {
    if (state.kind === 'signed-in') {
      for (const [requestId, { asked }] of [...this.#prompts]) {
        if (asked.get('waits_as') === CONSENT) {
          if (this.#wasSigningIn) {
            this.#end(requestId, null); // the program itself asks again
          }
        } else if (holdsSignIn(state)) {
          this.#send(requestId, asked).catch(() => undefined);
        } else {
          this.#end(requestId, null);
        }
      }
    }
    this.#wasSigningIn = state.kind === 'signing-in';
    // Tell the server when processes must forget tokens of this page's accounts.
    const isOver = state.kind === 'signed-out' || currentAccount(state) !== null;
    const isOther = ([target, holder]: [string, string]): boolean =>
      holderOf(this.options.auth, JSON.parse(target) as HolderTarget) !== holder;
    if (isOver && [...this.#given].some(isOther)) {
      this.#given.clear();
      // A server that does not answer issues no tokens either.
      this.#post('signed-out').catch(() => undefined);
    }
  }

  #post(route: 'claim' | 'answer' | 'signed-out', fields?: object): Promise<RelayedRequest> {
    return this.options.server.post(`process-requests/${route}`, fields);
  }

  /** The requests that the user is asked about, by id. */
  readonly #prompts = new Map<
    string,
    { readonly asked: RelayedRequest; readonly waiting: IWaitingRequest }
  >();
  /** The holders of the tokens that processes got, by what they asked for, as JSON. */
  readonly #given = new Map<string, string>();
  #wasSigningIn = false;
}

export namespace ProcessResponder {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly server: Pick<ServerExtensionClient, 'post'>;
    readonly tokenService: Pick<KernelTokenService, 'addPrompt' | 'removePrompt'>;
    readonly trans: TranslationBundle;
    /** What the user has allowed and revoked. */
    readonly access: AccessControl;
  }
}

function holdsSignIn(state: AzureAuthState): boolean {
  return state.kind === 'signed-in' && state.persistedIn === 'tab';
}
