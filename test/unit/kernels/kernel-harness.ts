import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { AccessControl } from '../../../src/kernels/access-control';
import { AccountPins } from '../../../src/kernels/account-pins';
import { ActivityRecorder } from '../../../src/kernels/activity';
import { type IKernelDocument, KernelConnections } from '../../../src/kernels/connections';
import { KernelTokenService } from '../../../src/kernels/token-service';
import { OwnClientIds } from '../../../src/kernels/own-client-ids';
import { GrantStore } from '../../../src/kernels/grants';
import type { Answer } from '../../../src/kernels/protocol';
import { Sharing } from '../../../src/kernels/sharing';
import { SignOutBroadcast } from '../../../src/auth/sign-out-broadcast';
import { AzureAuthError } from '../../../src/auth/errors';
import type { IWaitingRequest } from '../../../src/kernels/kernel-requests';
import type {
  AzureAuthErrorCode,
  AzureProblemCode,
  IAzureSignedIn,
  IAzureToken
} from '../../../src/tokens';
import { ALICE, FakeAuth, STORAGE } from '../panel/fixtures';

export const BOB: IAzureSignedIn = {
  ...ALICE,
  account: { id: 'b.t', name: 'Bob', username: 'bob@contoso.com', tenantId: 'contoso-id' }
};

export const BASE = 'https://lab.example/';

/** A connection of this page to a kernel; `say` is what the kernel publishes. */
export class FakeConnection {
  readonly iopubMessage = new Signal<Kernel.IKernelConnection, KernelMessage.IMessage>(this.self);
  readonly statusChanged = new Signal<Kernel.IKernelConnection, Kernel.Status>(this.self);
  readonly disposed = new Signal<Kernel.IKernelConnection, void>(this.self);
  readonly registerCommTarget = jest.fn();
  isDisposed = false;

  constructor(
    readonly id: string,
    readonly clientId: string
  ) {}

  get self(): Kernel.IKernelConnection {
    return this as unknown as Kernel.IKernelConnection;
  }

  say(type: string, content: object, session = this.clientId): void {
    this.sayBelow({ session }, type, content);
  }

  /** @param parent - The header of the message that this one belongs to. */
  sayBelow(parent: unknown, type: string, content: object): void {
    const message = { header: { msg_type: type }, parent_header: parent, content };
    this.iopubMessage.emit(message as unknown as KernelMessage.IMessage);
  }

  close(): void {
    this.isDisposed = true;
    this.disposed.emit();
  }
}

export function aClient(path: string): IKernelDocument {
  return { label: path, path, codeCells: () => [] };
}

export function aToken(change: Partial<IAzureToken> = {}): IAzureToken {
  const expiresOnTimestamp = Date.now() + 3_600_000;
  return { token: 'TOKEN', expiresOnTimestamp, account: ALICE.account, ...change };
}

export function anError(
  code: AzureAuthErrorCode = 'sign_in_required',
  problem: AzureProblemCode = 'sign_in_ended'
): AzureAuthError {
  return new AzureAuthError(code, { code: problem, detail: null, request: null });
}

/** The data of a `comm_open`. */
export function aRequest(change: object = {}): object {
  return { version: 1, kind: 'token', request_id: 'r1', scopes: STORAGE, ...change };
}

export interface ISent {
  readonly to: string;
  readonly comm: string;
  readonly answer: Answer;
}

/** Begin each test of a file with a new page, and with timers that only the test advances. */
export function withKernelHarness(assign: (harness: KernelHarness) => void): void {
  beforeEach(() => {
    jest.useFakeTimers();
    sessionStorage.clear();
    localStorage.clear();
    assign(new KernelHarness());
  });
  afterEach(() => jest.useRealTimers());
}

/** A page with one notebook on one kernel. `'theirs'` is the session of another page. */
export class KernelHarness {
  readonly auth = new FakeAuth();
  readonly connections = new KernelConnections(new OwnClientIds(sessionStorage));
  readonly notebook = new FakeConnection('k1', 'ours');
  readonly sent: ISent[] = [];
  isShared = false;
  /** The user's setting. */
  kernelAccess: unknown = undefined;
  agentAccess: unknown = undefined;
  /** The clients of kernels that are pages of this server. */
  readonly pages = new Set(['theirs']);
  /** Whether the server does not say if it is shared. */
  isSilent = false;
  readonly sharing = new Sharing(async () =>
    this.isSilent ? Promise.reject(new Error('500')) : this.isShared
  );
  readonly server = {
    post: jest.fn<Promise<ReadonlyMap<string, unknown>>, [string, object?]>(async () => new Map())
  };
  /** Receives the activity of this page. */
  readonly activityServer = {
    post: jest.fn<Promise<ReadonlyMap<string, unknown>>, [string, object?]>(async () => new Map())
  };
  access: AccessControl;
  tokenService: KernelTokenService;

