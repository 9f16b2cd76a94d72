import type { IHolder, ISignIn } from '../sources/source';
import type { AzureSessionState, IAzureAccount, IAzureProblem, IAzureSignedIn } from '../tokens';
import { AzureAuthError } from './errors';
import { attention, isAbout } from './problem-states';
import type { SignOutNotice } from './sign-out-notice';

/** Who is signed in, and who holds it. */
interface IPresent {
  readonly signedIn: IAzureSignedIn;
  readonly holder: IHolder;
  /** Milliseconds since the epoch. */
  readonly madeOn: number;
}

/** Who is signed in, and how the session stands because of it. */
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

  become(state: AzureSessionState): void {
    this.options.become(state);
  }

  /** Stand as if nothing had been tried. */
  rest(): void {
    this.become(this.signedIn ?? this.nobody());
  }

  enter({ account, source, automatic, kept, endsOn, madeOn }: ISignIn, holder: IHolder): void {
    const signedIn = { kind: 'signed-in', account, source, automatic, kept, endsOn } as const;
    this.present = { signedIn, holder, madeOn };
    this.become(signedIn);
  }

  /** Somebody has signed in here by hand, in place of whoever this tab had. */
  async receive(made: ISignIn, holder: IHolder): Promise<void> {
    this.enter(made, holder);
    const others = this.options.holders.filter(other => other !== holder);
    await Promise.all(others.map(other => other.forget(true)));
  }

  /** Go on with a sign-in that is there already, unless something else happens meanwhile. */
  async rejoin(): Promise<void> {
    const before = this.state;
    const stands = (): boolean => this.state === before;
    for (const holder of this.options.holders) {
      try {
        const found = await holder.restore();
        if (!stands()) {
          return;
        }
        if (found !== null && found.madeOn > this.endedOn) {
          return await this.takeUp(found, holder);
        }
      } catch (error) {
        if (!(error instanceof AzureAuthError) || error.code !== 'sign_in_required') {
          throw error;
        }
        if (stands() && !isAbout(before, error.problem)) {
          this.become(attention(error.problem, null));
        }
        return;
      }
    }
  }

  /** Sign out of everything that takes a hand to sign in to. */
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

  /** Another tab has signed somebody out. @returns Whether that is who is signed in here. */
  isMeant(): boolean {
    const { present } = this;
    return (
      present !== null &&
      !present.signedIn.automatic &&
      this.options.signOutNotice.covers(present.signedIn.account.id, present.madeOn)
    );
  }

  /** @param elsewhere - What all tabs share is gone already. */
  async leave(elsewhere: boolean): Promise<void> {
    this.present = null;
    // First the state: kernels are told at once, whatever the storage does.
    this.become(this.nobody());
    await Promise.all(this.options.holders.map(holder => holder.forget(elsewhere)));
  }

  /** A sign-in was refused what it was made for: it is over, as far as it is the same one. */
  end(problem: IAzureProblem): void {
    this.endedOn = this.present?.madeOn ?? 0;
    this.present = null;
    this.become(attention(problem, null));
  }

  /** Another one each time: what was awaited meanwhile sees that something has happened. */
  private nobody(): AzureSessionState {
    return { kind: this.options.nobody };
  }

  private async takeUp(found: ISignIn, holder: IHolder): Promise<void> {
    if (this.options.signOutNotice.covers(found.account.id, found.madeOn)) {
      await this.leave(true);
    } else {
      this.enter(found, holder);
    }
  }

  /** Of a sign-in that has ended, whose tokens kernels may still hold. */
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
  /** When the sign-in was made that was refused last, in milliseconds since the epoch. */
  private endedOn = 0;
}

export namespace Standing {
  export interface IOptions {
    /** In the order in which they are asked who is signed in. */
    readonly holders: readonly IHolder[];
    readonly signOutNotice: SignOutNotice;
    /** How the session stands with nobody signed in. */
    readonly nobody: 'signed-out' | 'not-configured';
    readonly state: () => AzureSessionState;
    readonly become: (state: AzureSessionState) => void;
  }
}
