import { type ISignal, Signal } from '@lumino/signaling';
import { parseJSON } from '../auth/parse-json';
import { resourceKey } from '../auth/validation';
import type { Settings } from '../auth/create-auth';
import type { IPageAuth } from '../auth/page-auth';
import {
  type AccessDecision,
  decideAccess,
  type KernelAccess,
  readAccess,
  strictest
} from './kernel-access';
import type { ITokenTarget } from './protocol';
import { withRetries } from '../server-api/retry';
import { fieldsOf, type ServerExtensionClient } from '../server-api/client';
import type { Sharing } from './sharing';

/** The processes below the server, which pages cannot tell apart. */
export const PROCESSES = '';

/**
 * Remembers what the user has allowed and revoked, and decides about requests. Stored in
 * `sessionStorage`, so that a cell that runs across a reload is not asked about again. What was
 * revoked holds in all tabs: the server stores it, and tells other tabs of this browser on request.
 */
export class AccessControl {
  constructor(private readonly options: AccessControl.IOptions) {
    this.#answers = new Set(read(options.storage));
    // A restarted server has forgotten it.
    this.revoked.forEach(({ kernelId }) =>
      this.#tell({ kernel_id: kernelId || null, revoked: true })
    );
    this.#firstFetch = this.#fetchRevoked();
    window.addEventListener('storage', ({ key }) => {
      if (key === CHANGED_KEY) {
        void this.#fetchRevoked();
      }
    });
    // A change in another browser does not reach this tab.
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        void this.#fetchRevoked();
      }
    });
  }

  /** Emits what another tab has revoked; nothing if it has only allowed something again. */
  get followed(): ISignal<this, readonly string[]> {
    return this.#followed;
  }

  /**
   * Decide about a request.
   *
   * @param kernelId - Of the kernel, or `PROCESSES`.
   * @param byProgram - Whether the cell was run by a program.
   */
  async decide(
    kernelId: string,
    request: AccessTarget,
    byProgram = false
  ): Promise<AccessDecision> {
    const { sharing, setting } = this.options;
    const [value, agentValue] = await Promise.all([
      setting('kernelAccess'),
      setting('agentAccess'),
      sharing.check(),
      this.#firstFetch
    ]);
    const keys = [
      this.#key(kernelId, byProgram, request, request.scopes),
      this.#key(kernelId, byProgram, request)
    ];
    return decideAccess({
      setting: strictest(readAccess(value, 'allow'), this.#stored),
      agentSetting: readAccess(agentValue, 'ask'),
      byProgram,
      isShared: sharing.isShared,
      isAllowed: keys.some(key => this.#answers.has(key)),
      isRevoked: this.revoked.some(one => one.kernelId === kernelId)
    });
  }

  /** Allow a kernel the resource of a request, or all, with the account of that request. */
  allow(kernelId: string, byProgram: boolean, request: AccessTarget, everything: boolean): void {
    const scopes = everything ? undefined : request.scopes;
    this.#answers.add(this.#key(kernelId, byProgram, request, scopes));
    this.#store();
  }

  /**
   * Refuse a kernel, or `PROCESSES`, everything until `restore`, at the server too.
   *
   * @param label - What the user calls it.
   */
  revoke(kernelId: string, label: string): void {
    this.#addRevoked(kernelId, label);
    this.#tell({ kernel_id: kernelId || null, revoked: true });
  }

  /** Undo `revoke`. */
  restore(kernelId: string): void {
    this.#dropRevoked(kernelId);
    this.#tell({ kernel_id: kernelId || null, revoked: false });
  }

  get revoked(): readonly IRevoked[] {
    return revokedOf(this.#answers);
  }

  /** Have the server read the user's setting, which has changed to a value. */
  settingChanged(value: KernelAccess): void {
    // Until its answer says what is stored.
    this.#setStored(value);
    this.#tell({});
  }

  /** Forget what was allowed, after a sign-out; what was revoked stays revoked. */
  disallowAll(): void {
    this.#drop(([kind]) => kind === 'allowed');
  }

  /** Forget what was allowed as other accounts, which are no longer signed in. */
  retainAccounts(accountIds: readonly unknown[]): void {
    this.#drop(([kind, , id]) => kind === 'allowed' && id !== null && !accountIds.includes(id));
  }

  #key(
    kernelId: string,
    byProgram: boolean,
    { account: wanted }: AccessTarget,
    scopes?: readonly string[]
  ): string {
    const account = this.options.auth.accountFor(wanted)?.id ?? null;
    const resource = scopes === undefined ? null : resourceKey(scopes[0] ?? '');
    return JSON.stringify(['allowed', kernelId, account, resource, ...(byProgram ? [1] : [])]);
  }

  #drop(isMeant: (key: readonly unknown[]) => boolean): void {
    const gone = [...this.#answers].filter(key => isMeant(parse(key)));
    gone.forEach(key => this.#answers.delete(key));
    if (gone.length > 0) {
      this.#store();
    }
  }

  /** Tell the server, in order. An older one has no such route, and asks no page either. */
  #tell(fields: object): void {
    const send = (): Promise<Fields> => this.options.server.post('access', fields);
    this.#unreported += 1;
    this.#reports = this.#reports
      .then(() => withRetries(send))
      .finally(() => (this.#unreported -= 1))
      .then(answer => {
        this.#follow(answer);
        localStorage.setItem(CHANGED_KEY, String(Date.now()));
      })
      .catch(() => undefined);
  }

  /** Ask the server what is revoked, and what is stored. */
  #fetchRevoked(): Promise<void> {
    // The answer to a click can overtake this one.
    const last = this.#reports;
    return this.options.server.post('access', {}).then(
      answer => (last === this.#reports ? this.#follow(answer) : undefined),
      () => undefined
    );
  }

  /** Take over what another tab has revoked, and has allowed again. */
  #follow(answer: Fields): void {
    const listed = fieldsOf(answer.get('revoked'));
    const kernels = listed.get('kernels');
    // Whatever the user has clicked here.
    this.#setStored(readAccess(answer.get('kernel_access'), 'allow'));
    // An answer from before the user's last click here is outdated.
    if (this.#unreported > 0 || !Array.isArray(kernels)) {
      return;
    }
    const before = new Set(this.revoked.map(({ kernelId }) => kernelId));
    const now = new Set([
      ...kernels.map(String),
      ...(listed.get('programs') === true ? [PROCESSES] : [])
    ]);
    const added = [...now].filter(kernelId => !before.has(kernelId));
    // Entries that the server has never listed come from a server without such a list.
    const gone = [...this.#listed].filter(kernelId => before.has(kernelId) && !now.has(kernelId));
    this.#listed = now;
    added.forEach(kernelId => this.#addRevoked(kernelId, this.options.labelOf(kernelId)));
    gone.forEach(kernelId => this.#dropRevoked(kernelId));
    if (added.length + gone.length > 0) {
      this.#followed.emit(added);
    }
  }

  /** Replace the stored setting, and withdraw what kernels hold if it denies that now. */
  #setStored(value: KernelAccess): void {
    const before = this.#stored;
    this.#stored = value;
    if (value === 'deny' && before !== value) {
      this.options.onDenied();
    }
  }

  #addRevoked(kernelId: string, label: string): void {
    this.#drop(key => key[1] === kernelId);
    this.#answers.add(JSON.stringify(['revoked', kernelId, label]));
    this.#store();
  }

  #dropRevoked(kernelId: string): void {
    this.#drop(key => key[0] === 'revoked' && key[1] === kernelId);
  }

  #store(): void {
    this.options.storage.setItem(STORAGE_KEY, JSON.stringify([...this.#answers]));
  }

  readonly #answers: Set<string>;
  /**
   * The user's setting in its file, as the server reads it: Jupyter gives a page none of the settings
   * if another one in the file does not fit the schema.
   */
  #stored: KernelAccess = 'allow';
  #reports: Promise<unknown> = Promise.resolve();
  /** How many changes have not been reported to the server yet. */
  #unreported = 0;
  /** The first answer of the server, which a kernel's request waits for. */
  readonly #firstFetch: Promise<void>;
  /** What the server listed last. */
  #listed: ReadonlySet<string> = new Set();
  readonly #followed = new Signal<this, readonly string[]>(this);
}

type Fields = ReadonlyMap<string, unknown>;

/** What a decision depends on: the resource, and the account whose token it is. */
type AccessTarget = Pick<ITokenTarget, 'scopes' | 'account'>;

/** A kernel, or `PROCESSES`, whose access is revoked. */
export interface IRevoked {
  readonly kernelId: string;
  readonly label: string;
}

function revokedOf(answers: Iterable<string>): readonly IRevoked[] {
  return [...answers]
    .map(parse)
    .flatMap(([kind, kernelId, label]) =>
      kind === 'revoked' ? [{ kernelId: String(kernelId), label: String(label) }] : []
    );
}

/** Where the user's settings are. */
export interface ISettingsSource {
  load(plugin: string): Promise<Settings>;
}

interface IParts extends Omit<AccessControl.IOptions, 'setting' | 'storage'> {
  readonly registry: ISettingsSource | null;
}

export namespace AccessControl {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly sharing: Sharing;
    /** Returns a setting of the user, as stored. */
    readonly setting: (name: 'kernelAccess' | 'agentAccess') => unknown;
    readonly storage: Storage;
    readonly server: Pick<ServerExtensionClient, 'post'>;
    /** Returns what the user calls a kernel that another tab has revoked. */
    readonly labelOf: (kernelId: string) => string;
    /** Called when the user no longer lets any kernel have tokens. */
    readonly onDenied: () => void;
  }
}

let ofPage: AccessControl | null = null;

/** Return what the user has revoked in this tab, including before a reload. */
export const revokedInTab = (): readonly IRevoked[] =>
  ofPage?.revoked ?? revokedOf(read(window.sessionStorage));

/** Return the access control of this page, always the same. */
export function accessControl(parts: IParts): AccessControl {
  if (ofPage === null) {
    const settings = parts.registry?.load('jupyter-azure-auth:session');
    const control = new AccessControl({
      ...parts,
      storage: window.sessionStorage,
      // If the settings cannot be read, the user may have forbidden it.
      setting: name =>
        settings?.then(
          loaded => loaded.composite[name],
          () => 'ask'
        )
    });
    settings?.then(
      loaded => followSetting(loaded, control),
      () => undefined
    );
    ofPage = control;
  }
  return ofPage;
}

/** Withdraw what kernels and other processes hold as soon as they may no longer have it. */
function followSetting(loaded: Settings, control: AccessControl): void {
  let value: KernelAccess | undefined;
  const follow = (): void => {
    const before = value;
    value = readAccess(loaded.composite['kernelAccess'], 'allow');
    // At the start too, since it may have been set elsewhere.
    if (value !== before && (value === 'deny' || before !== undefined)) {
      control.settingChanged(value);
    }
  };
  loaded.changed.connect(follow);
  follow();
}

const STORAGE_KEY = 'jupyter-azure-auth:access';

/** Written to `localStorage` once the server has a change, so that other tabs ask for it. */
const CHANGED_KEY = 'jupyter-azure-auth:access-changed';

/** Only this class writes the keys. */
function parse(key: string): readonly unknown[] {
  return JSON.parse(key) as readonly unknown[];
}

function read(storage: Storage): string[] {
  const stored = parseJSON(storage.getItem(STORAGE_KEY));
  return Array.isArray(stored)
    ? stored.filter(key => typeof key === 'string' && Array.isArray(parseJSON(key)))
    : [];
}