  /** @param answer - What the server answers about access from the start. */
  constructor(answer?: (route: string, fields: object) => Promise<ReadonlyMap<string, unknown>>) {
    if (answer !== undefined) {
      this.server.post.mockImplementation((route, fields = {}) => answer(route, fields));
    }
    this.access = this.control();
    this.tokenService = this.open();
    this.connections.add(this.notebook.self, aClient('analysis.ipynb'));
    this.auth.getToken.mockRejectedValue(anError());
  }

  /** The server has found out that other users have access, and has told this page. */
  async share(): Promise<void> {
    this.isShared = true;
    await this.sharing.check(true);
  }

  /** Return the page after a reload, before which the browser ends the old one. */
  static reloaded(): KernelHarness {
    window.dispatchEvent(new Event('pagehide'));
    return new KernelHarness();
  }

  /** The state of a page that was just loaded. */
  open(): KernelTokenService {
    this.access = this.control();
    return new KernelTokenService({
      auth: this.auth,
      connections: this.connections,
      grants: new GrantStore(sessionStorage),
      pins: new AccountPins(BASE, new SignOutBroadcast(BASE)),
      send: (to, comm, answer) => void this.sent.push({ to, comm, answer }),
      explain: code => ({ message: `because ${code}` }),
      sharing: this.sharing,
      pageClients: { has: async id => this.pages.has(id) },
      access: this.access,
      activity: new ActivityRecorder(this.activityServer),
      userName: () => 'Ada',
      nameless: 'A kernel'
    });
  }

  private control(): AccessControl {
    const { auth, sharing } = this;
    const setting = (name: 'kernelAccess' | 'agentAccess'): unknown => this[name];
    const { server } = this;
    const labelOf = (): string => 'A kernel';
    const onDenied = (): void => this.tokenService.withdrawAll();
    return new AccessControl({
      ...{ auth, sharing, setting, server, labelOf, onDenied },
      storage: sessionStorage
    });
  }

  /** Let a kernel send a request. */
  async ask(comm: string, change: object = {}, by = this.notebook, session?: string) {
    by.say(
      'comm_open',
      { comm_id: comm, target_name: 'jupyter-azure-auth', data: aRequest(change) },
      session
    );
    await this.settle();
  }

  /** The same request, from now on as that of another page. */
  async askTheirs(comm: string, change: object = {}): Promise<void> {
    await this.ask(comm, change, this.notebook, 'theirs');
  }

  async end(comm: string, by = this.notebook): Promise<void> {
    by.say('comm_close', { comm_id: comm });
    await this.settle();
  }

  /** Ids of the requests that the user is prompted for. */
  get waiting(): string[] {
    return this.tokenService.waiting.map(({ requestId }) => requestId);
  }

  /** The request that the user is prompted for, once there is one. */
  async prompted(): Promise<IWaitingRequest> {
    await this.pass(300);
    return this.tokenService.waiting[0]!;
  }

  async pass(milliseconds: number): Promise<void> {
    await jest.advanceTimersByTimeAsync(milliseconds);
  }

  /** What this page has told the server about revocations. */
  get told(): unknown[] {
    const fields = this.server.post.mock.calls.map(([, sent]) => sent ?? {});
    return fields.filter(sent => 'revoked' in sent);
  }

  /** Sign in, or out with null. */
  async setSignedIn(who: IAzureSignedIn | null): Promise<void> {
    if (who === null) {
      this.auth.others = [];
      this.auth.getToken.mockRejectedValue(anError());
    } else {
      this.auth.getToken.mockImplementation(async () => aToken({ account: who.account }));
    }
    this.auth.setState(who ?? { kind: 'signed-out' });
    await this.settle();
  }

  /** What was sent since the last call, in short form. */
  takeSent(): string[] {
    return this.sent.splice(0).map(({ comm, answer }) => `${comm} ${inShort(answer)}`);
  }

  private async settle(): Promise<void> {
    await jest.advanceTimersByTimeAsync(0);
  }
}

function inShort(answer: Answer): string {
  switch (answer.kind) {
    case 'pending':
      return `pending ${answer.reason}`;
    case 'token':
      return `token ${answer.account.username.split('@')[0]}${'request' in answer ? ' for' : ''}`;
    case 'error':
      return `error ${answer.code}`;
    case 'status':
      return `status ${answer.state} ${answer.account?.username ?? 'none'}`;
    case 'done':
      return 'done';
  }
}
