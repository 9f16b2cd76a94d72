import type { ICodeCellModel } from '@jupyterlab/cells';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';
import type { DeferredEvents } from './deferred-events';
import type { OwnClientIds } from './own-client-ids';
import { EXTENSION_NAME } from '../extension-names';

/** Number of comms that are remembered; if a kernel opens more at once, some are handled twice. */
const MAX_SEEN_COMMS = 1000;

/** Maximum length of a comm id, in characters; kernels use 32 or 36. */
const MAX_COMM_ID_LENGTH = 128;

/** A notebook or console of this page that holds a connection to a kernel. */
export interface IKernelDocument {
  /** Name for users, from JupyterLab's own model, never from the kernel. */
  readonly label: string;
  /** Path of the notebook, which stays the same when the kernel restarts. */
  readonly path: string;
  /** The cells that can show output of the kernel, newest last. */
  codeCells(): Iterable<ICodeCellModel>;
}

/** A `comm_open` for our target, not yet parsed. */
export interface ICommOpen {
  readonly kernelId: string;
  readonly commId: string;
  readonly data: unknown;
  /** The notebook or console that asked; null if it is not one of this page. */
  readonly client: IKernelDocument | null;
  /** Id of the client of the kernel that ran the code; it proves nothing. */
  readonly clientId: string;
}

/** A kernel's message that it has a token: the account it acts as, and the request that is over. */
export interface IHolderNotice {
  readonly kernelId: string;
  readonly commId: string;
  readonly data: unknown;
}

/** A kernel's message that replaces an output, possibly a waiting output. */
export interface IReplacedOutput {
  readonly client: IKernelDocument;
  /** Not yet parsed. */
  readonly content: object;
}

/**
 * Every connection of this page to a kernel, and the messages for us on them.
 *
 * JupyterLab passes comms only to the first connection of a kernel (`handleComms`), and to none
 * once that one is closed, even if a console still uses the same kernel. So the target is
 * registered only to keep JupyterLab from closing the comm, and requests are read from
 * `iopubMessage` of all connections.
 */
export class KernelConnections {
  /**
   * @param clientIds - Of this tab's connections, including those from before a reload.
   * @param deferred - Holds events back until their handlers are loaded; null if they are.
   */
  constructor(
    readonly clientIds: OwnClientIds,
    private readonly deferred: DeferredEvents | null = null
  ) {}

  /** Emits the client id of a new connection of this page. */
  get added(): ISignal<this, string> {
    return this.#added;
  }

  /** Emits once per `comm_open`, however many connections receive it. */
  get opened(): ISignal<this, ICommOpen> {
    return this.#opened;
  }

  /** Emits the id of a comm that its kernel has closed, possibly one from before a reload. */
  get closed(): ISignal<this, { kernelId: string; commId: string }> {
    return this.#closed;
  }

  /** Emits when a kernel tells which account it acts as, not yet parsed. */
  get held(): ISignal<this, IHolderNotice> {
    return this.#held;
  }

  /** Emits the id of a kernel that has restarted or is gone: its comms no longer exist. */
  get restarted(): ISignal<this, string> {
    return this.#restarted;
  }

  /**
   * Emits the id of a kernel to which this page has lost all connections, though it may still run.
   */
  get lost(): ISignal<this, string> {
    return this.#lost;
  }

  /** Emits after a kernel has replaced an output. */
  get outputReplaced(): ISignal<this, IReplacedOutput> {
    return this.#outputReplaced;
  }

