import { createServer } from 'node:net';
import { Failure } from '../setup/failure.mjs';

/** Where people expect Jupyter. */
const FIRST = 8888;
const LAST = 8987;

/**
 * @param {number | null} wanted - Null: the first free one.
 * @returns {Promise<number>} A port of localhost that nobody listens on.
 * @throws {Failure} It is taken.
 */
export async function choosePort(wanted) {
  for (let port = wanted ?? FIRST; port <= (wanted ?? LAST); port += 1) {
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Failure(
    wanted === null
      ? `All ports from ${FIRST} to ${LAST} are taken: choose another with --port.`
      : `Port ${wanted} is taken: choose another with --port, or leave the option out.`
  );
}

/** @param {number} port */
async function isFree(port) {
  // Jupyter listens on both, where there are both.
  const answers = await Promise.all(['127.0.0.1', '::1'].map(host => probe(host, port)));
  return answers.every(
    code => code === null || code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
  );
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | null>} Why it cannot be listened on.
 */
function probe(host, port) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', error => resolve(/** @type {NodeJS.ErrnoException} */ (error).code ?? ''));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
