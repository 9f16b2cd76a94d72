import { currentAccount } from '../auth/account';
import { candidatesForPage } from '../auth/candidates';
import type { IAzureAccount, IAzureAuth } from '../tokens';
import type { IKernelDocument, ICommOpen, KernelConnections } from './connections';
import { MAX_PENDING_PER_KERNEL, REPLAY_GRACE_MS } from './pending-requests';
import type { KernelPermissions } from './permissions';
import type { Answer, ISessionRequest, IStatusAnswer, WireErrorCode } from './protocol';
import type { Sharing } from './sharing';

/** Maximum number of candidates that a kernel accepts. */
const MAX_CANDIDATES = 20;

/** Milliseconds: a kernel that no page has ever answered gives up after four seconds. */
const AMBIENT_LOOKUP_TIMEOUT_MS = 2_000;

/** A request that is not answered yet; a kernel repeats it, each time on a new comm. */
interface IPendingSessionRequest {
  readonly request: ISessionRequest;
  readonly kernelId: string;
  readonly client: IKernelDocument | null;
  /** The newest comm, the only one that is answered. */
  commId: string;
  attempts: number;
  busy: boolean;
}

/** Answers kernels that ask for the current identity or a sign-out. Neither prompts the user. */
export class SessionRequests {
  constructor(private readonly options: SessionRequests.IOptions) {
    const { connections } = options;
    connections.closed.connect((_, { kernelId, commId }) =>
      this.drop(pending => pending.kernelId === kernelId && pending.commId === commId)
    );
    for (const gone of [connections.restarted, connections.lost]) {
      gone.connect((_, kernelId) => this.drop(pending => pending.kernelId === kernelId));
    }
  }

  /** Handle a request, or one more comm of a pending request. */
  handle(request: ISessionRequest, { kernelId, commId, client }: ICommOpen): void {
    const ofKernel = this.pending.filter(known => known.kernelId === kernelId);
    let pending = ofKernel.find(
      ({ request: { kind, requestId } }) => kind === request.kind && requestId === request.requestId
    );
    if (pending === undefined) {
      if (ofKernel.length >= MAX_PENDING_PER_KERNEL) {
        return;
      }
      pending = { request, kernelId, client, commId, attempts: 0, busy: false };
      this.pending.push(pending);
    }
    pending.commId = commId;
    pending.attempts += 1;
    // A page that was not asked answers `status` if the other page is late, but never signs out.
    const answers = client !== null || (request.kind === 'status' && pending.attempts > 1);
    if (answers && !pending.busy) {
      pending.busy = true;
      void this.serve(pending);
    }
  }

  private async serve(pending: IPendingSessionRequest): Promise<void> {
    const { kernelId, request } = pending;
    const isShared = await this.options.sharing.check(pending.client === null);
    if (isShared && pending.client === null) {
      return this.drop(known => known === pending);
    }
    if (!this.options.permissions.mayUseSession(request, kernelId)) {
      return this.answer(pending, errorAnswer(request, 'denied'));
    }
    if (request.kind === 'status') {
      await this.options.auth.prepare();
      await this.ambientSettled();
      return this.answer(pending, status(request.requestId, this.options.auth));
    }
    // To a tab that reconnects, the server replays old requests; the user may have signed in again.
    await new Promise(resolve => window.setTimeout(resolve, REPLAY_GRACE_MS));
    if (!this.pending.includes(pending)) {
      return;
    }
    try {
      await this.options.auth.signOut();
      this.answer(pending, { request_id: request.requestId, kind: 'done' });
    } catch {
      this.answer(pending, errorAnswer(request, 'failed'));
    }
  }

  /** Wait until it is known whether the machine has an identity, or until the timeout. */
  private ambientSettled(): Promise<void> {
    const { auth } = this.options;
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

  private answer(pending: IPendingSessionRequest, answer: Answer): void {
    if (this.pending.includes(pending)) {
      this.drop(known => known === pending);
      this.options.send(pending.kernelId, pending.commId, answer);
    }
  }

  private drop(isMeant: (pending: IPendingSessionRequest) => boolean): void {
    this.pending = this.pending.filter(pending => !isMeant(pending));
  }

  private pending: IPendingSessionRequest[] = [];
}

export namespace SessionRequests {
  export interface IOptions {
    readonly auth: IAzureAuth;
    readonly connections: KernelConnections;
    readonly permissions: KernelPermissions;
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    readonly sharing: Sharing;
  }
}

function status(
  requestId: string,
  { state, candidates }: Pick<IAzureAuth, 'state' | 'candidates'>
): IStatusAnswer {
  const signedIn = currentAccount(state);
  return {
    ...{ request_id: requestId, kind: 'status', state: state.kind },
    account: signedIn && wireAccount(signedIn.account),
    source: signedIn?.source ?? null,
    ambient: signedIn?.ambient ?? false,
    candidates: candidatesForPage(candidates, state).slice(0, MAX_CANDIDATES)
  };
}

function wireAccount({ id, name, username, tenantId }: IAzureAccount): IStatusAnswer['account'] {
  return { id, name, username, tenant_id: tenantId };
}

/** Without a text: kernels have their own for requests that are not about a token. */
function errorAnswer({ requestId }: ISessionRequest, code: WireErrorCode): Answer {
  return { request_id: requestId, kind: 'error', code, message: '' };
}
