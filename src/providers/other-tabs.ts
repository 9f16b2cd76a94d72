import { failure } from '../auth/failure';
import { isSignInNotice, publishSignInNotice } from '../auth/sign-in-notice';
import { usedSince } from '../auth/same-sign-in';
import { isGuid } from '../auth/validation';
import {
  type Fields,
  fieldsOf,
  listOf,
  numberOf,
  type ServerExtensionClient,
  textOf
} from '../server-api/client';
import { serverProblem } from '../server-api/errors';
import { readAccount, readToken } from '../server-api/parse';
import type { IAzureToken } from '../tokens';
import type {
  IOtherAccounts,
  IOtherTabs,
  ISignIn,
  ISilentRequest,
  ITokenProvider
} from './provider';
import { CachingTokenProvider } from './caching-provider';
import { toWireRequest } from './server-provider';

/** Milliseconds that other tabs have to say who is signed in: one may be asleep. */
const FIND_TIMEOUT_MS = 2_000;

/** The same for a token, which the other tab may have to request from Azure. */
const TOKEN_TIMEOUT_MS = 25_000;

/** Milliseconds before the first request for an answer; doubled each time, up to a limit. */
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 800;

/**
 * The sign-in of another tab with the same login, which passes its access tokens on through the
 * server. The refresh token never leaves the other tab.
 */
export class OtherTabs implements ITokenProvider, IOtherTabs {
  readonly provider = new CachingTokenProvider(this);

  constructor(
    private readonly server: Pick<ServerExtensionClient, 'post' | 'baseUrl'>,
    readonly cloud: string
  ) {}

  announce(): void {
    publishSignInNotice(this.server.baseUrl);
  }

  isAnnouncement(event: StorageEvent): boolean {
    return isSignInNotice(event, this.server.baseUrl);
  }

  restore(): Promise<ISignIn | null> {
    return this.find(null).catch(() => null);
  }

  async find(current: string | null): Promise<ISignIn | null> {
    const answer = await this.#ask({}, FIND_TIMEOUT_MS);
    const isNew = (one: ISignIn): boolean => usedSince(one) > this.#endedAt;
    const found = readSignIns(answer, 'sign_ins').filter(isNew);
    const own = found.filter(({ account }) => account.id === current);
    const [first = null] = own.length > 0 ? own : found;
    if (first === null && answer.get('over') !== true) {
      throw failure('no_answer', null);
    }
    const isAlone = found.every(({ account }) => account.id === first?.account.id);
    if (first === null || (own.length === 0 && !isAlone)) {
      this.#others = [];
      return null;
    }
    const { others, ...signIn } = first;
    // A further tab may use the same account, and hold others.
    const same = found.filter(one => one !== first && one.account.id === signIn.account.id);
    const all = [...same.flatMap(one => one.others), ...others].filter(isNew);
    this.#others = [...new Map(all.map(one => [one.account.id, one])).values()];
    return signIn;
  }

  /** The tab that holds them switches between them. */
  get accounts(): IOtherAccounts {
    const forget = async (accountId: string): Promise<void> => {
      this.#others = this.#others.filter(({ account }) => account.id !== accountId);
    };
    return { others: this.#others, switchTo: async () => undefined, signOut: forget, forget };
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const { account, force, enableCae, ...tokenRequest } = request;
    const fields = {
      ...toWireRequest(tokenRequest),
      ...{ account: account.id, cloud: this.cloud, force, enable_cae: enableCae }
    };
    const answer = await this.#ask(fields, TOKEN_TIMEOUT_MS).catch((error: unknown) => {
      throw serverProblem(error, tokenRequest);
    });
    const token = readToken(answer, Date.now());
    if (token?.account.id !== account.id) {
      throw failure('other_tab_closed', tokenRequest);
    }
    return token;
  }

  /** Use no sign-in from before a sign-out here, such as another account's. */
  clear(elsewhere: boolean): Promise<void> {
    this.#endedAt = elsewhere ? this.#endedAt : Date.now();
    return Promise.resolve();
  }

  /** A browser has six connections to a server for all its tabs, so none is held. */
  async #ask(fields: object, limitMs: number): Promise<Fields> {
    const asked = await this.server.post('tabs/ask', fields);
    const end = performance.now() + limitMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LAST_PAUSE_MS)) {
      await new Promise(resolve => setTimeout(resolve, pause));
      const last = performance.now() >= end;
      const request = { request_id: asked.get('request_id'), last };
      const answer = await this.server.post('tabs/result', request);
      if (last || answer.get('over') === true) {
        return answer;
      }
    }
  }

  #others: readonly ISignIn[] = [];
  /** When this tab has signed out, in milliseconds since the epoch. */
  #endedAt = 0;
}

interface ITabSignIns extends ISignIn {
  /** Of accounts that are not active in that tab. */
  readonly others: readonly ISignIn[];
}

/** Return the sign-ins of a list, latest first. */
function readSignIns(fields: Fields, name: string): ITabSignIns[] {
  const read = listOf(fields, name).flatMap(readSignIn);
  return read.sort((one, other) => usedSince(other) - usedSince(one));
}

function readSignIn(data: unknown): ITabSignIns[] {
  const fields = fieldsOf(data);
  const account = readAccount(fields.get('account'));
  const signedInAt = numberOf(fields, 'signed_in_at');
  const chosenTenantId = textOf(fields, 'chosen_tenant_id') ?? '';
  return account === null || signedInAt === null
    ? []
    : [
        {
          ...{ account, signedInAt, source: 'popup', ambient: false },
          ...{ persistedIn: 'other-tab', persistableIn: null },
          activeSince: numberOf(fields, 'active_since') ?? undefined,
          expiresAt: numberOf(fields, 'expires_at'),
          chosenTenantId: isGuid(chosenTenantId) ? chosenTenantId : undefined,
          others: readSignIns(fields, 'others')
        }
      ];
}
