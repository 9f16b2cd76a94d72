import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, expect, type Page } from '@playwright/test';
import type { LocalAzure } from './fixtures';
import { FRONT_ENDS, type FrontEndName } from './front-ends';
import type { Lab } from './lab';
import { plainEnvironment } from './localhost-fixtures';
import { spawnLogged } from './logged-process';
import { freePort, notebookText, PYTHON, ROOT, writeConfig, writeQuietSettings } from './jupyter';

/** For the start of the Hub, and of a server of it, on a busy machine, in milliseconds. */
const START = { timeout: 240_000, intervals: [200] };

/** The only redirect URI of a Hub's registration, for all users. */
export const REDIRECT = '/hub/user-redirect/lab/extensions/jupyter-azure-auth/static/redirect.html';

const PACKAGES = join(ROOT, '.cache', 'jupyterhub');

/**
 * A real JupyterHub with its real proxy. Its users log in with their names; Bob has the scope
 * `access:servers` for Alice's server.
 */
export class Hub {
  private constructor(
    /** Ends with a slash. */
    readonly url: string,
    private readonly folder: string,
    private readonly key: string,
    private readonly processes: readonly ChildProcess[]
  ) {}

  /**
   * @param folder - Empty; holds the users' homes, the configuration and the log.
   * @param traitsFor - Returns what the administrator configures for all servers, by class.
   * @param environment - For the servers and their kernels.
   */
  static async start(
    folder: string,
    traitsFor: (url: string) => Record<string, object>,
    environment: Record<string, string>
  ): Promise<Hub> {
    const key = randomUUID();
    const [publicPort, hub, proxy] = [await freePort(), await freePort(), await freePort()];
    const url = `http://localhost:${publicPort}/`;
    const config = join(folder, 'conf');
    await Promise.all(['alice', 'bob', 'conf'].map(name => mkdir(join(folder, name))));
    await writeConfig(join(config, 'jupyter_server_config.json'), traitsFor(url));
    const kept = {
      ...environment,
      PYTHONPATH: [PACKAGES, ROOT].join(delimiter),
      JUPYTER_CONFIG_DIR: config,
      JUPYTERLAB_SETTINGS_DIR: await writeQuietSettings(folder)
    };
    const env = {
      ...process.env,
      ...kept,
      CONFIGPROXY_AUTH_TOKEN: key,
      HUB_TEST_KEPT: Object.keys(kept).join(),
      HUB_TEST_HOMES: folder,
      HUB_TEST_TOKEN: key,
      HUB_TEST_PUBLIC_PORT: String(publicPort),
      HUB_TEST_HUB_PORT: String(hub),
      HUB_TEST_PROXY_PORT: String(proxy)
    };
    const run = (program: string, args: readonly string[]): ChildProcess =>
      // In its own process group, so that servers end with their Hub.
      spawnLogged(join(folder, 'hub.log'), program, args, { cwd: folder, env, detached: true });
    const program = join(ROOT, 'node_modules/configurable-http-proxy/bin/configurable-http-proxy');
    const target = `http://127.0.0.1:${hub}`;
    const configFile = join(ROOT, 'test/server/hub/jupyterhub_config.py');
    const running = new Hub(url, folder, key, [
      run(process.execPath, [
        ...[program, '--ip=127.0.0.1', `--port=${publicPort}`],
        ...['--api-ip=127.0.0.1', `--api-port=${proxy}`],
        ...[`--default-target=${target}`, `--error-target=${target}/hub/error`]
      ]),
      run(PYTHON, ['-m', 'jupyterhub', '-f', configFile])
    ]);
    try {
      await running.until(() => running.ask('GET', ''));
    } catch (error) {
      await running.stop();
      throw error;
    }
    return running;
  }

  /** Address of a user's server, for a {@link Lab}; a user's cookies are all it needs. */
  serverOf(user: string): { readonly url: string; readonly token: string } {
    return { url: `${this.url}user/${user}/`, token: '' };
  }

  /** Return a new tab of a new browser, in which a user has logged in. */
  async openBrowser(
    browser: Browser,
    user: string,
    frontEnd: FrontEndName = 'JupyterLab'
  ): Promise<Lab> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const FrontEnd = FRONT_ENDS[frontEnd];
    const lab = new FrontEnd(await context.newPage(), this.serverOf(user), `of-${user}`);
    await this.logIn(lab.page, user);
    return lab;
  }

  /** Log in at the Hub's own page. */
  async logIn(page: Page, user: string): Promise<void> {
    // Not to the user's server, which would load JupyterLab.
    await page.goto(`${this.url}hub/login?next=%2Fhub%2Fhome`);
    await page.getByLabel('Username').fill(user);
    await page.getByLabel('Password').fill('any');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${this.url}hub/home`);
  }

  async startServer(user: string): Promise<void> {
    await this.ask('POST', `users/${user}/server`);
    await this.until(async () => {
      const { servers } = (await (await this.ask('GET', `users/${user}`)).json()) as IUserModel;
      return { ok: servers['']?.ready === true };
    });
  }

  async stopServer(user: string): Promise<void> {
    await this.ask('DELETE', `users/${user}/server`);
    await this.until(async () => {
      const { servers } = (await (await this.ask('GET', `users/${user}`)).json()) as IUserModel;
      return { ok: servers[''] === undefined };
    });
  }

  async addUser(user: string): Promise<void> {
    await this.ask('POST', `users/${user}`);
  }

  /** Write a notebook into a user's home. */
  async write(user: string, name: string, cells: readonly string[]): Promise<string> {
    await writeFile(this.path(user, name), notebookText(cells, 'python3'));
    return name;
  }

  path(user: string, name: string): string {
    return join(this.folder, user, name);
  }

  log(): Promise<string> {
    return readFile(join(this.folder, 'hub.log'), 'utf8');
  }

  async stop(): Promise<void> {
    for (const child of this.processes) {
      const { pid, exitCode } = child;
      if (pid !== undefined && exitCode === null) {
        const ended = new Promise(resolve => child.once('exit', resolve));
        process.kill(-pid, 'SIGKILL');
        await ended;
      }
    }
  }

  private ask(method: string, path: string): Promise<Response> {
    const headers = { Authorization: `token ${this.key}` };
    return fetch(`${this.url}hub/api/${path}`, { method, headers });
  }

  private async until(step: () => Promise<{ ok: boolean }>): Promise<void> {
    const reached = expect.poll(async () => (await step().catch(() => null))?.ok ?? false, START);
    await reached.toBe(true).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${await this.log()}`);
    });
  }
}

/** A Hub whose users' servers have a registration with {@link REDIRECT}. */
export async function whileHubRuns(
  azure: LocalAzure,
  use: (hub: Hub) => Promise<void>
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hub-'));
  const traits = (url: string): Record<string, object> => ({
    AzureAuth: { client_id: azure.clientId, redirect_uri: `${url.slice(0, -1)}${REDIRECT}` }
  });
  const hub = await Hub.start(folder, traits, await plainEnvironment(azure));
  await use(hub);
  await hub.stop();
  // Kernels have process groups of their own. Each ends when it notices, up to a second later, that
  // its server has ended, and may write into its user's home until then.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

interface IUserModel {
  readonly servers: Readonly<Record<string, { readonly ready: boolean }>>;
}
