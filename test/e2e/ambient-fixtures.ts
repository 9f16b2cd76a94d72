import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Place, set, startHosts } from '../azure/machine/hosts.mjs';
import { USER_ASSIGNED } from '../azure/machine/identities.mjs';
import { serviceAccountToken } from '../azure/machine/service-account.mjs';
import { ARC_KEYS } from '../azure/machine/endpoint-protocols.mjs';
import { contoso } from '../azure/users.mjs';
import { Jupyter } from './jupyter';
import { Lab } from './lab';
import type { PrivateFolders } from './private-files';
import { test as base, environmentFor, type LocalAzure, traitsFor } from './fixtures';

export type Hosts = Awaited<ReturnType<typeof startHosts>>;

/** The host that a server runs on, as the real one would be. */
export interface IMachine {
  /** Host that sets the variables; `aks`: those of a pod's webhook. */
  readonly place: Place | 'aks';
  /** Variables in place of those, or in addition; null: not set. */
  readonly variables?: Readonly<Record<string, string | null>>;
  /** Whether the file of a compute instance's image exists. */
  readonly mark?: boolean;
}

interface IFixtures {
  hosts: Hosts;
  /** Change how the hosts answer, until the end of the test. */
  answer: (settings: Parameters<typeof set>[1]) => void;
  /** Start a server on such a machine. */
  on: (machine: IMachine) => Promise<{ jupyter: Jupyter; lab: Lab }>;
}

/** Fixtures with a server that runs on a machine with an identity. */
export const test = base.extend<IFixtures>({
  hosts: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'machine-'));
    const hosts = await startHosts({ keyFolder: join(folder, 'keys') });
    await mkdir(hosts.shared.keyFolder);
    await use(hosts);
    await hosts.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  },

  answer: async ({ hosts }, use) => {
    await use(settings => set(hosts.shared, settings));
  },

  on: async ({ azure, hosts, page }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
    const started: Jupyter[] = [];
    await use(async machine => {
      const environment = {
        ...(await environmentFor(azure)),
        ...(await variablesOf(machine, azure, hosts, folder))
      };
      const folders = await foldersOf(machine, hosts, folder);
      const jupyter = await Jupyter.start(folder, traitsFor(azure), environment, '/', folders);
      started.push(jupyter);
      await jupyter.beginTest(info.testId);
      return { jupyter, lab: new Lab(page, jupyter, info.testId) };
    });
    await Promise.all(started.map(jupyter => jupyter.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});

export { expect } from './fixtures';

async function variablesOf(
  { place, variables = {} }: IMachine,
  azure: LocalAzure,
  hosts: Hosts,
  folder: string
): Promise<Record<string, string>> {
  const own = place === 'aks' ? await podVariables(azure, folder) : hosts.environments[place];
  const all = Object.entries({ ...own, ...variables });
  return Object.fromEntries(
    all.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
  );
}

/**
 * What the webhook of a cluster sets; a pod of this test cannot reach anything outside this
 * machine.
 */
async function podVariables(
  { realHost }: LocalAzure,
  folder: string
): Promise<Record<string, string>> {
  const tokenFile = join(folder, 'service-account-token');
  await writeFile(tokenFile, serviceAccountToken());
  return {
    AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
    AZURE_TENANT_ID: contoso.id,
    AZURE_CLIENT_ID: USER_ASSIGNED.clientId,
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    HTTPS_PROXY: realHost.proxyUrl,
    NO_PROXY: 'localhost,127.0.0.1',
    REQUESTS_CA_BUNDLE: realHost.caFile,
    SSL_CERT_FILE: realHost.caFile
  };
}

async function foldersOf(
  { place, mark = false }: IMachine,
  hosts: Hosts,
  folder: string
): Promise<PrivateFolders> {
  if (place === 'arc') {
    return { [ARC_KEYS]: hosts.shared.keyFolder };
  }
  if (!mark) {
    return {};
  }
  const marked = join(folder, 'azmnt');
  await mkdir(marked);
  await writeFile(
    join(marked, '.nbvm'),
    'instance=lab-1\ndomainsuffix=westeurope.instances.azureml.ms\n'
  );
  return { '/mnt/azmnt': marked };
}
