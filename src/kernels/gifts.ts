import { signedInOf } from '../session/account';
import { AzureAuthError } from '../session/errors';
import type { AzureSessionState, IAzureSession, IAzureToken } from '../tokens';
import type { IClient, IOpening } from './connections';
import { type IServed, type KernelLedger, wishKey } from './ledger';
import { type Answer, type IAttachRequest, type ITokenWish, tokenAnswer } from './protocol';
import type { Sharing } from './sharing';

/**
 * Pushes to kernels what they did not ask for: renewed tokens, the tokens their notebook had before
 * a restart, and the news that their user has signed out.
 */
export class KernelGifts {
  constructor(private readonly options: KernelGifts.IOptions) {}

  /** Record that a kernel holds a token, and push it to all kernels that hold an older one. */
  note(given: KernelGifts.IGiven): void {
    const { client, token, wish, ...address } = given;
    this.options.ledger.add({
      ...address,
      wish: bare(wish),
      label: client?.label ?? this.options.nameless,
      path: client?.path ?? '',
      accountId: token.account.id,
      givenOn: Date.now(),
      expiresOn: token.expiresOnTimestamp
    });
    for (const entry of this.holdersOfOlder(wish, token)) {
      const answer = tokenAnswer(entry.requestId, token, entry.attached ? entry.wish : undefined);
      this.options.send(entry.kernelId, entry.commId, answer);
      this.options.ledger.add({ ...entry, expiresOn: token.expiresOnTimestamp });
    }
    this.options.onGiven();
  }

  /** Push to a kernel that announces itself the tokens that need no question to the user. */
  async attach(request: IAttachRequest, opening: IOpening, client: IClient): Promise<void> {
    const { ledger, session } = this.options;
    const named = request.scopes.length === 0 ? [] : [bare({ ...request, enableCae: false })];
    // With nothing to push, do not load the sign-in library for every kernel that starts.
    if (named.length === 0 && !ledger.served.some(({ path }) => path === client.path)) {
      return;
    }
    this.attaching.add(opening);
    await session.prepare();
    const isShared = await this.options.sharing.look();
    const accountId = isShared ? null : accountOf(session.state);
    const before = accountId === null ? [] : ledger.wishesOf(client.path, accountId);
    for (const wish of accountId === null ? [] : [...named, ...before]) {
      const token = await this.silently(wish);
      if (token !== null && this.attaching.has(opening)) {
        const { kernelId, commId } = opening;
        const { requestId } = request;
        this.options.send(kernelId, commId, tokenAnswer(requestId, token, wish));
        this.note({ kernelId, commId, requestId, wish, token, client, attached: true });
      }
    }
    this.attaching.delete(opening);
  }

  /** Stop pushing to an `attach` request after its comm or kernel is gone. */
  hangUp(kernelId: string, commId: string | null): void {
    for (const opening of this.attaching) {
      if (opening.kernelId === kernelId && (commId ?? opening.commId) === opening.commId) {
        this.attaching.delete(opening);
      }
    }
  }

  /** Tell kernels that hold tokens of other accounts to forget them. */
  keepOnly(accountId: string | null): void {
    for (const { kernelId, commId, requestId } of this.options.ledger.keepOnly(accountId)) {
      if (commId !== '') {
        this.options.send(kernelId, commId, this.options.signedOut(requestId));
      }
    }
  }

  private async silently(wish: ITokenWish): Promise<IAzureToken | null> {
    try {
      return await this.options.session.getToken([...wish.scopes], wish);
    } catch (error) {
      if (error instanceof AzureAuthError) {
        // It needs the user, so the kernel has to ask when it needs the token.
        return null;
      }
      throw error;
    }
  }

  private holdersOfOlder(wish: ITokenWish, token: IAzureToken): IServed[] {
    return this.options.ledger.served.filter(
      entry =>
        entry.expiresOn < token.expiresOnTimestamp &&
        entry.accountId === token.account.id &&
        entry.commId !== '' &&
        wishKey(entry.wish) === wishKey(wish)
    );
  }

  private readonly attaching = new Set<IOpening>();
}

export namespace KernelGifts {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly ledger: KernelLedger;
    /** Sends an answer to a kernel, over any connection that reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** Returns the push that empties a kernel's cache. */
    readonly signedOut: (requestId: string) => Answer;
    readonly sharing: Sharing;
    /** Called after a kernel was given a token. */
    readonly onGiven: () => void;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }

  export interface IGiven {
    readonly kernelId: string;
    readonly commId: string;
    readonly requestId: string;
    readonly wish: ITokenWish;
    readonly token: IAzureToken;
    readonly client: IClient | null;
    readonly attached: boolean;
  }
}

/** Return the id of the only account that kernels may hold tokens of; null if none is signed in. */
export function accountOf(state: AzureSessionState): string | null {
  return signedInOf(state)?.account.id ?? null;
}

/** Return only the fields that determine the token. */
function bare({ scopes, tenantId, cloud, account, enableCae }: ITokenWish): ITokenWish {
  return {
    scopes,
    enableCae,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(account === undefined ? {} : { account })
  };
}
