import { test as base } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalAzure } from '../azure/local-azure.mjs';
import { Jupyter } from './jupyter';
import type { IUser, Lab } from './lab';
import { FRONT_ENDS, type FrontEndName } from './front-ends';

export type LocalAzure = Awaited<ReturnType<typeof startLocalAzure>>;

interface IWorkerFixtures {
  /** Azure's cloud, for all tests of a worker. */
  azure: LocalAzure;
  jupyter: Jupyter;
}

interface ITestFixtures {
  /** What `lab` is: `test.use({ frontEnd })`. */
  frontEnd: FrontEndName;
  /** The front end in a tab. */
  lab: Lab;
  alice: IUser;
  /** Change how the authority behaves until the end of the test. */
  configure: (settings: object) => Promise<void>;
}

/** Playwright's `test`, with everything the product needs. */
export const test = base.extend<ITestFixtures, IWorkerFixtures>({
  azure: [({}, use) => whileAzureRuns(use), { scope: 'worker' }],

  jupyter: [
    ({ azure }, use) => whileJupyterRuns(azure, use),
    { scope: 'worker', timeout: 180_000 }
  ],

  frontEnd: ['JupyterLab', { option: true }],

  lab: async ({ page, jupyter, frontEnd }, use, info) => {
    await jupyter.beginTest(info.testId);
    await use(new FRONT_ENDS[frontEnd](page, jupyter, info.testId));
    await jupyter.endKernels();
  },

  alice: async ({ azure }, use) => {
    await use(userOf(azure, 'alice'));
  },

  configure: async ({ azure }, use) => {
    const post = async (settings: object): Promise<void> => {
      const body = JSON.stringify(settings);
      const headers = { 'Content-Type': 'application/json' };
      await fetch(`${azure.controlUrl}/settings`, { method: 'POST', headers, body });
    };
    await use(post);
    await post({ reset: true });
  }
});

export { expect } from '@playwright/test';

/** @param redirectPaths - Of the registered app; absent: that of a server at the root. */
export async function whileAzureRuns(
  use: (azure: LocalAzure) => Promise<void>,
  redirectPaths?: readonly string[]
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'local-azure-'));
  const azure = await startLocalAzure({ folder, ...(redirectPaths && { redirectPaths }) });
  await use(azure);
  await azure.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/**
 * @param prepare - Called with the server's folder before it starts.
 * @param traits - What the administrator configures besides, by class.
 */
export async function whileJupyterRuns(
  azure: LocalAzure,
  use: (jupyter: Jupyter) => Promise<void>,
  prepare?: (folder: string) => Promise<void>,
  traits: Record<string, object> = {}
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
  await prepare?.(folder);
  const all = { ...traitsFor(azure), ...traits };
  const jupyter = await Jupyter.start(folder, all, await environmentFor(azure));
  await use(jupyter);
  await jupyter.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

export function userOf(azure: LocalAzure, key: string): IUser {
  const user = azure.users.find(one => one.key === key);
  if (user === undefined) {
    throw new Error(`The local Azure has no user ${key}.`);
  }
  return user;
}

/** What an administrator would write into `jupyter_server_config.py`. */
export function traitsFor(azure: LocalAzure): Record<string, object> {
  const { clientId, authority, authorityMetadata } = azure;
  return {
    AzureAuth: { client_id: clientId, authority, authority_metadata: authorityMetadata }
  };
}

/** For kernels: the storage's address, and its trusted certificate. */
export async function environmentFor(azure: LocalAzure): Promise<Record<string, string>> {
  const { accountUrl, caFile } = azure.storage;
  return {
    STORAGE_ACCOUNT_URL: accountUrl,
    SSL_CERT_FILE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    // No probe of a test leaves this machine.
    AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9',
    // Tests must not use a developer's own sign-ins or keychain.
    AZURE_CONFIG_DIR: '/nowhere',
    PYTHON_KEYRING_BACKEND: 'keyring.backends.fail.Keyring'
  };
}