  /** Listen on a connection until it is disposed. Adding it again has no effect. */
  add(connection: Kernel.IKernelConnection, client: IKernelDocument): void {
    if (this.#clients.has(connection) || connection.isDisposed) {
      return;
    }
    this.#clients.set(connection, client);
    this.clientIds.add(connection.clientId);
    // JupyterLab closes comms without a target, which other pages of this kernel would see.
    connection.registerCommTarget(EXTENSION_NAME, () => undefined);
    connection.iopubMessage.connect(this.#onMessage, this);
    connection.statusChanged.connect(this.#onStatus, this);
    connection.disposed.connect(this.#onDisposed, this);
    this.#added.emit(connection.clientId);
  }

  /** Return any notebook or console of a kernel, for a label when another page has asked. */
  clientOfKernel(kernelId: string): IKernelDocument | null {
    const connection = this.find(kernelId);
    return connection === null ? null : (this.#clients.get(connection) ?? null);
  }

  /** Return a connection of this page to a kernel; null if it has none. */
  find(kernelId: string): Kernel.IKernelConnection | null {
    for (const connection of this.#clients.keys()) {
      if (connection.id === kernelId) {
        return connection;
      }
    }
    return null;
  }

  #onMessage(connection: Kernel.IKernelConnection, message: KernelMessage.IMessage): void {
    const { content } = message;
    switch (message.header.msg_type) {
      case 'comm_open':
        if (isOurs(content) && this.#isNew(connection.id, content.comm_id)) {
          const { comm_id: commId, data } = content;
          const { id: kernelId } = connection;
          const clientId = clientIdOf(message);
          const client = this.#clientOf(clientId, kernelId);
          this.deferred?.begin();
          this.#deliver(() => this.#opened.emit({ kernelId, commId, data, client, clientId }));
        }
        break;
      case 'comm_msg':
        if (hasCommId(content) && isHolderNotice(content)) {
          const { comm_id: commId, data } = content;
          this.deferred?.begin();
          this.#deliver(() => this.#held.emit({ kernelId: connection.id, commId, data }));
        }
        break;
      case 'comm_close':
        if (hasCommId(content)) {
          const { comm_id: commId } = content;
          this.#deliver(() => this.#closed.emit({ kernelId: connection.id, commId }));
        }
        break;
      case 'update_display_data': {
        const client = this.#clients.get(connection);
        if (client !== undefined) {
          this.#outputReplaced.emit({ client, content });
        }
        break;
      }
      default:
      // All other messages are between JupyterLab and the kernel.
    }
  }

  /** The parent session only routes and proves nothing: code in the kernel can set it. */
  #clientOf(clientId: string, kernelId: string): IKernelDocument | null {
    for (const [connection, client] of this.#clients) {
      if (connection.id === kernelId && connection.clientId === clientId) {
        return client;
      }
    }
    return this.clientIds.has(clientId) ? this.clientOfKernel(kernelId) : null;
  }

  #onStatus(connection: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
      this.#deliver(() => this.#restarted.emit(connection.id));
    }
  }

  /**
   * Connections receive the same message at different times, so closed comms are remembered too.
   */
  #isNew(kernelId: string, commId: string): boolean {
    const key = JSON.stringify([kernelId, commId]);
    if (this.#seen.has(key)) {
      return false;
    }
    this.#seen.add(key);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= MAX_SEEN_COMMS) {
        break;
      }
      this.#seen.delete(oldest);
    }
    return true;
  }

  #onDisposed(connection: Kernel.IKernelConnection): void {
    this.#clients.delete(connection);
    if (this.find(connection.id) === null) {
      this.#deliver(() => this.#lost.emit(connection.id));
    }
  }

  #deliver(emit: () => void): void {
    if (this.deferred === null) {
      emit();
    } else {
      this.deferred.deliver(emit);
    }
  }

  readonly #clients = new Map<Kernel.IKernelConnection, IKernelDocument>();
  /** Comms for our target, newest last. */
  readonly #seen = new Set<string>();
  readonly #added = new Signal<this, string>(this);
  readonly #opened = new Signal<this, ICommOpen>(this);
  readonly #closed = new Signal<this, { kernelId: string; commId: string }>(this);
  readonly #held = new Signal<this, IHolderNotice>(this);
  readonly #restarted = new Signal<this, string>(this);
  readonly #lost = new Signal<this, string>(this);
  readonly #outputReplaced = new Signal<this, IReplacedOutput>(this);
}

function hasCommId(content: object): content is { comm_id: string } {
  return (
    'comm_id' in content &&
    typeof content.comm_id === 'string' &&
    content.comm_id.length <= MAX_COMM_ID_LENGTH
  );
}

function clientIdOf({ parent_header }: KernelMessage.IMessage): string {
  // JupyterLab does not validate it, and any code in the kernel can send a message.
  const { session }: { session?: unknown } = Object(parent_header);
  return typeof session === 'string' ? session : '';
}

function isHolderNotice(content: object): content is { comm_id: string; data: object } {
  const data = 'data' in content ? content.data : null;
  return (
    typeof data === 'object' && data !== null && 'target' in data && data.target === EXTENSION_NAME
  );
}

function isOurs(content: object): content is { comm_id: string; data: unknown } {
  return (
    hasCommId(content) &&
    'target_name' in content &&
    content.target_name === EXTENSION_NAME &&
    'data' in content
  );
}
