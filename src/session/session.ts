import { type ISignal, Signal } from '@lumino/signaling';
import type { ISignIn, ISource } from '../sources/source';
import type {
  AzureSessionState,
  IAzureAccount,
  IAzureProblem,
  IAzureRegistration,
  IAzureSession,
  IAzureSignedIn,
  IAzureToken,
  IAzureTokenNeed,
  IAzureTokenOptions
} from '../tokens';
import { isWanted } from './account';
import type { Configuration, IMalformed, SourceConfiguration } from './configuration';
import { AzureAuthError } from './errors';
import type { SignOutNotice } from './sign-out-notice';

/** Who is signed in, by one source at a time. */
export class AzureSession implements IAzureSession {
  constructor(private readonly options: AzureSession.IOptions) {
    options.signOutNotice.received.connect(() => void this.obeyNotice());
  }

  get state(): AzureSessionState {
    return this._state;
  }

  get stateChanged(): ISignal<this, AzureSessionState> {
    return this._stateChanged;
  }

  get registration(): IAzureRegistration | null {
    return this._registration;
  }

  prepare(): Promise<void> {
    return this.preparing ?? this.startAfter(Promise.resolve());
  }

  /** Read the configuration anew, e.g. because the user has changed the settings. */
  reconfigure(): Promise<void> {
    if (this.preparing === null && this._state.kind === 'starting') {
      return Promise.resolve();
    }
    this.cancel();
    // One after the other, or the slower of two answers would stand, which may be the older.
    return this.startAfter(this.preparing ?? Promise.resolve());
  }

  async getToken(
    scopes: string | string[],
    options: IAzureTokenOptions = {}
  ): Promise<IAzureToken> {
    const need = toNeed(typeof scopes === 'string' ? [scopes] : scopes, options);
    const force = options.force === true;
    const enableCae = options.enableCae === true;
    const key = JSON.stringify([need, force, enableCae, options.cloud]);
    const shared = this.underWay.get(key);
    if (shared !== undefined) {
      return shared;
    }
    const token = this.acquire(need, options).finally(() => this.underWay.delete(key));
    this.underWay.set(key, token);
    return token;
  }

  async signIn(need: IAzureTokenNeed | null = null): Promise<AzureSessionState> {
    const { source } = this;
    if (source !== null) {
      return this.ask(source, need);
    }
    // Not warmed: the window may be blocked now, which the user is then told.
    await this.prepare();
    return this.source === null ? this._state : this.ask(this.source, need);
  }

  cancel(): void {
    this.attempt?.abort();
  }

  async signOut(): Promise<void> {
    this.cancel();
    if (this.source === null) {
      // After a reload, nobody may have looked yet whether this tab has a sign-in.
      await this.prepare();
    }
    const account = this.signedIn?.account ?? (await this.lastAccount());
    try {
      if (account !== null) {
        this.options.signOutNotice.post(account.id, Date.now());
      }
    } finally {
      if (this.source !== null) {
        await this.leave(this.source, false);
      }
    }
  }

  /** Of a sign-in that has ended, whose tokens kernels may still hold. */
  private async lastAccount(): Promise<IAzureAccount | null> {
    const found = await this.source?.restore().catch(() => null);
    return found?.account ?? null;
  }

  private startAfter(before: Promise<void>): Promise<void> {
    const preparing = before.then(async () => {
      try {
        await this.start();
      } catch (error) {
        // Whoever asks next tries again: the server or the network may be back by then.
        if (this.preparing === preparing) {
          this.preparing = null;
        }
        this.source = null;
        this.signedIn = null;
        this.become(attention(problemOf(error, null), null));
      }
    });
    this.preparing = preparing;
    return preparing;
  }

