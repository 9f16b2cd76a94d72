/**
 * Facts that have one definition. `npm run check` fails at a second one: a pattern is found in a file
 * of the product that does not own the fact.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../setup/project.mjs';

/**
 * @typedef {object} Fact
 * @property {string} name - What a second definition would be.
 * @property {readonly string[]} owners - The file that defines it, those made from that, and those
 *   that `exceptions` explains.
 * @property {RegExp} pattern - What only a definition contains.
 * @property {string} example - A second definition, to show that it is found.
 */

/** @type {readonly Fact[]} */
export const FACTS = [
  {
    name: 'the syntax of tenants, scopes and names (`jupyter_azure_auth/validation.json`)',
    owners: ['jupyter_azure_auth/validation.json', 'src/auth/validation-rules.ts'],
    pattern: /\{4\}\)\{3\}|\{0,61\}|\[!-~\]|["']organizations["'],\s*["']consumers["']/,
    example: 'const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;'
  },
  {
    name: 'a login host or another host of a cloud (`jupyter_azure_auth/clouds.json`)',
    owners: ['jupyter_azure_auth/clouds.json', 'src/auth/clouds.ts'],
    pattern: /microsoftonline\.|\b(chinacloudapi|core\.windows)\./,
    example: "new Map([['AzureCloud', 'login.microsoftonline.com']])"
  },
  {
    name: 'Resource Manager of US Government (`jupyter_azure_auth/clouds.json`)',
    owners: ['jupyter_azure_auth/clouds.json', 'src/auth/clouds.ts'],
    pattern: /\busgovcloudapi\./,
    example: '"AzureUSGovernment": "https://management.usgovcloudapi.net"'
  },
  {
    // Texts may show a scope of Storage as an example.
    name: 'an audience (`jupyter_azure_auth/clouds.json`)',
    owners: [
      'jupyter_azure_auth/clouds.json',
      'src/auth/clouds.ts',
      'src/auth/validation-rules.ts'
    ],
    pattern:
      /["'`]https:\/\/(management\.azure|vault\.azure|database\.windows|graph\.(microsoft|windows)|ml\.azure|cognitiveservices)\./,
    example: 'ARM = "https://management.azure.com/.default"'
  },
  {
    name: 'the text of an error code (`catalog/errors.json`)',
    owners: [
      'jupyter_azure_auth/_error_catalog.py',
      'src/auth/problem-texts.ts',
      'src/kernels/cell-texts.ts'
    ],
    pattern: new RegExp(
      `["']?\\b(${shownCodes().join('|')})\\b["']?: *(?:[\\w(), .=>]*[[(] *)?(?:\\w+\\.__\\()?["'\`][A-Z][a-z]+ `
    ),
    example: '    "wrong_tenant": ("The token is of another tenant.", "Ask for another."),'
  },
  {
    name: 'what a refusal by the user or the administrator means (`catalog/errors.json`)',
    owners: ['jupyter_azure_auth/_error_catalog.py', 'src/server-api/server-codes.ts'],
    pattern: /["'](access_revoked|kernel_access_denied)["'],\s*["']/,
    example: 'DECIDED = frozenset({"access_revoked", "kernel_access_denied"})'
  },
  {
    name: 'the meaning of an Entra number (`catalog/aadsts-numbers.json`)',
    owners: ['jupyter_azure_auth/_entra.py', 'src/auth/entra.ts'],
    // 54005 means nothing to users: a code was redeemed by an answer that was lost.
    pattern: /["'/]AADSTS(?!54005)\d/,
    example: `errors.set(${"'AADSTS"}50020', 'wrong_tenant');`
  },
  {
    name: 'the policy of renewal (`_lifetime.py`, `src/auth/token-lifetime.ts`)',
    owners: ['jupyter_azure_auth/_lifetime.py', 'src/auth/token-lifetime.ts'],
    pattern:
      /\bREFRESH_\w+(: \w+)? = |\b300_000\b|\b5 \* 60\b|[*] 0\.8\b|\b[Rr]efresh\w*\W+(\w+\W+)?300\b/,
    example: 'if (expiresOn - now < 300_000) { renew(); }'
  },
  {
    name: 'a way to hide a secret in `repr` (`_redacted.py`)',
    owners: ['jupyter_azure_auth/_redacted.py'],
    pattern: /def (_repr_pretty_|__reduce_ex__)\(|["'][^"']*\b([Hh]idden|[Rr]edacted)>["']/,
    example: '        return "<Token, redacted>"'
  },
  {
    name: 'a way to the keychain (`server/persistence/keychain.py`)',
    owners: [
      'jupyter_azure_auth/server/persistence/keychain.py',
      // Not a way to it, but what pip and uv take for one.
      'jupyter_azure_auth/keyring_backend.py'
    ],
    pattern: /\b(import keyring|from keyring|get_keyring\(|secretstorage|SecItemAdd|CredWrite)\b/,
    example: 'import keyring'
  },
  {
    name: 'a token request (`_models.py`)',
    owners: ['jupyter_azure_auth/_models.py'],
    pattern: /^class \w*TokenRequest\b/m,
    example: 'class AmbientTokenRequest:'
  },
  {
    // A kernel's token has no account if it is a machine's.
    name: 'an access token (`_models.py`, `kernel/protocol.py`)',
    owners: ['jupyter_azure_auth/_models.py', 'jupyter_azure_auth/kernel/protocol.py'],
    pattern: /^ +token: str = field\(/m,
    example: '    token: str = field(repr=False)'
  },
  {
    // The names of attributes must be free to change, so messages name their fields themselves.
    name: 'a message made of attributes: write `to_wire`',
    owners: [],
    pattern: /\b(vars|_?asdict)\((?!kind\)|state\["settings"\])/,
    example: 'json.dumps(asdict(self))'
  }
];

/** The product's code, and the tables that it reads. */
const PRODUCT = /^(src|jupyter_azure_auth)\/.*\.(ts|tsx|py|json)$/;

/**
 * @param {string} path - Below the root.
 * @param {string} text - Of the file.
 * @returns {string[]} A sentence for each fact that the file defines and does not own.
 */
export function secondDefinitions(path, text) {
  return PRODUCT.test(path)
    ? FACTS.filter(({ owners, pattern }) => !owners.includes(path) && pattern.test(text)).map(
        ({ name }) => `${path} holds a second definition: ${name}.`
      )
    : [];
}

/** Codes with a text for users, in cells or in the panel. */
function shownCodes() {
  const { codes } = JSON.parse(readFileSync(join(ROOT, 'catalog', 'errors.json'), 'utf8'));
  return Object.entries(codes)
    .filter(([, surfaces]) => 'cell' in surfaces || 'panel' in surfaces)
    .map(([code]) => code);
}
