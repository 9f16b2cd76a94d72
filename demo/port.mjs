import { createServer } from 'node:net';
import { Failure } from '../setup/failure.mjs';

/** The usual ports of Jupyter. */
const FIRST = 8888;
const LAST = 8987;

/**
 * @param {number | null} wanted - Null: the first free port.
 * @returns {Promise<number>} A port of localhost that no program listens on.
 * @throws {Failure} If it is in use.
 */
export async function choosePort(wanted) {
  for (let port = wanted ?? FIRST; port <= (wanted ?? LAST); port += 1) {
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Failure(
    wanted === null
      ? `All ports from ${FIRST} to ${LAST} are in use. Choose another with --port.`
      : `Port ${wanted} is in use. Choose another with --port, or leave the option out.`
  );
}

/** @param {number} port */
async function isFree(port) {
  // Jupyter listens on both if both exist.
  const answers = await Promise.all(['127.0.0.1', '::1'].map(host => probe(host, port)));
  return answers.every(
    code => code === null || code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
  );
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | null>} The error code if it cannot be listened on, otherwise null.
 */
function probe(host, port) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', error => resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? ''));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
