import { type ISignal, Signal } from '@lumino/signaling';
import type { ISources } from '../sources/open-sources';
import type {
  AzureSessionState,
  IAzureProblem,
  IAzureSession,
  IAzureToken,
  IAzureTokenNeed,
  IAzureTokenOptions,
  IAzureWay,
  IConsidered,
  IStoredSignIns,
  WayName
} from '../tokens';
import type { Configuration, IConfigured } from './configuration';
import { AzureAuthError } from './errors';
import type { Aside } from './following';
import type { Identity } from './identity';
import { attention, isAbout, problemOf } from './problem-states';
import type { SignOutNotice } from './sign-out-notice';
import { NOTHING_STORED } from './stored';

/** Milliseconds after which a server that did not answer is asked again. */
const AGAIN = 5_000;

/**
 * The session of a page, which is loaded with it. The current sign-in is kept by its `Identity`,
 * one for each configuration, which is loaded when a sign-in becomes likely.
 */
export class AzureSession implements IAzureSession {
  constructor(private readonly options: AzureSession.IOptions) {
    options.signOutNotice.received.connect(() => void this.identity?.obeyNotice());
  }

  get state(): AzureSessionState {
    return this._state;
  }

  get stateChanged(): ISignal<this, AzureSessionState> {
    return this._stateChanged;
  }

  get signIns(): number {
    return this._signIns;
  }

  get ways(): readonly IAzureWay[] {
    return this._ways;
  }

  get considered(): readonly IConsidered[] {
    return this._considered;
  }

  get stored(): IStoredSignIns {
    return this._stored;
  }

  get consideredChanged(): ISignal<this, void> {
    return this._consideredChanged;
  }

  prepare(): Promise<void> {
    return this.preparing ?? this.startAfter(Promise.resolve());
  }

  /** Read the configuration again, e.g. after the user has changed the settings. */
  reconfigure(): Promise<void> {
    if (this.preparing === null && this._state.kind === 'starting') {
      return Promise.resolve();
    }
    this.cancel();
    // In sequence, or the slower of two answers would win, which may be the older.
    return this.startAfter(this.preparing ?? Promise.resolve());
  }

  async getToken(
    scopes: string | string[],
    options: IAzureTokenOptions = {}
  ): Promise<IAzureToken> {
    await this.prepare();
    const { identity } = this;
    const need = toNeed(typeof scopes === 'string' ? [scopes] : scopes, options);
    if (identity === null) {
      throw this.whyNobody(need);
    }
    try {
      const token = await identity.getToken(need, options);
      if (identity === this.identity) {
        return token;
      }
    } catch (error) {
      if (identity === this.identity) {
        throw error;
      }
    }
    // The settings have changed in the meantime.
    return this.getToken(scopes, options);
  }

  async signIn(need: IAzureTokenNeed | null = null, way?: WayName): Promise<AzureSessionState> {
    if (this.identity === null) {
      // Not prepared: the window may be blocked now, which the user is then told.
      await this.prepare();
    }
    return this.identity === null ? this._state : this.identity.signIn(need, way ?? null);
  }

  cancel(): void {
    this.identity?.cancel();
  }

  async signOut(): Promise<void> {
    this.cancel();
    if (this.identity === null) {
      // After a reload, it may not be known yet whether this tab has a sign-in.
      await this.prepare();
    }
    await this.identity?.signOut();
  }

  withdraw(need: IAzureTokenNeed): void {
    this.identity?.withdraw(need);
  }

  async tryAgain(): Promise<void> {
    await this.prepare();
    await this.identity?.tryAgain();
  }

  async keep(keep: boolean): Promise<void> {
    await this.identity?.keep(keep);
  }

  async continueAs(id: string): Promise<void> {
    await this.identity?.continueAs(id);
  }

  private startAfter(before: Promise<void>): Promise<void> {
    const preparing = before.then(async () => {
      try {
        await this.start();
      } catch (error) {
        // The next caller tries again: the server or the network may be back by then.
        if (this.preparing === preparing) {
          this.preparing = null;
        }
        this.stop();
        this.fail(problemOf(error, null));
      }
    });
    this.preparing = preparing;
    return preparing;
  }

  private async start(): Promise<void> {
    const configuration = await this.options.readConfiguration();
    this.stop();
    if (configuration.kind === 'malformed') {
      const { detail, sentence } = configuration;
      const said = sentence === undefined ? {} : { sentence };
      const problem = { code: 'bad_configuration', detail, need: null, ...said } as const;
      return this.become(attention(problem, null));
    }
    this._ways = configuration.ways;
    if (configuration.popup === null && configuration.server === null) {
      return this.become({ kind: 'not-configured' });
    }
    const identity = await this.load(configuration);
    this.identity = identity;
    await identity.start();
  }

  private async load(configuration: IConfigured): Promise<Identity> {
    const { signOutNotice, openSources } = this.options;
    try {
      const [{ Identity }, sources] = await Promise.all([
        import('../on-demand'),
        openSources(configuration)
      ]);
      const isCurrent = (): boolean => this.identity === identity;
      const identity: Identity = new Identity({
        ...sources,
        signOutNotice,
        state: () => this._state,
        become: state => isCurrent() && this.become(state),
        onSignedIn: () => this._signIns++,
        consider: told => isCurrent() && this.consider(told)
      });
      return identity;
    } catch (error) {
      throw error instanceof AzureAuthError
        ? error
        : new AzureAuthError('unavailable', { code: 'library_missing', detail: null, need: null });
    }
  }

  /** Report a problem. A server that does not answer is asked again automatically. */
  private fail(problem: IAzureProblem): void {
    if (!isAbout(this._state, problem)) {
      this.become(attention(problem, null));
    }
    if (problem.code === 'no_answer') {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.prepare(), AGAIN);
    }
  }

  /** Drop the sign-in of the earlier configuration. */
  private stop(): void {
    this._ways = [];
    this.identity?.close();
    this.identity = null;
    this.consider({ considered: [], stored: NOTHING_STORED });
  }

  private whyNobody(need: IAzureTokenNeed): AzureAuthError {
    return new AzureAuthError('unavailable', {
      ...(this._state.kind === 'needs-attention'
        ? this._state.problem
        : { code: 'not_configured', detail: null }),
      need
    });
  }

  private become(state: AzureSessionState): void {
    this._state = state;
    this._stateChanged.emit(state);
  }

  private consider({ considered, stored }: Aside): void {
    this._considered = considered;
    this._stored = stored;
    this._consideredChanged.emit();
  }

  private _state: AzureSessionState = { kind: 'starting' };
  private _signIns = 0;
  private _ways: readonly IAzureWay[] = [];
  private _considered: readonly IConsidered[] = [];
  private _stored = NOTHING_STORED;
  private readonly _consideredChanged = new Signal<this, void>(this);
  private readonly _stateChanged = new Signal<this, AzureSessionState>(this);
  private preparing: Promise<void> | null = null;
  private timer: number | undefined;
  private identity: Identity | null = null;
}

export namespace AzureSession {
  export interface IOptions {
    /** Settings of the user and the server; rejects when the server does not answer. */
    readonly readConfiguration: () => Promise<Configuration>;
    /** Loads the sign-in library, which is large: called when a sign-in becomes likely. */
    readonly openSources: (configuration: IConfigured) => Promise<ISources>;
    readonly signOutNotice: SignOutNotice;
  }
}

function toNeed(scopes: string[], options: IAzureTokenOptions): IAzureTokenNeed {
  const { tenantId, claims, account } = options;
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(claims === undefined ? {} : { claims }),
    ...(account === undefined ? {} : { account })
  };
}
