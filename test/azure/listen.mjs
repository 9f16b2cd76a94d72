/** One HTTP server that answers at `http://localhost:<port>`, whichever address a client takes localhost for. */
import { createServer } from 'node:http';
import { once } from 'node:events';

const ATTEMPTS = 5;

/**
 * @typedef {object} Listening
 * @property {number} port
 * @property {(listener: import('node:http').RequestListener) => void} serve - To be called at once: what answers may need the port.
 * @property {() => Promise<void>} stop
 */

/**
 * @param {number} port - 0: any free one.
 * @returns {Promise<Listening>}
 */
export async function listenOnLocalhost(port) {
  for (let attempt = 1; ; attempt += 1) {
    const first = await listen('127.0.0.1', port);
    try {
      const second = await listenIfThere('::1', first.port);
      return {
        port: first.port,
        serve: listener => {
          first.serve(listener);
          second?.serve(listener);
        },
        stop: async () => void (await Promise.all([first.stop(), second?.stop()]))
      };
    } catch (error) {
      await first.stop();
      // A free port of one address may be taken on the other.
      if (port !== 0 || attempt === ATTEMPTS) {
        throw error;
      }
    }
  }
}

/**
 * @param {string} host
 * @param {number} port
 */
async function listenIfThere(host, port) {
  try {
    return await listen(host, port);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') {
      return undefined;
    }
    throw error;
  }
}

/**
 * @param {string} host - An address of this machine.
 * @param {number} port - 0: any free one.
 * @param {import('node:http').Server | import('node:https').Server} [server]
 * @returns {Promise<Listening>}
 */
export async function listen(host, port, server = createServer()) {
  server.listen({ host, port, ipv6Only: host.includes(':') });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('A TCP server has a port.');
  }
  const closed = once(server, 'close');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { port: address.port, serve: listener => void server.on('request', listener), stop };
}
