import { signedInOf } from '../session/account';
import { consideredHere } from '../session/considered';
import type { IAzureAccount, IAzureSession } from '../tokens';
import type { IClient, IOpening, KernelConnections } from './connections';
import type { KernelLedger } from './ledger';
import { MOST_OPEN, REPLAY } from './open-request';
import type { Answer, IInquiry, IStatusAnswer, WireErrorCode } from './protocol';
import type { Sharing } from './sharing';

/** Maximum number of candidates that a kernel accepts. */
const MOST_CONSIDERED = 20;

/** Milliseconds: a kernel that no page has ever answered gives up after four seconds. */
const PATIENCE = 2_000;

/** A request that is not answered yet; a kernel repeats it, each time on a new comm. */
interface IOpenInquiry {
  readonly inquiry: IInquiry;
  readonly kernelId: string;
  readonly client: IClient | null;
  /** The newest comm, the only one that is answered. */
  commId: string;
  openings: number;
  busy: boolean;
}

/** Answers kernels that ask for the current identity or a sign-out. Neither prompts the user. */
export class KernelInquiries {
  constructor(private readonly options: KernelInquiries.IOptions) {
    const { connections } = options;
    connections.closed.connect((_, { kernelId, commId }) =>
      this.forget(open => open.kernelId === kernelId && open.commId === commId)
    );
    for (const gone of [connections.restarted, connections.lost]) {
      gone.connect((_, kernelId) => this.forget(open => open.kernelId === kernelId));
    }
  }

  /** Handle a request, or one more comm of a pending request. */
  take(inquiry: IInquiry, { kernelId, commId, client }: IOpening): void {
    const ofKernel = this.open.filter(known => known.kernelId === kernelId);
    let open = ofKernel.find(
      ({ inquiry: { kind, requestId } }) => kind === inquiry.kind && requestId === inquiry.requestId
    );
    if (open === undefined) {
      if (ofKernel.length >= MOST_OPEN) {
        return;
      }
      open = { inquiry, kernelId, client, commId, openings: 0, busy: false };
      this.open.push(open);
    }
    open.commId = commId;
    open.openings += 1;
    // A page that was not asked answers `status` if the other page is late, but never signs out.
    const answers = client !== null || (inquiry.kind === 'status' && open.openings > 1);
    if (answers && !open.busy) {
      open.busy = true;
      void this.serve(open);
    }
  }

  private async serve(open: IOpenInquiry): Promise<void> {
    const { kernelId, inquiry } = open;
    const isShared = await this.options.sharing.look(open.client === null);
    if (isShared && open.client === null) {
      return this.forget(known => known === open);
    }
    if (isShared && !this.mayKnow(inquiry, kernelId)) {
      return this.answer(open, refusal(inquiry, 'denied'));
    }
    if (inquiry.kind === 'status') {
      await this.options.session.prepare();
      await this.looked();
      return this.answer(open, status(inquiry.requestId, this.options.session));
    }
    // To a tab that reconnects, the server replays old requests; the user may have signed in again.
    await new Promise(resolve => window.setTimeout(resolve, REPLAY));
    if (!this.open.includes(open)) {
      return;
    }
    try {
      await this.options.session.signOut();
      this.answer(open, { request_id: inquiry.requestId, kind: 'done' });
    } catch {
      this.answer(open, refusal(inquiry, 'failed'));
    }
  }

  /** Wait until it is known whether the machine has an identity, or until the timeout. */
  private looked(): Promise<void> {
    const { session } = this.options;
    return new Promise(resolve => {
      const end = (): void => {
        window.clearTimeout(timer);
        session.stateChanged.disconnect(look);
        resolve();
      };
      const look = (): void => {
        if (session.state.kind !== 'looking') {
          end();
        }
      };
      const timer = window.setTimeout(end, PATIENCE);
      session.stateChanged.connect(look);
      look();
    });
  }

  /**
   * Whether a shared kernel gets an answer. Its other users can send requests in the user's name:
   * they must not sign the user out, and learn the account only if the kernel was given its tokens.
   */
  private mayKnow({ kind }: IInquiry, kernelId: string): boolean {
    const { served } = this.options.ledger;
    return kind === 'status' && served.some(given => given.kernelId === kernelId);
  }

  private answer(open: IOpenInquiry, answer: Answer): void {
    if (this.open.includes(open)) {
      this.forget(known => known === open);
      this.options.send(open.kernelId, open.commId, answer);
    }
  }

  private forget(isMeant: (open: IOpenInquiry) => boolean): void {
    this.open = this.open.filter(open => !isMeant(open));
  }

  private open: IOpenInquiry[] = [];
}

export namespace KernelInquiries {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly connections: KernelConnections;
    readonly ledger: KernelLedger;
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    readonly sharing: Sharing;
  }
}

function status(
  requestId: string,
  { state, considered }: Pick<IAzureSession, 'state' | 'considered'>
): IStatusAnswer {
  const signedIn = signedInOf(state);
  return {
    ...{ request_id: requestId, kind: 'status', state: state.kind },
    account: signedIn && wireAccount(signedIn.account),
    source: signedIn?.source ?? null,
    automatic: signedIn?.automatic ?? false,
    considered: consideredHere(considered, state).slice(0, MOST_CONSIDERED)
  };
}

function wireAccount({ id, name, username, tenantId }: IAzureAccount): IStatusAnswer['account'] {
  return { id, name, username, tenant_id: tenantId };
}

/** Without a text: kernels have their own for requests that are not about a token. */
function refusal({ requestId }: IInquiry, code: WireErrorCode): Answer {
  return { request_id: requestId, kind: 'error', code, message: '' };
}
