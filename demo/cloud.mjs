/** The Azure of the demo: a local one, or the real one. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../setup/command.mjs';
import { program } from '../setup/project.mjs';

/** In seconds; short, so that a loop of two minutes runs longer than its token lives. */
const TOKEN_LIFE = 60;

/**
 * @typedef {object} Cloud
 * @property {object} traits - The settings of an administrator, `c.AzureAuth`.
 * @property {Record<string, string>} environment - For the server and its kernels.
 * @property {string} hint - One sentence for the user of the demo.
 * @property {() => Promise<void>} stop
 */

/**
 * @param {NonNullable<import('./options.mjs').Options['azure']>} traits
 * @returns {Cloud}
 */
export function realCloud(traits) {
  return {
    traits,
    environment: {},
    hint: 'This is the real Azure. Enter the address of your storage account in the notebook.',
    stop: async () => {}
  };
}

/**
 * @param {string} folder - For its certificate, its blobs, and the list of authorities to trust.
 * @returns {Promise<Cloud>}
 */
export async function localCloud(folder) {
  const { startLocalAzure } = await importLocalAzure();
  const azure = await startLocalAzure({ folder: join(folder, 'azure') });
  try {
    await shortenTokens(azure.controlUrl);
    const trusted = await trust(folder, azure.storage.caFile);
    return {
      traits: {
        // The server's sign-in methods need the real authority.
        sources: ['popup'],
        client_id: azure.clientId,
        authority: azure.authority,
        authority_metadata: azure.authorityMetadata
      },
      environment: {
        // The user's own Azure CLI does not know the local Azure.
        AZURE_CONFIG_DIR: '/nowhere',
        STORAGE_ACCOUNT_URL: azure.storage.accountUrl,
        SSL_CERT_FILE: trusted,
        REQUESTS_CA_BUNDLE: trusted
      },
      hint: howToSignIn(azure.users[0]),
      stop: azure.stop
    };
  } catch (error) {
    await azure.stop();
    throw error;
  }
}

/**
 * Its packages are installed only by the setup. One of them warns about every Node.js that is not
 * the newest, although it works with everything that this project does.
 */
async function importLocalAzure() {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await import('../test/azure/local-azure.mjs');
  } finally {
    console.warn = warn;
  }
}

/** @param {{username: string, password: string} | undefined} user */
function howToSignIn(user) {
  return user === undefined
    ? 'The local Azure has no users.'
    : `To sign in to the local Azure, use ${user.username} and the password ${user.password}`;
}

/** @param {string} controlUrl */
async function shortenTokens(controlUrl) {
  const answer = await fetch(`${controlUrl}/settings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ accessTokenSeconds: TOKEN_LIFE })
  });
  if (!answer.ok) {
    throw new Error(`The local Azure refused its settings: ${answer.status}`);
  }
}

/**
 * Writes a list of authorities with which kernels trust the local storage in addition to all others.
 *
 * @param {string} folder
 * @param {string} caFile
 * @returns {Promise<string>}
 */
async function trust(folder, caFile) {
  const code = 'import certifi; print(certifi.contents())';
  const world = await mustRun('certifi', program('python'), ['-c', code]);
  const file = join(folder, 'trusted.pem');
  await writeFile(file, `${world}\n${await readFile(caFile, 'utf8')}`);
  return file;
}
