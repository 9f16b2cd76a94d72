import type { LaunchOptions } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jupyter } from './jupyter';
import { environmentFor, expect, type LocalAzure, test as base } from './fixtures';

interface IWorkerFixtures {
  launchOptions: LaunchOptions;
  jupyter: Jupyter;
}

interface ITestFixtures {
  /** When a test ends, no account is signed in any more, and no request has left this machine. */
  leftClean: void;
}

/**
 * Fixtures without any configuration of the product: only proxy, resolver rules and certificate
 * make the local authority stand for the real host.
 */
export const test = base.extend<ITestFixtures, IWorkerFixtures>({
  ignoreHTTPSErrors: true,

  launchOptions: [
    ({ launchOptions, azure }, use) => use(resolvingTo(azure, launchOptions)),
    { scope: 'worker' }
  ],

  jupyter: [
    ({ azure }, use) => whilePlainJupyterRuns(azure, '/', use),
    { scope: 'worker', timeout: 180_000 }
  ],

  leftClean: [
    async ({ azure, jupyter }, use) => {
      await use();
      await signOut(jupyter);
      expect(azure.realHost.refused()).toEqual([]);
    },
    { auto: true }
  ]
});

export { expect } from '@playwright/test';

/**
 * @param baseUrl - Path below which the server serves everything.
 * @param traits - What the administrator configures, by class.
 */
export async function whilePlainJupyterRuns(
  azure: LocalAzure,
  baseUrl: string,
  use: (jupyter: Jupyter) => Promise<void>,
  traits: Record<string, object> = {}
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
  const jupyter = await Jupyter.start(folder, traits, await plainEnvironment(azure), baseUrl);
  await use(jupyter);
  await jupyter.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** The server and its kernels reach the authority, the storage, themselves, and nothing else. */
export async function plainEnvironment(azure: LocalAzure): Promise<Record<string, string>> {
  const { proxyUrl, caFile } = azure.realHost;
  const proxies = { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl, NO_PROXY: 'localhost,127.0.0.1' };
  // If both are set, Python uses the lower-case ones.
  const small = Object.entries(proxies).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...(await environmentFor(azure)),
    ...proxies,
    ...Object.fromEntries(small),
    REQUESTS_CA_BUNDLE: caFile,
    SSL_CERT_FILE: caFile
  };
}

/** Let the browser find the local authority, and nothing outside this machine. */
function resolvingTo({ realHost }: LocalAzure, options: LaunchOptions): LaunchOptions {
  const rules = [
    `MAP login.microsoftonline.com:443 127.0.0.1:${realHost.tlsPort}`,
    `MAP management.azure.com:443 127.0.0.1:${realHost.tlsPort}`,
    'MAP * ~NOTFOUND',
    'EXCLUDE localhost',
    'EXCLUDE 127.0.0.1'
  ];
  return {
    ...options,
    args: [...(options.args ?? []), `--host-resolver-rules=${rules.join(', ')}`]
  };
}

async function signOut({ url, token }: Jupyter): Promise<void> {
  const answer = await fetch(`${url}azure-auth/sign-out`, {
    method: 'POST',
    headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
    body: '{}'
  });
  expect(answer.status).toBe(200);
}
