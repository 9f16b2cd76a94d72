import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect, createServer as createRelay, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A program between the browser and Jupyter. */
export interface IForwarding {
  readonly port: number;
  stop(): Promise<void>;
}

/** Forward a port as SSH does: bytes, without interpreting them. */
export function forwardPort(target: number): Promise<IForwarding> {
  return listen(createRelay(client => join(client, connect(target, 'localhost'))));
}

/**
 * A proxy with its own pages at `/`, which forwards requests below one path.
 *
 * @param target - Jupyter's port.
 * @param path - Jupyter's `base_url`.
 * @param change - Returns the headers that Jupyter gets.
 */
export function forwardPath(
  target: number,
  path: string,
  change: (headers: IncomingHttpHeaders) => IncomingHttpHeaders = headers => headers
): Promise<IForwarding> {
  const server = createServer((asked, answer) => {
    if (!asked.url?.startsWith(path)) {
      answer.end('<!doctype html><title>The portal</title>');
      return;
    }
    const inner = request(
      { host: 'localhost', port: target, path: asked.url, method: asked.method ?? 'GET' },
      given => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      }
    );
    setHeaders(inner, change(asked.headers));
    inner.once('error', () => answer.destroy());
    asked.pipe(inner);
  });
  server.on('upgrade', (asked: IncomingMessage, client: Duplex) => {
    const inner = connect(target, 'localhost');
    const lines = Object.entries(change(asked.headers)).map(([name, value]) => `${name}: ${value}`);
    inner.write([`GET ${asked.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    join(client, inner);
  });
  return listen(server);
}

function setHeaders(
  inner: { setHeader(name: string, value: string | string[]): unknown },
  headers: IncomingHttpHeaders
): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      inner.setHeader(name, value);
    }
  }
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
}

async function listen(server: Server): Promise<IForwarding> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const stop = async (): Promise<void> => {
    const closed = new Promise(resolve => server.close(resolve));
    sockets.forEach(socket => socket.destroy());
    await closed;
  };
  return { port, stop };
}
