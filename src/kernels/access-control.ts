import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { resourceKey } from '../auth/validation';
import type { IAzureAuth } from '../tokens';
import { type AccessDecision, decideAccess, readKernelAccess } from './kernel-access';
import { accountIdOf } from './push';
import type { Sharing } from './sharing';

/** The processes below the server, which no page can tell apart. */
export const PROCESSES = '';

/**
 * Remembers what the user has allowed and revoked, and decides about requests. Stored in
 * `sessionStorage`, so that a cell that runs across a reload is not asked about again.
 */
export class AccessControl {
  constructor(private readonly options: AccessControl.IOptions) {
    this.answers = new Set(read(options.storage));
  }

  /**
   * Decide about a request.
   *
   * @param kernelId - Of the kernel, or `PROCESSES`.
   */
  async decide(kernelId: string, scopes: readonly string[]): Promise<AccessDecision> {
    const { sharing, setting } = this.options;
    const [value] = await Promise.all([setting(), sharing.check()]);
    const keys = [this.key(kernelId, scopes), this.key(kernelId)];
    return decideAccess({
      setting: readKernelAccess(value),
      isShared: sharing.isShared,
      isAllowed: keys.some(key => this.answers.has(key)),
      isRevoked: this.revoked.some(one => one.kernelId === kernelId)
    });
  }

  /** Allow a kernel one resource, or all if `scopes` is absent. */
  allow(kernelId: string, scopes?: readonly string[]): void {
    this.answers.add(this.key(kernelId, scopes));
    this.store();
  }

  /** Refuse a kernel everything until `restore`. @param label - What the user calls it. */
  revoke(kernelId: string, label: string): void {
    this.drop(key => key[1] === kernelId);
    this.answers.add(JSON.stringify(['revoked', kernelId, label]));
    this.store();
  }

  /** Undo `revoke`. */
  restore(kernelId: string): void {
    this.drop(key => key[0] === 'revoked' && key[1] === kernelId);
  }

  /** The kernels whose access is revoked. */
  get revoked(): readonly { readonly kernelId: string; readonly label: string }[] {
    return [...this.answers]
      .map(parse)
      .flatMap(([kind, kernelId, label]) =>
        kind === 'revoked' ? [{ kernelId: String(kernelId), label: String(label) }] : []
      );
  }

  /** Forget what was allowed, after a sign-out; what was revoked stays so. */
  disallowAll(): void {
    this.drop(([kind]) => kind === 'allowed');
  }

  private key(kernelId: string, scopes?: readonly string[]): string {
    const account = accountIdOf(this.options.auth.state);
    const resource = scopes === undefined ? null : resourceKey(scopes[0] ?? '');
    return JSON.stringify(['allowed', kernelId, account, resource]);
  }

  private drop(isMeant: (key: readonly unknown[]) => boolean): void {
    const gone = [...this.answers].filter(key => isMeant(parse(key)));
    gone.forEach(key => this.answers.delete(key));
    if (gone.length > 0) {
      this.store();
    }
  }

  private store(): void {
    this.options.storage.setItem(STORAGE_KEY, JSON.stringify([...this.answers]));
  }

  private readonly answers: Set<string>;
}

interface IParts {
  readonly auth: IAzureAuth;
  readonly sharing: Sharing;
  readonly registry: ISettingRegistry | null;
}

export namespace AccessControl {
  export interface IOptions {
    readonly auth: IAzureAuth;
    readonly sharing: Sharing;
    /** Returns the user's setting, as stored. */
    readonly setting: () => unknown;
    readonly storage: Storage;
  }
}

let ofPage: AccessControl | null = null;

/** Return the access control of this page, if a kernel has asked already. */
export const knownAccessControl = (): AccessControl | null => ofPage;

/** Return the access control of this page, always the same. */
export function accessControl({ auth, sharing, registry }: IParts): AccessControl {
  if (ofPage === null) {
    const settings = registry?.load('jupyter-azure-auth:session');
    ofPage = new AccessControl({
      ...{ auth, sharing, storage: window.sessionStorage },
      // If the settings cannot be read, the user may have forbidden it.
      setting: () =>
        settings?.then(
          loaded => loaded.composite['kernelAccess'],
          () => 'ask'
        )
    });
  }
  return ofPage;
}

const STORAGE_KEY = 'jupyter-azure-auth:access';

/** Only this class writes the keys. */
function parse(key: string): readonly unknown[] {
  return JSON.parse(key) as readonly unknown[];
}

function read(storage: Storage): string[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '[]');
    const keys = Array.isArray(stored) ? stored.filter(key => typeof key === 'string') : [];
    keys.forEach(parse);
    return keys;
  } catch {
    return [];
  }
}
