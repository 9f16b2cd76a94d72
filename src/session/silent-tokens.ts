import type { IHolder } from '../sources/source';
import type {
  IAzureAccount,
  IAzureSignedIn,
  IAzureToken,
  IAzureTokenNeed,
  IAzureTokenOptions
} from '../tokens';
import { isNobody, isServing } from './account';
import type { Asking } from './asking';
import { AzureAuthError } from './errors';
import { attention } from './problem-states';
import type { Standing } from './standing';

/** Gets tokens for the current account without prompting the user. */
export class SilentTokens {
  constructor(
    private readonly standing: Standing,
    private readonly asking: Asking,
    private readonly options: SilentTokens.IOptions
  ) {}

  /** Concurrent calls for the same token share one request. */
  get(need: IAzureTokenNeed, options: IAzureTokenOptions): Promise<IAzureToken> {
    const { cloud, enableCae = false, force = false, requireUser } = options;
    const key = JSON.stringify([need, force, enableCae, cloud, requireUser]);
    const shared = this.underWay.get(key);
    if (shared !== undefined) {
      return shared;
    }
    const token = this.acquire(need, options).finally(() => {
      if (this.underWay.get(key) === token) {
        this.underWay.delete(key);
      }
    });
    this.underWay.set(key, token);
    return token;
  }

  /** Make later calls start new requests instead of sharing earlier ones. */
  renounce(): void {
    this.underWay.clear();
  }

  private async acquire(need: IAzureTokenNeed, options: IAzureTokenOptions): Promise<IAzureToken> {
    const { standing } = this;
    if (standing.signedIn === null && !this.asking.isUnderWay) {
      // Another tab or browser may have signed in since, if the server holds the sign-in.
      await standing.rejoin();
      await standing.looked();
    }
    const { signedIn, holder } = standing;
    const cloud = holder?.cloud ?? this.options.cloud;
    if (options.cloud !== undefined && options.cloud !== cloud) {
      throw new AzureAuthError('unavailable', { code: 'other_cloud', detail: cloud, need });
    }
    const isUnfit = signedIn?.automatic === true && options.requireUser === true;
    if (signedIn === null || holder === null || isUnfit || !isServing(signedIn, need.account)) {
      throw this.whyNobody(need);
    }
    const { account } = signedIn;
    try {
      const token = await holder.getToken({
        ...need,
        account,
        force: options.force === true,
        enableCae: options.enableCae === true
      });
      if (this.isStill(account, holder)) {
        standing.withdraw(need);
        return token;
      }
    } catch (error) {
      const isEnd = error instanceof AzureAuthError && error.code === 'sign_in_required';
      const isForServer = isEnd && (await this.options.recheck(holder));
      if (this.isStill(account, holder)) {
        throw this.notice(error, signedIn, isForServer);
      }
    }
    if (isNobody(standing.state)) {
      // A token that arrived after the sign-out was stored again.
      await holder.forget(true);
    }
    return this.acquire(need, options);
  }

  private whyNobody(need: IAzureTokenNeed): AzureAuthError {
    return this.standing.state.kind === 'not-configured'
      ? new AzureAuthError('unavailable', { code: 'not_configured', detail: null, need })
      : new AzureAuthError('sign_in_required', { code: 'sign_in_ended', detail: null, need });
  }

  /** Whether the account is the same as before a wait: otherwise its token must not be used. */
  private isStill(account: IAzureAccount, holder: IHolder): boolean {
    const { standing } = this;
    return standing.signedIn?.account.id === account.id && standing.holder === holder;
  }

  /**
   * Report a failure in the panel if only the user can resolve it. A lost network ends no sign-in.
   *
   * @param isForServer - Whether the server extension alone decides if the sign-in is over.
   * @returns The error for the caller.
   */
  private notice(error: unknown, signedIn: IAzureSignedIn, isForServer: boolean): unknown {
    const { standing } = this;
    if (!(error instanceof AzureAuthError)) {
      return error;
    }
    const isEnd = error.code === 'sign_in_required';
    if (isEnd && isForServer && signedIn.automatic) {
      // The identity is still there: only this request failed, and no sign-in can fix that.
      return new AzureAuthError('failed', { ...error.problem, code: 'refused' });
    }
    if (standing.signedIn !== signedIn || this.asking.isUnderWay) {
      return error;
    }
    if (isEnd && !isForServer) {
      standing.end(error.problem);
    } else if (error.code === 'consent_required') {
      standing.become(attention(error.problem, signedIn));
    }
    return error;
  }

  private readonly underWay = new Map<string, Promise<IAzureToken>>();
}

export namespace SilentTokens {
  export interface IOptions {
    /** Cloud of a sign-in that is still to be made. */
    readonly cloud: string | null;
    /**
     * Find out whether another account is signed in by now, if the provider is shared.
     *
     * @returns Whether it is shared: then this page must not conclude that a sign-in is over.
     */
    readonly recheck: (holder: IHolder) => Promise<boolean>;
  }
}
