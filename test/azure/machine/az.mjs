/**
 * The Azure CLI as credentials run it: `az account get-access-token --output json --resource …`, and
 * `az account show --output json`. The account is the one in `azureProfile.json`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { users } from '../users.mjs';
import { tokenOfUser } from './identities.mjs';

const LIFE = 3600;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string' },
    resource: { type: 'string' },
    scope: { type: 'string' },
    tenant: { type: 'string' }
  }
});
const folder = process.env['AZURE_CONFIG_DIR'] ?? '';
const profile = readProfile();
const [subscription] = profile.subscriptions;
const { user: signedIn, tenantId } = subscription ?? {};
const user = users.find(({ username }) => username === signedIn?.name);
if (positionals.join(' ') === 'account show' && user !== undefined) {
  console.log(JSON.stringify({ environmentName: 'AzureCloud', ...subscription }, null, 2));
  process.exit(0);
}
if (positionals.join(' ') !== 'account get-access-token' || user === undefined) {
  console.error("ERROR: Please run 'az login' to setup account.");
  process.exit(1);
}
const ends = new Date(Date.now() + LIFE * 1000);
const told = {
  accessToken: tokenOfUser(user, values.resource ?? '', LIFE),
  expiresAt: ends.toISOString().replace('T', ' ').replace('Z', '000'),
  expires_on: Math.floor(ends.getTime() / 1000),
  subscription: '50b50000-1111-4222-8333-000000000001',
  tenant: tenantId,
  tokenType: 'Bearer'
};
console.log(JSON.stringify(told, null, 2));

/** @returns {{subscriptions: {user: {name: string}, tenantId: string}[]}} */
function readProfile() {
  try {
    const text = readFileSync(join(folder, 'azureProfile.json'), 'utf8');
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { subscriptions: [] };
  }
}
