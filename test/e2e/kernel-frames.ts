/** One message of a kernel's websocket, in either direction. */
export interface IKernelMessage {
  readonly channel: string;
  readonly type: string;
  /** Session id of the client that sent it, or that it answers. */
  readonly session: string;
  readonly content: unknown;
}

/**
 * Read a frame of the protocol `v1.kernel.websocket.jupyter.org`: a count of offsets, the offsets,
 * each 64 bits little-endian, then channel, header, parent header, metadata, content, buffers.
 *
 * @see https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
 */
export function readKernelFrame(frame: Buffer): IKernelMessage {
  const offset = (index: number): number => Number(frame.readBigUInt64LE(8 * (index + 1)));
  const part = (index: number): string =>
    frame.subarray(offset(index), offset(index + 1)).toString('utf8');
  const header = fieldsOf(JSON.parse(part(1)));
  const parent = fieldsOf(JSON.parse(part(2)));
  return {
    channel: part(0),
    type: String(header.get('msg_type')),
    session: String(parent.get('session') ?? header.get('session')),
    content: JSON.parse(part(4))
  };
}

/** The fields of an object; empty for anything else. */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
}
