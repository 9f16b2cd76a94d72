import { nullTranslator } from '@jupyterlab/translation';
import { authStatus } from '../../../src/panel/auth-status';
import type { AzureAuthState } from '../../../src/tokens';
import { ALICE, MACHINE } from './fixtures';

const PROBLEM = { code: 'network', detail: null, request: null } as const;
const SIGNING_IN = { kind: 'signing-in', method: 'popup', deviceCode: null } as const;
const trans = nullTranslator.load('');

it.each<[AzureAuthState, number, string, string, boolean]>([
  [{ kind: 'starting' }, 0, '○ Sign in to Azure', 'Sign in to Azure', false],
  [{ kind: 'signed-out' }, 0, '○ Sign in to Azure', 'Sign in to Azure', false],
  [{ kind: 'searching' }, 0, '○ Sign in to Azure', 'Sign in to Azure', false],
  [{ kind: 'not-configured' }, 0, '○ Set up Azure sign-in', 'Set up Azure sign-in', false],
  [SIGNING_IN, 0, '○ Signing in to Azure…', 'Signing in to Azure…', false],
  [SIGNING_IN, 1, '○ Signing in to Azure…', 'Signing in to Azure…', false],
  [{ kind: 'signing-out' }, 0, '○ Signing out of Azure…', 'Signing out of Azure…', false],
  [ALICE, 0, '◉ alice@contoso.com', 'Azure account: alice@contoso.com', false],
  [MACHINE, 0, '◉ Compute instance ci-1', 'Azure account: Compute instance ci-1', false],
  [{ kind: 'signed-out' }, 1, '⚠ 1 waiting', 'Azure: 1 cell is waiting', true],
  [ALICE, 2, '⚠ 2 waiting', 'Azure: 2 cells are waiting', true],
  [
    { kind: 'needs-attention', problem: PROBLEM, signedIn: ALICE },
    ...([0, '⚠ alice@contoso.com', 'Azure needs your attention', true] as const)
  ],
  [
    { kind: 'needs-attention', problem: PROBLEM, signedIn: null },
    ...([0, '⚠ Azure', 'Azure needs your attention', true] as const)
  ]
])('says of %j, with %d waiting: %s', (state, waiting, shown, name, needsUser) => {
  const status = authStatus(state, waiting, trans);
  expect(`${status.mark} ${status.text}`).toBe(shown);
  expect(status).toMatchObject({ name, needsUser });
});
