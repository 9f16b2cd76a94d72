/** The Azure of the demo: a local one, or the real one. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../setup/command.mjs';
import { program } from '../setup/project.mjs';

/** Short, so that a loop of two minutes outlives its token. In seconds. */
const TOKEN_LIFE = 60;

/**
 * @typedef {object} Cloud
 * @property {object} traits - What an administrator would configure as `c.AzureAuth`.
 * @property {Record<string, string>} environment - For the server and its kernels.
 * @property {string} hint - One sentence for who starts the demo.
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
    hint: 'This is the real Azure: put the address of a storage account of yours into the notebook.',
    stop: async () => {}
  };
}

/**
 * @param {string} folder - For its certificate, its blobs, and the list of authorities to trust.
 * @returns {Promise<Cloud>}
 */
export async function localCloud(folder) {
  // Its packages are there only after the set-up.
  const { startLocalAzure } = await import('../test/azure/local-azure.mjs');
  const azure = await startLocalAzure({ folder: join(folder, 'azure') });
  try {
    await shortenTokens(azure.controlUrl);
    const trusted = await trust(folder, azure.storage.caFile);
    return {
      traits: {
        client_id: azure.clientId,
        authority: azure.authority,
        authority_metadata: azure.authorityMetadata
      },
      environment: {
        // Of a local Azure the CLI of whoever runs it knows nothing.
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

/** @param {{username: string, password: string} | undefined} user */
function howToSignIn(user) {
  return user === undefined
    ? 'The local Azure has no users.'
    : `In the local Azure you are ${user.username}, and the password is ${user.password}`;
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
 * Kernels shall trust the local storage beside, not instead of, the rest of the world.
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
