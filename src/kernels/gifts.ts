import { signedInOf } from '../session/account';
import { AzureAuthError } from '../session/errors';
import type { AzureSessionState, IAzureSession, IAzureToken } from '../tokens';
import type { IClient, IOpening } from './connections';
import { type IServed, type KernelLedger, wishKey } from './ledger';
import { type Answer, type IAttachRequest, type ITokenWish, tokenAnswer } from './protocol';
import type { Sharing } from './sharing';

/**
 * What kernels get without asking for it: the newer token, the tokens their notebook had before a
 * restart, and the news that their user has signed out.
 */
export class KernelGifts {
  constructor(private readonly options: KernelGifts.IOptions) {}

  /** Write down that a kernel holds a token, and hand it to all who hold an older one. */
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

  /** Give a kernel that says "I am here" what it may have without anybody being asked. */
  async attach(request: IAttachRequest, opening: IOpening, client: IClient): Promise<void> {
    const { ledger, session } = this.options;
    const named = request.scopes.length === 0 ? [] : [bare({ ...request, enableCae: false })];
    // Nothing to give: no reason to load the sign-in library for every kernel that starts.
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

  /** Give nothing more to an `attach`, whose comm or kernel is gone. */
  hangUp(kernelId: string, commId: string | null): void {
    for (const opening of this.attaching) {
      if (opening.kernelId === kernelId && (commId ?? opening.commId) === opening.commId) {
        this.attaching.delete(opening);
      }
    }
  }

  /** Tell kernels that hold tokens of anybody else to forget them. */
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
        // Not to be had without the user: the kernel asks when it needs it.
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
    /** Send an answer to a kernel, by whatever connection reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** The push that empties a kernel's cache. */
    readonly signedOut: (requestId: string) => Answer;
    readonly sharing: Sharing;
    /** Called after a kernel was given a token. */
    readonly onGiven: () => void;
    /** What a kernel without a notebook is called. */
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

/** Whose tokens kernels may hold as things stand; null if nobody is signed in. */
export function accountOf(state: AzureSessionState): string | null {
  return signedInOf(state)?.account.id ?? null;
}

/** The wish alone, of a request that says more. */
function bare({ scopes, tenantId, cloud, account, enableCae }: ITokenWish): ITokenWish {
  return {
    scopes,
    enableCae,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(account === undefined ? {} : { account })
  };
}
