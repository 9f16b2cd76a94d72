import type { IWay } from '../sources/source';
import type { IAzureAccount, IAzureTokenNeed } from '../tokens';
import { isSameNeed } from './need';
import { attention, problemOf } from './problem-states';
import type { Standing } from './standing';

/** Asks the user to sign in; one attempt at a time, the newest. */
export class Asking {
  /** @param onMade - Called when a sign-in is made, before the session says so. */
  constructor(
    private readonly standing: Standing,
    private readonly onMade: () => void
  ) {}

  get isUnderWay(): boolean {
    return this.attempt !== null;
  }

  cancel(): void {
    this.attempt?.abort();
  }

  /** Nobody waits for what it is for: that it fails is no problem any more. */
  withdraw(need: IAzureTokenNeed): void {
    this.isMoot ||= this.need !== null && isSameNeed(this.need, need);
  }

  /** To be called inside the click. Resolves when the attempt is over, however it ends. */
  async ask(way: IWay, need: IAzureTokenNeed | null): Promise<void> {
    this.attempt?.abort();
    const attempt = new AbortController();
    this.attempt = attempt;
    this.need = need;
    this.isMoot = false;
    const { standing } = this;
    const isCurrent = (): boolean => this.attempt === attempt;
    const signingIn = { kind: 'signing-in', way: way.name, deviceCode: null } as const;
    const asked = way.signIn(need, this.mayGoOnAs(need), attempt.signal, {
      onDoubt: () => {
        if (isCurrent() && !this.isMoot) {
          const problem = { code: 'popup_closed', detail: null, need } as const;
          standing.become(attention(problem, standing.signedIn));
        }
      },
      onDeviceCode: deviceCode => {
        if (isCurrent()) {
          standing.become({ ...signingIn, deviceCode });
        }
      }
    });
    standing.become(signingIn);
    try {
      const made = await asked;
      if (isCurrent()) {
        this.onMade();
        await standing.receive(made, way.holder);
      }
    } catch (error) {
      if (isCurrent() && (attempt.signal.aborted || this.isMoot)) {
        standing.rest();
      } else if (isCurrent()) {
        standing.become(attention(problemOf(error, need), standing.signedIn));
      }
    } finally {
      if (isCurrent()) {
        this.attempt = null;
      }
    }
  }

  /** Who is signed in and has a further question to answer; null to have the user choose. */
  private mayGoOnAs(need: IAzureTokenNeed | null): IAzureAccount | null {
    const { signedIn } = this.standing;
    // Of a machine nobody can be asked to go on as.
    return signedIn === null || signedIn.automatic || need?.anew ? null : signedIn.account;
  }

  private attempt: AbortController | null = null;
  private need: IAzureTokenNeed | null = null;
  private isMoot = false;
}
