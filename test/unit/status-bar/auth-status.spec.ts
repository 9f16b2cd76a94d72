import { nullTranslator } from '@jupyterlab/translation';
import { authStatus } from '../../../src/status-bar/auth-status';
import type { AzureAuthState } from '../../../src/tokens';
import { ALICE, MACHINE } from '../panel/fixtures';

const PROBLEM = { code: 'network', detail: null, request: null } as const;
const SIGNING_IN = { kind: 'signing-in', method: 'popup', deviceCode: null } as const;
const CELL = { kernelId: 'k', question: 'sign-in' } as const;
const PROCESS = { kernelId: '', question: 'sign-in' } as const;
const OFFER = { kernelId: '', question: 'offer' } as const;
const trans = nullTranslator.load('');

it.each<[AzureAuthState, Parameters<typeof authStatus>[1], string, string, boolean]>([
  [{ kind: 'starting' }, [], '○ Sign in to Azure', 'Sign in to Azure', false],
  [{ kind: 'signed-out' }, [], '○ Sign in to Azure', 'Sign in to Azure', false],
  [{ kind: 'searching' }, [], '○ Sign in to Azure', 'Sign in to Azure', false],
  [{ kind: 'not-configured' }, [], '○ Set up Azure sign-in', 'Set up Azure sign-in', false],
  [SIGNING_IN, [], '○ Signing in to Azure…', 'Signing in to Azure…', false],
  [SIGNING_IN, [CELL], '○ Signing in to Azure…', 'Signing in to Azure…', false],
  [{ kind: 'signing-out' }, [], '○ Signing out of Azure…', 'Signing out of Azure…', false],
  [ALICE, [], '◉ alice@contoso.com', 'Azure account: alice@contoso.com', false],
  [MACHINE, [], '◉ Compute instance ci-1', 'Azure account: Compute instance ci-1', false],
  [{ kind: 'signed-out' }, [CELL], '⚠ 1 waiting', 'Azure: 1 cell is waiting', true],
  [ALICE, [CELL, CELL], '⚠ 2 waiting', 'Azure: 2 cells are waiting', true],
  [{ kind: 'signed-out' }, [PROCESS], '⚠ 1 waiting', 'Azure: 1 request is waiting', true],
  [ALICE, [CELL, PROCESS], '⚠ 2 waiting', 'Azure: 2 requests are waiting', true],
  [{ kind: 'signed-out' }, [OFFER], '○ Sign in to Azure', 'Sign in to Azure', false],
  [
    { kind: 'needs-attention', problem: PROBLEM, signedIn: ALICE },
    ...([[], '⚠ alice@contoso.com', 'Azure needs your attention', true] as const)
  ],
  [
    { kind: 'needs-attention', problem: PROBLEM, signedIn: null },
    ...([[], '⚠ Azure', 'Azure needs your attention', true] as const)
  ]
])('says of %j, with %j: %s', (state, waiting, shown, name, needsUser) => {
  const status = authStatus(state, waiting, trans);
  expect(`${status.mark} ${status.text}`).toBe(shown);
  expect(status).toMatchObject({ name, needsUser });
});
