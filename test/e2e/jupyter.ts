import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnLogged } from './logged-process';
import { type PrivateFolders, withPrivateFolders } from './private-files';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Python environment of another JupyterLab: the oldest supported versions. */
const VENV = process.env['JUPYTER_VENV'] ?? join(ROOT, '.venv');
const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';
/** Runs scripts that use the product. */
export const PYTHON = join(VENV, BIN, 'python');

/** A JupyterLab for the tests, with Jupyter's default security: token, cookies, XSRF. */
export class Jupyter {
  /** Below the server's root; see {@link beginTest}. */
  private room = '.';

  private constructor(
    readonly url: string,
    readonly token: string,
    readonly folder: string,
    readonly logFile: string,
    private readonly process: ChildProcess
  ) {}

  /**
   * @param folder - Empty; holds the notebooks, the configuration and the log.
   * @param traits - What the administrator configures, by class.
   * @param environment - For the server and its kernels.
   * @param base - Path below which everything is served.
   * @param folders - At fixed places, visible only to the server and its kernels.
   */
  static async start(
    folder: string,
    traits: Record<string, object>,
    environment: Record<string, string>,
    base = '/',
    folders: PrivateFolders = {}
  ): Promise<Jupyter> {
    const notebooks = join(folder, 'notebooks');
    await mkdir(notebooks, { recursive: true });
    const port = await freePort();
    const token = 'jupyter-of-the-tests';
    const config = join(folder, 'jupyter_config.json');
    await writeConfig(config, traits);
    const settings = await writeQuietSettings(folder);
    const logFile = join(folder, 'jupyter.log');
    const [program = '', ...args] = await withPrivateFolders(folders, [
      join(VENV, BIN, 'jupyter-lab'),
      '--no-browser',
      '--allow-root',
      '--debug',
      `--config=${config}`,
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.base_url=${base}`,
      `--IdentityProvider.token=${token}`,
      `--ServerApp.root_dir=${notebooks}`
    ]);
    const child = spawnLogged(logFile, program, args, {
      cwd: notebooks,
      // In its own process group, so that kernels end with it.
      detached: true,
      env: {
        ...process.env,
        JUPYTER_CONFIG_DIR: join(folder, 'config'),
        JUPYTER_DATA_DIR: join(folder, 'data'),
        JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
        JUPYTERLAB_SETTINGS_DIR: settings,
        IPYTHONDIR: join(folder, 'ipython'),
        ...environment
      }
    });
    const server = new Jupyter(`http://localhost:${port}${base}`, token, folder, logFile, child);
    await server.ready();
    return server;
  }

  /**
   * Give everything that is written from now on its own folder. A notebook of an earlier test with
   * the same path would still have its kernel, and that one its tokens.
   */
  async beginTest(id: string): Promise<void> {
    this.room = id;
    await mkdir(this.path('.'), { recursive: true });
  }

  /** Return the id of the kernel of an open notebook. */
  async kernelOf(path: string): Promise<string> {
    const headers = { Authorization: `token ${this.token}` };
    const answer = await fetch(`${this.url}api/sessions`, { headers });
    const sessions = (await answer.json()) as { path: string; kernel: { id: string } }[];
    return sessions.find(session => session.path === path)?.kernel.id ?? '';
  }

  /** Shut down all kernels, without waiting: a busy kernel takes seconds. */
  async endKernels(): Promise<void> {
    const headers = { Authorization: `token ${this.token}` };
    const answer = await fetch(`${this.url}api/kernels`, { headers });
    for (const { id } of (await answer.json()) as { id: string }[]) {
      const ending = fetch(`${this.url}api/kernels/${id}`, { method: 'DELETE', headers });
      // The server itself may end first, and its kernels with it.
      ending.catch(() => undefined);
    }
  }

  /**
   * Write a notebook of code cells.
   *
   * @param kernel - Name of its kernelspec.
   * @returns Its path below the server's root.
   */
  write(name: string, cells: readonly string[], kernel = 'python3'): Promise<string> {
    return this.writeFile(name, notebookText(cells, kernel));
  }

  /** Write any file. @returns Its path below the server's root. */
  async writeFile(name: string, text: string): Promise<string> {
    await writeFile(this.path(name), text);
    return posix.join(this.room, name);
  }

  /** Path of a test's file on the disk; kernels of the test's notebooks run in its folder. */
  path(name: string): string {
    return join(this.folder, 'notebooks', this.room, name);
  }

  log(): Promise<string> {
    return readFile(this.logFile, 'utf8');
  }

  /**
   * End the server at once. Kernels have process groups of their own. Each ends when it notices, up
   * to a second later, that its server has ended, and may write until then, so that their folder has
   * to be removed with `maxRetries`.
   */
  async stop(): Promise<void> {
    const { pid, exitCode } = this.process;
    if (pid === undefined || exitCode !== null) {
      return;
    }
    const ended = new Promise(resolve => this.process.once('exit', resolve));
    process.kill(-pid, 'SIGKILL');
    await ended;
  }

  private async ready(): Promise<void> {
    for (;;) {
      if (this.process.exitCode !== null) {
        throw new Error(`JupyterLab did not start:\n${await this.log()}`);
      }
      const answer = await fetch(`${this.url}api/status?token=${this.token}`).catch(() => null);
      if (answer?.ok) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}

/** Write the configuration of a server. @param traits - What the administrator configures. */
export async function writeConfig(file: string, traits: Record<string, object>): Promise<void> {
  const quiet = { check_for_updates_class: 'jupyterlab.NeverCheckForUpdate' };
  // Otherwise each page has the server start Node.js several times, to ask for a new build.
  const prebuilt = { page_config_data: { buildAvailable: false, buildCheck: false } };
  const ServerApp = { tornado_settings: prebuilt, ...traits['ServerApp'] };
  await writeFile(file, JSON.stringify({ LabApp: quiet, ...traits, ServerApp }));
}

/**
 * JupyterLab asks every new user whether it may fetch news; nothing else turns that off.
 *
 * @returns The folder of the settings.
 */
export async function writeQuietSettings(folder: string): Promise<string> {
  const news = { fetchNews: 'false' };
  await writeSettings(folder, '@jupyterlab/apputils-extension:notification', news);
  return join(folder, 'settings');
}

/** Return the text of a notebook of code cells. @param kernel - Name of its kernelspec. */
export function notebookText(cells: readonly string[], kernel: string): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel } },
    cells: cells.map((source, index) => ({
      ...{ cell_type: 'code', id: `cell-${index}`, execution_count: null },
      ...{ metadata: {}, outputs: [], source }
    }))
  });
}

/**
 * Choose settings as a user does in the Settings Editor.
 *
 * @param folder - The server's start folder.
 * @param plugin - Its id, `package:plugin`.
 */
export async function writeSettings(folder: string, plugin: string, values: object): Promise<void> {
  const [name = '', id = ''] = plugin.split(':');
  const file = join(folder, 'settings', name, `${id}.jupyterlab-settings`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(values));
}

/**
 * Return a port that no process uses. Not one that the system gives to processes that ask for any:
 * it could belong to another one, as a kernel, before the server listens.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer();
    const port = randomInt(20_000, 32_000);
    const isFree = await new Promise<boolean>(resolve => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise(resolve => probe.close(resolve));
    if (isFree) {
      return port;
    }
  }
}
