/** One HTTP server that answers at `http://localhost:<port>`, whichever address a client takes localhost for. */
import { createServer } from 'node:http';
import { once } from 'node:events';

const ATTEMPTS = 5;

/**
 * @param {number} port - 0: any free one.
 * @param {import('node:http').RequestListener} listener
 * @returns {Promise<{port: number, stop: () => Promise<void>}>}
 */
export async function listenOnLocalhost(port, listener) {
  for (let attempt = 1; ; attempt += 1) {
    const first = await listen('127.0.0.1', port, listener);
    try {
      const second = await listenIfThere('::1', first.port, listener);
      return {
        port: first.port,
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
 * @param {import('node:http').RequestListener} listener
 */
async function listenIfThere(host, port, listener) {
  try {
    return await listen(host, port, listener);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') {
      return undefined;
    }
    throw error;
  }
}

/**
 * @param {string} host
 * @param {number} port
 * @param {import('node:http').RequestListener} listener
 */
async function listen(host, port, listener) {
  const server = createServer(listener);
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
  return { port: address.port, stop };
}
