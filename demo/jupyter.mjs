/** JupyterLab with its default token and XSRF check, and without the user's own configuration. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../setup/failure.mjs';
import { WINDOWS, environment, program } from '../setup/project.mjs';

const POLL_MILLISECONDS = 100;

/** Time for kernels to end in order; after that the process group is killed. */
const GRACE_MILLISECONDS = 8000;

/**
 * @typedef {object} Jupyter
 * @property {(path: string) => string} address - With the token, for the browser.
 * @property {Promise<void>} ended - Resolves when the server has ended for any reason.
 * @property {() => Promise<void>} stop - Ends it and its kernels; can be called twice.
 */

/**
 * @param {object} options
 * @param {string} options.folder - For configuration, state and log.
 * @param {string} options.notebooks - The root of its file browser.
 * @param {number} options.port - A free port.
 * @param {object} options.traits - `c.AzureAuth`.
 * @param {Record<string, string>} options.variables - For the server and its kernels.
 * @returns {Promise<Jupyter>} A server that answers requests.
 * @throws {Failure} If it does not start.
 */
export async function startJupyter({ folder, notebooks, port, traits, variables }) {
  const runtime = join(folder, 'runtime');
  await rm(runtime, { recursive: true, force: true });
  await mkdir(runtime, { recursive: true, mode: 0o700 });
  const config = join(folder, 'jupyter_config.json');
  await writeFile(config, JSON.stringify({ AzureAuth: traits, ...terminals() }));
  await declineNews(join(folder, 'config'));
  const logFile = join(folder, 'jupyter.log');
  const log = await open(logFile, 'w');
  const child = spawn(program('jupyter-lab'), serverArguments(config, notebooks, port), {
    cwd: notebooks,
    stdio: ['ignore', log.fd, log.fd],
    // A separate process group, so that Ctrl-C in the terminal does not reach it directly.
    detached: !WINDOWS,
    env: environment({
      JUPYTER_CONFIG_DIR: join(folder, 'config'),
      JUPYTER_DATA_DIR: join(folder, 'data'),
      JUPYTER_RUNTIME_DIR: runtime,
      JUPYTER_PREFER_ENV_PATH: '1',
      IPYTHONDIR: join(folder, 'ipython'),
      ...variables
    })
  });
  const ended = /** @type {Promise<void>} */ (
    new Promise(resolve => child.once('exit', () => resolve()).once('error', () => resolve()))
  );
  const stop = () => end(child, ended);
  const token = await Promise.race([readToken(runtime), ended.then(() => null)]);
  await log.close();
  if (token === null) {
    const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-20);
    throw new Failure('JupyterLab did not start. The end of its log is above.', {
      details: lines.join('\n')
    });
  }
  return { address: path => `http://localhost:${port}/${path}?token=${token}`, ended, stop };
}

/**
 * Without a terminal of its own, a server opens login shells, some of which reset the `PATH`: they
 * would not find the `jupyter` of this server.
 */
function terminals() {
  const shell = process.env['SHELL'] || 'sh';
  return WINDOWS ? {} : { ServerApp: { terminado_settings: { shell_command: [shell] } } };
}

/**
 * Keeps JupyterLab from asking about news first, unless the user has decided.
 *
 * @param {string} config - Folder of Jupyter's configuration.
 */
async function declineNews(config) {
  const folder = join(config, 'lab', 'user-settings', '@jupyterlab', 'apputils-extension');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'notification.jupyterlab-settings');
  await writeFile(file, JSON.stringify({ fetchNews: 'false' }), { flag: 'wx' }).catch(error => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
}

/**
 * @param {string} config
 * @param {string} notebooks
 * @param {number} port
 */
function serverArguments(config, notebooks, port) {
  return [
    '--no-browser',
    `--config=${config}`,
    '--ServerApp.ip=localhost',
    `--ServerApp.port=${port}`,
    '--ServerApp.port_retries=0',
    `--ServerApp.root_dir=${notebooks}`,
    // Containers run as root, which Jupyter allows only with this option.
    ...(process.getuid?.() === 0 ? ['--allow-root'] : []),
    // The demo sends no requests to the network.
    '--LabApp.news_url=',
    '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate'
  ];
}

/**
 * When the server listens, it writes its token to a file that only its owner can read.
 *
 * @param {string} runtime
 * @returns {Promise<string>}
 */
async function readToken(runtime) {
  for (;;) {
    const name = (await readdir(runtime)).find(each => /^jpserver-\d+\.json$/.test(each));
    const text = name === undefined ? '' : await readFile(join(runtime, name), 'utf8');
    // Otherwise it is still being written.
    if (text.trimEnd().endsWith('}')) {
      const { url, token } = JSON.parse(text);
      if (await answers(`${url}api`)) {
        return token;
      }
    }
    await delay(POLL_MILLISECONDS, undefined, { ref: false });
  }
}

/** @param {string} url */
async function answers(url) {
  return fetch(url).then(
    () => true,
    () => false
  );
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<void>} ended
 */
async function end(child, ended) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  // Its regular shutdown, which ends its kernels, each of which is a separate process group.
  child.kill('SIGTERM');
  const late = delay(GRACE_MILLISECONDS, 'late', { ref: false });
  if ((await Promise.race([ended, late])) === 'late') {
    // Kernels notice that their parent is gone, and exit.
    process.kill(WINDOWS ? child.pid : -child.pid, 'SIGKILL');
    await ended;
  }
}
