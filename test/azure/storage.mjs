/** Blob storage that checks tokens: Azurite in a process of its own. */
import { fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from './certificate.mjs';

const ENTRY = fileURLToPath(new URL('./azurite-process.mjs', import.meta.url));
const ACCOUNT = 'devstoreaccount1';
/** The address of the real one. */
export const STORAGE_HOST = `${ACCOUNT}.blob.core.windows.net`;
const READY = /successfully listens on https:\/\/[^:]+:(\d+)/;

/**
 * @param {{folder: string, port: number}} options - Port 0: any free one.
 * @returns {Promise<{accountUrl: string, caFile: string, stop: () => Promise<void>}>}
 */
export async function startStorage({ folder, port }) {
  // Azurite takes bearer tokens over https only.
  const { certFile, keyFile } = await makeCertificate(folder, 'storage', [
    ...['localhost', '127.0.0.1', STORAGE_HOST]
  ]);
  const location = join(folder, 'blobs');
  await mkdir(location, { recursive: true });
  const child = fork(ENTRY, azuriteArguments({ location, port, certFile, keyFile }), {
    silent: true,
    execArgv: []
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      // At once: an orderly end waits for idle connections, and the data are not needed afterwards.
      child.kill('SIGKILL');
      await ended;
    }
  };
  try {
    const listening = await readyPort(child);
    return { accountUrl: `https://127.0.0.1:${listening}/${ACCOUNT}`, caFile: certFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {{location: string, port: number, certFile: string, keyFile: string}} options */
function azuriteArguments({ location, port, certFile, keyFile }) {
  return [
    ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', location],
    ...['--cert', certFile, '--key', keyFile, '--oauth', 'basic'],
    ...['--silent', '--skipApiVersionCheck', '--disableTelemetry']
  ];
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} The port it listens on.
 */
function readyPort(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    /** @param {Buffer} chunk */
    const read = chunk => {
      output += chunk.toString();
      const port = READY.exec(output)?.[1];
      if (port !== undefined) {
        resolve(Number(port));
        // Unread pipes would block it once they are full.
        child.stdout?.off('data', read).resume();
        child.stderr?.off('data', read).resume();
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`Azurite ended before it was ready: ${output}`)));
  });
}
