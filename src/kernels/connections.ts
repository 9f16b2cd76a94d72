import type { ICodeCellModel } from '@jupyterlab/cells';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';
import type { EarlierSessions } from './earlier-sessions';
import { TARGET } from './protocol';

/** Comms that are remembered; a kernel that opens more of them at once is heard twice. */
const MOST_SEEN = 1000;

/** Characters of the longest comm id taken; kernels make them of 32 or 36. */
const LONGEST_ID = 128;

/** A notebook or a console of this page: whatever holds a connection to a kernel. */
export interface IClient {
  /** For users: from JupyterLab's own model, never from the kernel. */
  readonly label: string;
  /** What stays the same when the kernel is restarted: the path of the notebook. */
  readonly path: string;
  /** The cells that may show what kernels say, newest last. */
  codeCells(): Iterable<ICodeCellModel>;
}

/** A `comm_open` for us, as it came. */
export interface IOpening {
  readonly kernelId: string;
  readonly commId: string;
  readonly data: unknown;
  /** The connection that asked, if it is one of this page. */
  readonly client: IClient | null;
}

/**
 * Every connection this page has to a kernel, and what kernels say to us on them.
 *
 * Lab hands comms to the first connection of a kernel only (`handleComms`), and to none once that
 * one is closed, while a console on the same kernel goes on. So the target is registered where Lab
 * would close the comm otherwise, and requests are read from `iopubMessage` of all of them.
 */
export class KernelConnections {
  constructor(private readonly sessions: EarlierSessions) {}

  /** Emits once per `comm_open`, however many connections hear it. */
  get opened(): ISignal<this, IOpening> {
    return this._opened;
  }

  /** Emits the id of a comm that its kernel has closed, perhaps one of a page before a reload. */
  get closed(): ISignal<this, { kernelId: string; commId: string }> {
    return this._closed;
  }

  /** Emits the id of a kernel that has started anew or is gone: its comms are no more. */
  get restarted(): ISignal<this, string> {
    return this._restarted;
  }

  /** Emits the id of a kernel that this page hears no more, though it may run on. */
  get lost(): ISignal<this, string> {
    return this._lost;
  }

  /** Emits after a kernel has replaced an output: perhaps one of ours. */
  get outputReplaced(): ISignal<this, IClient> {
    return this._outputReplaced;
  }

  /** Listen on a connection until it is disposed. Safe twice. */
  add(connection: Kernel.IKernelConnection, client: IClient): void {
    if (this.clients.has(connection) || connection.isDisposed) {
      return;
    }
    this.clients.set(connection, client);
    this.sessions.add(connection.clientId);
    // Lab closes comms without a target, which other pages of this kernel would see.
    connection.registerCommTarget(TARGET, () => undefined);
    connection.iopubMessage.connect(this.onMessage, this);
    connection.statusChanged.connect(this.onStatus, this);
    connection.disposed.connect(this.onDisposed, this);
  }

  /** Some notebook or console of a kernel, for a name where another page has asked. */
  clientOfKernel(kernelId: string): IClient | null {
    const connection = this.find(kernelId);
    return connection === null ? null : (this.clients.get(connection) ?? null);
  }

  /** A connection of this page to a kernel; null if it has none. */
  find(kernelId: string): Kernel.IKernelConnection | null {
    for (const connection of this.clients.keys()) {
      if (connection.id === kernelId) {
        return connection;
      }
    }
    return null;
  }

  private onMessage(connection: Kernel.IKernelConnection, message: KernelMessage.IMessage): void {
    const { content } = message;
    switch (message.header.msg_type) {
      case 'comm_open':
        if (isOurs(content) && this.isNew(connection.id, content.comm_id)) {
          this._opened.emit({
            kernelId: connection.id,
            commId: content.comm_id,
            data: content.data,
            client: this.clientOf(message, connection.id)
          });
        }
        break;
      case 'comm_close':
        if (hasCommId(content)) {
          this._closed.emit({ kernelId: connection.id, commId: content.comm_id });
        }
        break;
      case 'update_display_data': {
        const client = this.clients.get(connection);
        if (client !== undefined) {
          this._outputReplaced.emit(client);
        }
        break;
      }
      default:
      // Everything else is between JupyterLab and the kernel.
    }
  }

  /** The parent session routes, and proves nothing: code in the kernel can set it. */
  private clientOf({ parent_header }: KernelMessage.IMessage, kernelId: string): IClient | null {
    const session = 'session' in parent_header ? parent_header.session : null;
    for (const [connection, client] of this.clients) {
      if (connection.id === kernelId && connection.clientId === session) {
        return client;
      }
    }
    const isEarlier = typeof session === 'string' && this.sessions.has(session);
    return isEarlier ? this.clientOfKernel(kernelId) : null;
  }

  private onStatus(connection: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
      this._restarted.emit(connection.id);
    }
  }

  /** Connections hear the same at different times: a comm stays known after it was closed. */
  private isNew(kernelId: string, commId: string): boolean {
    const key = JSON.stringify([kernelId, commId]);
    if (this.seen.has(key)) {
      return false;
    }
    this.seen.add(key);
    for (const oldest of this.seen) {
      if (this.seen.size <= MOST_SEEN) {
        break;
      }
      this.seen.delete(oldest);
    }
    return true;
  }

  private onDisposed(connection: Kernel.IKernelConnection): void {
    this.clients.delete(connection);
    if (this.find(connection.id) === null) {
      this._lost.emit(connection.id);
    }
  }

  private readonly clients = new Map<Kernel.IKernelConnection, IClient>();
  /** Comms of ours, the newest last. */
  private readonly seen = new Set<string>();
  private readonly _opened = new Signal<this, IOpening>(this);
  private readonly _closed = new Signal<this, { kernelId: string; commId: string }>(this);
  private readonly _restarted = new Signal<this, string>(this);
  private readonly _lost = new Signal<this, string>(this);
  private readonly _outputReplaced = new Signal<this, IClient>(this);
}

function hasCommId(content: object): content is { comm_id: string } {
  return (
    'comm_id' in content &&
    typeof content.comm_id === 'string' &&
    content.comm_id.length <= LONGEST_ID
  );
}

function isOurs(content: object): content is { comm_id: string; data: unknown } {
  return (
    hasCommId(content) &&
    'target_name' in content &&
    content.target_name === TARGET &&
    'data' in content
  );
}
