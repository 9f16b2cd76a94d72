/** An HTTPS proxy that reaches only servers of this machine, and records all other requests. */
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { listen } from './listen.mjs';

/**
 * @typedef {object} ConnectProxy
 * @property {string} url - For `HTTPS_PROXY`.
 * @property {() => string[]} refused - Every `host:port` or address that was refused.
 * @property {() => Promise<void>} stop
 */

/**
 * @param {Readonly<Record<string, number>>} destinations - Port of this machine by `host:port`.
 * @returns {Promise<ConnectProxy>}
 */
export async function startConnectProxy(destinations) {
  /** @type {string[]} */
  const refused = [];
  /** @type {Set<import('node:stream').Duplex>} */
  const tunnels = new Set();
  const server = createServer((request, response) => {
    refused.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', ({ url = '' }, client) => {
    const port = destinations[url];
    if (port === undefined) {
      refused.push(url);
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    tunnels.add(client.once('close', () => tunnels.delete(client)));
    tunnel(client, port);
  });
  const listening = await listen('127.0.0.1', 0, server);
  const stop = async () => {
    // The server no longer tracks a connection that has become a tunnel.
    tunnels.forEach(client => client.destroy());
    await listening.stop();
  };
  return { url: `http://127.0.0.1:${listening.port}`, refused: () => [...refused], stop };
}

/** @param {import('node:stream').Duplex} client @param {number} port */
function tunnel(client, port) {
  const inner = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    pipeline(client, inner, client, () => client.destroy());
  });
  inner.once('error', () => client.destroy());
}
