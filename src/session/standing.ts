import { Signal } from '@lumino/signaling';
import type { IHolder, IServerSession, ISignIn } from '../sources/source';
import type {
  AzureSessionState,
  IAzureAccount,
  IAzureProblem,
  IAzureSignedIn,
  IAzureTokenNeed
} from '../tokens';
import { AzureAuthError } from './errors';
import { isProblemOf } from './need';
import { attention, isAbout } from './problem-states';
import type { SignOutNotice } from './sign-out-notice';

/** The current sign-in, and the provider that holds it. */
interface IPresent {
  readonly signedIn: IAzureSignedIn;
  readonly holder: IHolder;
  /** Milliseconds since the epoch. */
  readonly madeOn: number;
}

/** The current sign-in, and the session's state that follows from it. */
export class Standing {
  constructor(private readonly options: Standing.IOptions) {}

  get state(): AzureSessionState {
    return this.options.state();
  }

  get signedIn(): IAzureSignedIn | null {
    return this.present?.signedIn ?? null;
  }

  get holder(): IHolder | null {
    return this.present?.holder ?? null;
  }

  /** Whether another provider holds the current sign-in. */
  isOfAnother(holder: IHolder): boolean {
    return this.present !== null && this.present.holder !== holder;
  }

  become(state: AzureSessionState): void {
    this.options.become(state);
    this.changed.emit();
  }

  /** Resolves once it is known whether the machine has an identity, or a user signs in. */
  async looked(): Promise<void> {
    while (this.state.kind === 'looking' && !this.over) {
      await new Promise<void>(resolve => {
        const once = (): void => {
          this.changed.disconnect(once);
          resolve();
        };
        this.changed.connect(once);
      });
    }
  }

  /** Release all pending waits. */
  close(): void {
    this.over = true;
    this.changed.emit();
  }

  /** Set the state as if nothing had been tried. */
  rest(): void {
    this.become(this.signedIn ?? this.nobody());
  }

  /** Clear a problem that concerned only this need. */
  withdraw(need: IAzureTokenNeed): void {
    if (isProblemOf(this.state, need)) {
      this.rest();
    }
  }

  enter(found: ISignIn, holder: IHolder): void {
    const { madeOn, ...known } = found;
    const signedIn = { kind: 'signed-in', ...known } as const;
    this.present = { signedIn, holder, madeOn };
    this.ended = null;
    this.become(signedIn);
  }

  /** Apply an interactive sign-in, which replaces any other account of this tab. */
  async receive(made: ISignIn, holder: IHolder): Promise<void> {
    this.enter(made, holder);
    const others = this.options.holders.filter(other => other !== holder);
    await Promise.all(others.map(other => other.forget(true)));
  }

  /** Restore an existing sign-in, unless the state changes in the meantime. */
  async rejoin(): Promise<void> {
    const before = this.state;
    const stands = (): boolean => this.state === before;
    for (const holder of this.options.holders) {
      try {
        const found = await holder.restore();
        if (!stands()) {
          return;
        }
        if (found !== null && found.madeOn > this.endedOn && this.mayBe(found, holder)) {
          return await this.takeUp(found, holder);
        }
      } catch (error) {
        if (!(error instanceof AzureAuthError) || error.code !== 'sign_in_required') {
          throw error;
        }
        if (stands()) {
          this.ended = holder;
          this.tell(error.problem);
        }
        return;
      }
    }
    if (stands() && before.kind === 'looking') {
      // The answer may have been the last one with a change: the lookup is over.
      this.restIfOther();
    }
  }

  /** Apply the server extension's session, which all browsers share. */
  follow({ signIn, endedBy }: IServerSession, holder: IHolder): void {
    if (signIn !== null) {
      this.followSomebody(signIn, holder);
    } else if (endedBy !== null) {
      this.present = null;
      this.ended = holder;
      this.tell({ code: 'sign_in_ended', detail: endedBy, need: null });
    } else if (this.present !== null) {
      void this.leave(true);
    } else if (this.ended === holder) {
      // The user has signed out of an expired sign-in.
      this.ended = null;
      this.rest();
    } else if (['signed-out', 'signing-out', 'looking'].includes(this.state.kind)) {
      this.restIfOther();
    }
  }

