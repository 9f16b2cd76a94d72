import { PathExt } from '@jupyterlab/coreutils';
import type { Session } from '@jupyterlab/services';
import type { ITokenTarget } from './protocol';
import { parseJSON } from '../auth/parse-json';
import { GRANTS_KEY } from '../extension-names';

/** A token that a kernel holds, and the comm that is open for the next one. */
export interface IGrant {
  readonly kernelId: string;
  readonly commId: string;
  readonly requestId: string;
  readonly label: string;
  readonly path: string;
  readonly request: ITokenTarget;
  /** Id of the token's account. */
  readonly accountId: string;
  /**
   * Tenant that the user had chosen for requests that name none; absent if `request` names one, or
   * for the account's own.
   */
  readonly chosenTenantId?: string;
  /** Its user name; absent if a server extension that does not report it issued the token. */
  readonly username?: string;
  /** Milliseconds since the epoch, as is `expiresAt`. */
  readonly grantedAt: number;
  readonly expiresAt: number;
  /** Whether an `attach` opened the comm: its tokens must say what they are for. */
  readonly attached: boolean;
  /** Whether a program's cell asked for it. */
  readonly byProgram?: boolean;
}

/**
 * Milliseconds until the entries are stored: writing them takes half a millisecond, during which
 * the browser would not pass on the token that was just sent (`npm run bench`).
 */
const STORE_DELAY_MS = 50;

/** A notebook's path; not one with a drive, which its session's path would lack. */
const RENAMABLE = /^[^:]+\.ipynb$/;

/** A document that uses a kernel. */
export type IKernelSession = Pick<Session.IModel, 'kernel' | 'path'>;

/**
 * Records which kernels were given which tokens, without the tokens. Stored in `sessionStorage`, so
 * that a reloaded page still reaches the kernels it served before: to renew their tokens, and above
 * all to sign them out.
 */
export class GrantStore {
  constructor(private readonly storage: Storage) {
    this.#grants = read(storage);
    window.addEventListener('pagehide', () => this.#write());
  }

  /** Newest first. */
  get all(): readonly IGrant[] {
    return this.#grants;
  }

  /** Record a token; it replaces the entry for the same request of the same kernel. */
  add(entry: IGrant): void {
    this.#store([entry, ...this.#grants.filter(other => !isReplacedBy(other, entry))]);
  }

  /** Take over entries that were recorded elsewhere, unless this page has newer ones. */
  adopt(entries: readonly IGrant[]): void {
    for (const entry of entries) {
      const isKnown = (other: IGrant): boolean =>
        isReplacedBy(other, entry) && other.grantedAt >= entry.grantedAt;
      if (!this.#grants.some(isKnown)) {
        this.add(entry);
      }
    }
    this.#store([...this.#grants].sort((one, other) => other.grantedAt - one.grantedAt));
  }

  /** Clear a comm that its kernel has closed. The kernel still holds the token. */
  closeComm(kernelId: string, commId: string): void {
    const isMeant = (entry: IGrant): boolean =>
      entry.kernelId === kernelId && entry.commId === commId;
    if (this.#grants.some(isMeant)) {
      this.#store(this.#grants.map(entry => (isMeant(entry) ? { ...entry, commId: '' } : entry)));
    }
  }

  /** Follow notebooks that were renamed. @param sessions - Of all running kernels. */
  rename(sessions: readonly IKernelSession[]): void {
    const paths = sessions.map(({ path }) => path);
    for (const { kernel, path } of sessions) {
      const isMeant = (entry: IGrant): boolean =>
        entry.kernelId === kernel?.id && RENAMABLE.test(entry.path) && !paths.includes(entry.path);
      if (RENAMABLE.test(path) && this.#grants.some(isMeant)) {
        this.#store(
          this.#grants.map(entry =>
            isMeant(entry) ? { ...entry, label: PathExt.basename(path), path } : entry
          )
        );
      }
    }
  }

  /** Record that a kernel no longer holds tokens. Its notebook can get them again. */
  restartKernel(kernelId: string): void {
    if (this.#grants.some(entry => entry.kernelId === kernelId)) {
      this.#store(
        this.#grants.map(entry =>
          entry.kernelId === kernelId ? { ...entry, kernelId: '', commId: '' } : entry
        )
      );
    }
  }

  /** Return the requests for which this notebook got tokens, before a restart too. */
  requestsOf(path: string): ITokenTarget[] {
    const requests = new Map<string, ITokenTarget>();
    for (const { request, ...entry } of this.#grants) {
      if (entry.path === path) {
        requests.set(requestKey(request), request);
      }
    }
    return [...requests.values()];
  }

  /** Forget all other entries. @returns The forgotten ones. */
  retain(isKept: (entry: IGrant) => boolean): IGrant[] {
    const gone = this.#grants.filter(entry => !isKept(entry));
    if (gone.length > 0) {
      this.#store(this.#grants.filter(isKept));
    }
    return gone;
  }

  #store(all: IGrant[]): void {
    // A notebook that is restarted all day must not fill the storage.
    this.#grants = all.slice(0, 200);
    this.#timer ??= window.setTimeout(() => this.#write(), STORE_DELAY_MS);
  }

  #write(): void {
    if (this.#timer !== undefined) {
      window.clearTimeout(this.#timer);
      this.#timer = undefined;
      this.storage.setItem(GRANTS_KEY, JSON.stringify(this.#grants));
    }
  }

  #grants: readonly IGrant[];
  #timer: number | undefined;
}

/** Also covers what the notebook's kernel held before a restart. */
function isReplacedBy(other: IGrant, { kernelId, path, request }: IGrant): boolean {
  return (
    (other.kernelId === kernelId || (other.kernelId === '' && other.path === path)) &&
    requestKey(other.request) === requestKey(request)
  );
}

/** Return a key: requests with equal keys can share a token. */
export function requestKey({ scopes, tenantId, cloud, account, enableCae }: ITokenTarget): string {
  return JSON.stringify([scopes, tenantId, cloud, account, enableCae]);
}

/** Entries are written by this class only; anything else is ignored. */
function read(storage: Storage): readonly IGrant[] {
  const stored = parseJSON(storage.getItem(GRANTS_KEY));
  return Array.isArray(stored) ? stored.filter(isGrant) : [];
}

function isGrant(entry: unknown): entry is IGrant {
  const { request, ...texts }: Partial<Record<keyof IGrant, unknown>> =
    typeof entry === 'object' && entry !== null ? entry : {};
  return (
    typeof request === 'object' &&
    request !== null &&
    'scopes' in request &&
    Array.isArray(request.scopes) &&
    [texts.kernelId, texts.commId, texts.requestId, texts.path, texts.accountId].every(
      text => typeof text === 'string'
    )
  );
}
