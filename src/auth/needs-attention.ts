import type { ITokenProvider } from '../providers/provider';
import type { AzureAuthState, IAzureProblem, IAzureSignedIn } from '../tokens';

/** A sign-in that a refusal has ended, and why. */
export interface IEndedSignIn {
  readonly provider: ITokenProvider;
  readonly problem: IAzureProblem;
  /** Absent if it was not refused: another tab has signed it out, or it is the server's. */
  readonly accountId?: string | undefined;
}

/** Return the state for a problem, with the account that is still signed in. */
export function needsAttention(
  problem: IAzureProblem,
  signedIn: IAzureSignedIn | null
): AzureAuthState {
  return { kind: 'needs-attention', problem, signedIn };
}

/** Return the state for a sign-in that has ended; null if none has. */
export function reportOf(ended: IEndedSignIn | null): AzureAuthState | null {
  return ended && needsAttention(ended.problem, null);
}

/** Whether a state already reports a problem, and that no account is signed in. */
export function isReported(state: AzureAuthState, { code, detail }: IAzureProblem): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.signedIn === null &&
    state.problem.code === code &&
    state.problem.detail === detail
  );
}