  /** Sign out of every interactive sign-in. */
  async signOut(): Promise<void> {
    const account = this.signedIn?.account ?? (await this.lastAccount());
    try {
      if (account !== null) {
        this.options.signOutNotice.post(account.id, Date.now());
      }
    } finally {
      await this.leave(false);
    }
  }

  /** Handle a sign-out in another tab. @returns Whether it concerns the current account. */
  isMeant(): boolean {
    const { present } = this;
    return (
      present !== null &&
      !present.signedIn.automatic &&
      this.options.signOutNotice.covers(present.signedIn.account.id, present.madeOn)
    );
  }

  /** Clear the sign-in. @param elsewhere - Whether what all tabs share is already gone. */
  async leave(elsewhere: boolean): Promise<void> {
    this.present = null;
    this.ended = null;
    const forgotten = Promise.all(this.options.holders.map(holder => holder.forget(elsewhere)));
    // Kernels are told at once, however long storage and server take.
    this.become({ kind: this.options.nobody() === 'signing-out' ? 'signing-out' : 'signed-out' });
    this.restIfOther();
    await forgotten;
    this.confirm();
  }

  /** The server extension has confirmed that it no longer holds an account. */
  private confirm(): void {
    if (this.state.kind === 'signing-out') {
      this.restIfOther();
    }
  }

  /** End a sign-in that was refused a token. A newer sign-in is not affected. */
  end(problem: IAzureProblem): void {
    this.endedOn = this.present?.madeOn ?? 0;
    this.ended = this.present?.signedIn.automatic ? null : this.holder;
    this.present = null;
    this.become(attention(problem, null));
  }

  /** Return a new object each time, so that pending code can detect a change by identity. */
  private nobody(): AzureSessionState {
    return { kind: this.options.nobody() };
  }

  /**
   * Whether a restored sign-in may become the current one. A user whose interactive sign-in was
   * refused has not signed out: kernels must not fall back to the machine without notice.
   */
  private mayBe({ automatic }: ISignIn, holder: IHolder): boolean {
    return !automatic || this.ended === null || this.ended === holder;
  }

  private followSomebody(found: ISignIn, holder: IHolder): void {
    const { present, state } = this;
    if (present === null || !isSame(present.signedIn, found)) {
      if (this.mayBe(found, holder)) {
        this.enter(found, holder);
      }
    } else if (present.signedIn.kept !== found.kept || present.signedIn.keeps !== found.keeps) {
      const signedIn = { ...present.signedIn, kept: found.kept, keeps: found.keeps };
      this.present = { ...present, signedIn };
      this.become(state.kind === 'needs-attention' ? { ...state, signedIn } : signedIn);
    }
  }

  private restIfOther(): void {
    if (this.state.kind !== this.options.nobody()) {
      this.rest();
    }
  }

  private tell(problem: IAzureProblem): void {
    if (!isAbout(this.state, problem)) {
      this.become(attention(problem, null));
    }
  }

  private async takeUp(found: ISignIn, holder: IHolder): Promise<void> {
    if (this.options.signOutNotice.covers(found.account.id, found.madeOn)) {
      await this.leave(true);
    } else {
      this.enter(found, holder);
    }
  }

  /** Return the account of an expired sign-in, since kernels may still hold its tokens. */
  private async lastAccount(): Promise<IAzureAccount | null> {
    for (const holder of this.options.holders) {
      const found = await holder.restore().catch(() => null);
      if (found !== null) {
        return found.account;
      }
    }
    return null;
  }

  private present: IPresent | null = null;
  /** When the last refused sign-in was made, in milliseconds since the epoch. */
  private endedOn = 0;
  /** Provider of an interactive sign-in that was refused but not signed out. */
  private ended: IHolder | null = null;
  private over = false;
  private readonly changed = new Signal<this, void>(this);
}

export namespace Standing {
  export interface IOptions {
    /** In the order in which they are asked for a sign-in. */
    readonly holders: readonly IHolder[];
    readonly signOutNotice: SignOutNotice;
    /** Returns the kind of state without an account. */
    readonly nobody: () => 'signed-out' | 'signing-out' | 'looking' | 'not-configured';
    readonly state: () => AzureSessionState;
    readonly become: (state: AzureSessionState) => void;
  }
}

function isSame(one: IAzureSignedIn, { account, source, automatic }: ISignIn): boolean {
  return one.account.id === account.id && one.source === source && one.automatic === automatic;
}
