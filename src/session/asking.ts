import type { IWay } from '../sources/source';
import type { IAzureAccount, IAzureTokenNeed } from '../tokens';
import { isSameNeed } from './need';
import { attention, problemOf } from './problem-states';
import type { Standing } from './standing';

/** Runs interactive sign-ins: one attempt at a time, the newest. */
export class Asking {
  /** @param onMade - Called when a sign-in succeeds, before the session's state says so. */
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

  /**
   * Record that no caller waits for the attempt's need, so that its failure is no longer a problem.
   */
  withdraw(need: IAzureTokenNeed): void {
    this.isMoot ||= this.need !== null && isSameNeed(this.need, need);
  }

  /** Start an attempt, inside the click. Resolves when it is over, however it ends. */
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

  /** Return the account to use as a login hint; null if the user has to choose. */
  private mayGoOnAs(need: IAzureTokenNeed | null): IAzureAccount | null {
    const { signedIn } = this.standing;
    // An ambient identity cannot be used as a login hint.
    return signedIn === null || signedIn.automatic || need?.anew ? null : signedIn.account;
  }

  private attempt: AbortController | null = null;
  private need: IAzureTokenNeed | null = null;
  private isMoot = false;
}
