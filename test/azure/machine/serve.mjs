/**
 * Runs the hosts of machine identities as a process: `node test/azure/machine/serve.mjs FOLDER`. Prints one line of
 * JSON when all is ready, and runs until its standard input ends.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { startAuthority } from '../authority.mjs';
import { makeCertificate } from '../certificate.mjs';
import { listen } from '../listen.mjs';
import { contoso } from '../users.mjs';
import { startHosts } from './hosts.mjs';
import { SYSTEM_ASSIGNED, USER_ASSIGNED } from './identities.mjs';
import { serviceAccountToken } from './service-account.mjs';

const [folder = '.'] = process.argv.slice(2);
const hosts = await startHosts({ keyFolder: join(folder, 'arc') });
const pods = await startPods();
process.stdin.once('close', () => process.exit(0)).resume();
console.log(
  JSON.stringify({
    origin: hosts.origin,
    environments: { ...hosts.environments, aks: pods },
    serviceAccounts: {
      ended: serviceAccountToken({ seconds: -1 }),
      unknown: serviceAccountToken({ subject: 'system:serviceaccount:lab:other' })
    },
    systemAssigned: SYSTEM_ASSIGNED,
    userAssigned: USER_ASSIGNED
  })
);

/** @returns {Promise<Record<string, string>>} What the webhook of a cluster sets in its pods. */
async function startPods() {
  const { certFile, keyFile } = await makeCertificate(folder, 'pods', ['127.0.0.1']);
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  const front = await listen('127.0.0.1', 0, createServer({ cert, key }));
  const origin = `https://127.0.0.1:${front.port}`;
  const { listenerAs } = await startAuthority({ port: 0, redirectPaths: [] });
  front.serve(listenerAs(origin));
  const tokenFile = join(folder, 'service-account-token');
  await writeFile(tokenFile, serviceAccountToken());
  return {
    AZURE_AUTHORITY_HOST: `${origin}/`,
    AZURE_TENANT_ID: contoso.id,
    AZURE_CLIENT_ID: USER_ASSIGNED.clientId,
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    REQUESTS_CA_BUNDLE: certFile
  };
}