  private async start(): Promise<void> {
    const configuration = await this.options.readConfiguration();
    this.source = null;
    this.signedIn = null;
    switch (configuration.kind) {
      case 'not-configured':
        this._registration = {
          redirectUri: configuration.redirectUri,
          foreignAuthority: null,
          shownAs: null
        };
        return this.become(configuration);
      case 'malformed':
        return this.become(attention(badConfiguration(configuration), null));
      case 'configured':
        this.cloud = configuration.by.cloud;
        this._registration = configuration.by;
        this.source = await this.load(configuration.by);
    }
    this.endedOn = 0;
    const before = this._state;
    await this.rejoin(this.source);
    if (this._state === before) {
      this.become({ kind: 'signed-out' });
    }
  }

  /** Go on with a sign-in that is there already, unless something else happens meanwhile. */
  private async rejoin(source: ISource): Promise<void> {
    const before = this._state;
    const stands = (): boolean => this._state === before && this.source === source;
    try {
      const found = await source.restore();
      if (found === null || found.madeOn <= this.endedOn || !stands()) {
        return;
      }
      if (this.options.signOutNotice.covers(found.account.id, found.madeOn)) {
        await this.leave(source, true);
      } else {
        this.enter(found);
      }
    } catch (error) {
      if (!(error instanceof AzureAuthError) || error.code !== 'sign_in_required') {
        throw error;
      }
      if (stands() && !isAbout(before, error.problem)) {
        this.become(attention(error.problem, null));
      }
    }
  }

  private async load(configuration: SourceConfiguration): Promise<ISource> {
    try {
      return await this.options.createSource(configuration);
    } catch (error) {
      throw error instanceof AzureAuthError
        ? error
        : new AzureAuthError('unavailable', { code: 'library_missing', detail: null, need: null });
    }
  }

  private async acquire(need: IAzureTokenNeed, options: IAzureTokenOptions): Promise<IAzureToken> {
    await this.prepare();
    const { source } = this;
    if (source === null) {
      throw this.whyNobody(need);
    }
    if (this.signedIn === null && this.attempt === null) {
      // Another tab or browser may have signed in meanwhile, where the server holds it.
      await this.rejoin(source);
    }
    const { signedIn } = this;
    if (options.cloud !== undefined && options.cloud !== this.cloud) {
      throw new AzureAuthError('unavailable', { code: 'other_cloud', detail: this.cloud, need });
    }
    if (signedIn === null || !isWanted(signedIn.account, need.account)) {
      throw new AzureAuthError('sign_in_required', { code: 'sign_in_ended', detail: null, need });
    }
    const { account } = signedIn;
    try {
      const token = await source.getToken({
        ...need,
        account,
        force: options.force === true,
        enableCae: options.enableCae === true
      });
      if (this.isStill(account, source)) {
        this.settle(need);
        return token;
      }
    } catch (error) {
      if (this.isStill(account, source)) {
        this.notice(error, signedIn);
        throw error;
      }
    }
    if (this._state.kind === 'signed-out') {
      // What came after the user had left was kept again.
      await source.forget(true);
    }
    return this.acquire(need, options);
  }

  /** Whether the user is who it was before a wait: a token of one who left is for nobody. */
  private isStill(account: IAzureAccount, source: ISource): boolean {
    return this.signedIn?.account.id === account.id && this.source === source;
  }

  private async ask(source: ISource, need: IAzureTokenNeed | null): Promise<AzureSessionState> {
    this.attempt?.abort();
    const attempt = new AbortController();
    this.attempt = attempt;
    const mayHaveClosed = (): void => {
      if (this.attempt === attempt) {
        this.become(attention({ code: 'popup_closed', detail: null, need }, this.signedIn));
      }
    };
    const current = this.signedIn?.account ?? null;
    const asked = source.signIn(need, current, attempt.signal, mayHaveClosed);
    this.become({ kind: 'signing-in' });
    try {
      const made = await asked;
      if (this.attempt === attempt) {
        this.enter(made);
      }
    } catch (error) {
      if (this.attempt === attempt) {
        this.become(
          attempt.signal.aborted
            ? (this.signedIn ?? { kind: 'signed-out' })
            : attention(problemOf(error, need), this.signedIn)
        );
      }
    } finally {
      if (this.attempt === attempt) {
        this.attempt = null;
      }
    }
    return this._state;
  }

