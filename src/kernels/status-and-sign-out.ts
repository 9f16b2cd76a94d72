import { currentAccount } from '../auth/account';
import { candidatesForPage } from '../auth/candidates';
import type { IPageAuth } from '../auth/page-auth';
import type { AccountPins, IPinnedAccount } from './account-pins';
import type { GrantStore, IGrant } from './grants';
import {
  type IPendingStatusOrSignOut,
  type PendingRequests,
  REPLAY_GRACE_MS
} from './pending-requests';
import type { Answer, IStatusOrSignOut, IStatusAnswer, WireErrorCode } from './protocol';
import type { Sharing } from './sharing';

/** Maximum number of candidates that a kernel accepts. */
const MAX_CANDIDATES = 20;

/** Milliseconds: a kernel that no page has ever answered gives up after four seconds. */
const AMBIENT_LOOKUP_TIMEOUT_MS = 2_000;

/** What answers a request for the status or a sign-out. */
export interface IStatusParts {
  readonly auth: IPageAuth;
  readonly grants: GrantStore;
  readonly pins: AccountPins;
  readonly pending: PendingRequests;
  readonly send: (kernelId: string, commId: string, answer: Answer) => void;
  readonly sharing: Sharing;
}

/**
 * Answer a kernel that asks who is signed in, or for a sign-out. Neither prompts the user. Not
 * loaded with the page.
 */
export async function answerStatusOrSignOut(
  asked: IPendingStatusOrSignOut,
  parts: IStatusParts
): Promise<void> {
  const { pending, send } = parts;
  const answer = await answerOf(asked, parts);
  if (answer !== null && pending.has(asked)) {
    pending.close(asked);
    send(asked.kernelId, asked.commId, answer);
  }
}

/** Return the answer; null if the request was over before it was served. */
async function answerOf(
  asked: IPendingStatusOrSignOut,
  { auth, grants, pending, pins, sharing }: IStatusParts
): Promise<Answer | null> {
  const { kernelId, request } = asked;
  const isStatus = request.kind === 'status';
  const granted = (): readonly IGrant[] => grants.all.filter(ofKernel(kernelId));
  // The other users of a shared kernel can send requests in the user's name: they must not sign the
  // user out, and learn the account only if the kernel was given its tokens.
  if ((await sharing.check()) && !(isStatus && granted().length > 0)) {
    return errorAnswer(request, 'denied');
  }
  if (isStatus) {
    await auth.prepare();
    await whenAmbientLookupDone(auth);
    const answer = status(request.requestId, auth, pins.of(kernelId));
    const isOfAccount = ({ accountId }: IGrant): boolean => accountId === answer.account?.id;
    return !sharing.isShared || answer.account === null || granted().some(isOfAccount)
      ? answer
      : errorAnswer(request, 'denied');
  }
  // To a tab that reconnects, the server replays old requests; the user may have signed in again.
  await new Promise(resolve => window.setTimeout(resolve, REPLAY_GRACE_MS));
  if (!pending.has(asked)) {
    return null;
  }
  try {
    await auth.signOut();
    return { request_id: request.requestId, kind: 'done' };
  } catch {
    return errorAnswer(request, 'failed');
  }
}

const ofKernel =
  (id: string) =>
  ({ kernelId }: { readonly kernelId: string }): boolean =>
    kernelId === id;

/** Wait until it is known whether the machine has an identity, or until the timeout. */
function whenAmbientLookupDone(auth: IPageAuth): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      window.clearTimeout(timer);
      auth.stateChanged.disconnect(onState);
      resolve();
    };
    const onState = (): void => {
      if (auth.state.kind !== 'searching') {
        end();
      }
    };
    const timer = window.setTimeout(end, AMBIENT_LOOKUP_TIMEOUT_MS);
    auth.stateChanged.connect(onState);
    onState();
  });
}

/** @param pinned - The account that the kernel always uses; null for the active one. */
function status(
  requestId: string,
  auth: Pick<IPageAuth, 'state' | 'candidates' | 'accountFor' | 'chosenTenantFor'>,
  pinned: IPinnedAccount | null
): IStatusAnswer {
  const { state, candidates } = auth;
  const signedIn = currentAccount(state);
  const isOther = pinned !== null && pinned.id !== signedIn?.account.id;
  const account = isOther ? auth.accountFor(pinned.id) : (signedIn?.account ?? null);
  // The accounts of a page are all in the tab, or all at the server.
  const isHeldAlike = !isOther || (account !== null && signedIn?.ambient === false);
  return {
    ...{ request_id: requestId, kind: 'status' },
    state: isOther && account === null && signedIn !== null ? 'signed-out' : state.kind,
    account: account && {
      ...{ id: account.id, name: account.name, username: account.username },
      tenant_id: auth.chosenTenantFor(account.id) ?? account.tenantId
    },
    source: (isHeldAlike ? signedIn?.source : null) ?? null,
    ambient: !isOther && signedIn?.ambient === true,
    expires_on: toSeconds((isOther ? null : signedIn?.expiresAt) ?? null),
    candidates: candidatesForPage(candidates, state).slice(0, MAX_CANDIDATES)
  };
}

/** The page counts milliseconds, the wire seconds. */
const toSeconds = (milliseconds: number | null): number | null =>
  milliseconds === null ? null : Math.floor(milliseconds / 1000);

/** Without a text: kernels have their own for requests that are not about a token. */
function errorAnswer({ requestId }: IStatusOrSignOut, code: WireErrorCode): Answer {
  return { request_id: requestId, kind: 'error', code, message: '' };
}