  private enter({ account, madeOn, endsOn }: ISignIn): void {
    this.madeOn = madeOn;
    const source = this.source?.name ?? 'popup';
    this.signedIn = { kind: 'signed-in', account, source, endsOn };
    this.become(this.signedIn);
  }

  private async leave(source: ISource, elsewhere: boolean): Promise<void> {
    this.signedIn = null;
    this.underWay.clear();
    // First the state: kernels are told at once, whatever the storage does.
    this.become({ kind: 'signed-out' });
    await source.forget(elsewhere);
  }

  /** Another tab has signed somebody out: perhaps the account of this one. */
  private async obeyNotice(): Promise<void> {
    const { signedIn, source } = this;
    if (
      signedIn !== null &&
      source !== null &&
      this.options.signOutNotice.covers(signedIn.account.id, this.madeOn)
    ) {
      this.cancel();
      await this.leave(source, true);
    }
  }

  /** A token came: whatever stood in its way does so no longer. */
  private settle(need: IAzureTokenNeed): void {
    if (
      this.signedIn !== null &&
      this._state.kind === 'needs-attention' &&
      sameScopes(this._state.problem.need, need)
    ) {
      this.become(this.signedIn);
    }
  }

  /** Only the user can go on: say so in the panel. A lost network ends nobody's sign-in. */
  private notice(error: unknown, signedIn: IAzureSignedIn): void {
    if (!(error instanceof AzureAuthError) || this.signedIn !== signedIn || this.attempt !== null) {
      return;
    }
    if (error.code === 'sign_in_required') {
      this.signedIn = null;
      this.endedOn = this.madeOn;
      this.become(attention(error.problem, null));
    } else if (error.code === 'consent_required') {
      this.become(attention(error.problem, signedIn));
    }
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

  private _state: AzureSessionState = { kind: 'starting' };
  private _registration: IAzureRegistration | null = null;
  private readonly _stateChanged = new Signal<this, AzureSessionState>(this);
  private preparing: Promise<void> | null = null;
  private source: ISource | null = null;
  private cloud: string | null = null;
  private signedIn: IAzureSignedIn | null = null;
  private madeOn = 0;
  /** When the sign-in was made that was refused last; likewise. */
  private endedOn = 0;
  private attempt: AbortController | null = null;
  private readonly underWay = new Map<string, Promise<IAzureToken>>();
}

export namespace AzureSession {
  export interface IOptions {
    /** Settings of the user and the server; rejects when the server does not answer. */
    readonly readConfiguration: () => Promise<Configuration>;
    /** Loads the sign-in library, which is heavy: called when a sign-in becomes likely. */
    readonly createSource: (configuration: SourceConfiguration) => Promise<ISource>;
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

function badConfiguration({ detail, sentence }: IMalformed): IAzureProblem {
  const said = sentence === undefined ? {} : { sentence };
  return { code: 'bad_configuration', detail, need: null, ...said };
}

function sameScopes(one: IAzureTokenNeed | null, other: IAzureTokenNeed): boolean {
  return one !== null && one.scopes.join(' ') === other.scopes.join(' ');
}

/** Whether a state says already what a problem is. */
function isAbout(state: AzureSessionState, { code, detail }: IAzureProblem): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code === code &&
    state.problem.detail === detail
  );
}

function attention(problem: IAzureProblem, signedIn: IAzureSignedIn | null): AzureSessionState {
  return { kind: 'needs-attention', problem, signedIn };
}

function problemOf(error: unknown, need: IAzureTokenNeed | null): IAzureProblem {
  return error instanceof AzureAuthError
    ? { ...error.problem, need: error.problem.need ?? need }
    : { code: 'no_answer', detail: null, need };
}
