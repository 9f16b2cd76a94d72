import { nullTranslator } from '@jupyterlab/translation';
import { panelViewModel, shownState } from '../../../src/panel/view-model';
import type { IWaitingRequest } from '../../../src/kernels/kernel-requests';
import type { AzureAuthState } from '../../../src/tokens';
import { ALICE, BOBS, MANAGEMENT, STORAGE, aRequest, aMethod } from './fixtures';

const METHODS = [aMethod()];
const CELL = aRequest();
const CONSENT = aRequest({ question: 'consent', request: { scopes: MANAGEMENT } });
const SHARE = aRequest({ question: 'share' });
const CONTINUE = ['Continue signing in', STORAGE] as const;
const OUT: AzureAuthState = {
  kind: 'needs-attention',
  problem: { code: 'popup_closed', detail: null, request: null },
  signedIn: null
};
const IN: AzureAuthState = {
  kind: 'needs-attention',
  problem: { code: 'consent_required', detail: 'AADSTS65001', request: { scopes: MANAGEMENT } },
  signedIn: ALICE
};

describe('panelViewModel', () => {
  it.each<[AzureAuthState, IWaitingRequest | null, string, readonly string[] | null]>([
    [{ kind: 'starting' }, CELL, '-', null],
    [{ kind: 'not-configured' }, CELL, '-', null],
    [{ kind: 'signed-out' }, null, 'Sign in', null],
    [{ kind: 'signed-out' }, CELL, 'Sign in', STORAGE],
    [{ kind: 'signed-out' }, SHARE, 'Sign in', STORAGE],
    [{ kind: 'signing-out' }, null, 'Sign in', null],
    [{ kind: 'signing-out' }, CELL, 'Sign in', STORAGE],
    [{ kind: 'signing-in', method: 'popup', deviceCode: null }, CELL, 'Cancel', null],
    [ALICE, null, '-', null],
    [ALICE, CELL, ...CONTINUE],
    [ALICE, CONSENT, 'Continue signing in', MANAGEMENT],
    [ALICE, SHARE, '-', null],
    [ALICE, aRequest({ question: 'prompt' }), 'Sign in', STORAGE],
    [{ kind: 'signed-out' }, BOBS, 'Sign in', STORAGE],
    [ALICE, BOBS, 'Sign in as someone else', STORAGE],
    [ALICE, { ...BOBS, request: { scopes: STORAGE, account: 'ALICE@contoso.com' } }, ...CONTINUE],
    [OUT, null, 'Sign in', null],
    [OUT, CELL, 'Sign in', STORAGE],
    [IN, null, 'Continue signing in', MANAGEMENT],
    [IN, CELL, 'Continue signing in', STORAGE]
  ])('of %j and %j offers %s for %j', (state, prompt, label, scopes) => {
    const { main } = panelViewModel(state, METHODS, prompt, nullTranslator.load(''));
    expect([main?.label ?? '-', main?.request?.scopes ?? null]).toEqual([label, scopes]);
  });

  it.each<[AzureAuthState, string, string]>([
    [{ kind: 'signed-out' }, 'Sign in with a code', 'You can sign in with a code instead.'],
    [OUT, 'Sign in with a code', 'Sign in again.'],
    [IN, 'Continue signing in', 'Click Continue signing in']
  ])('names the method if only a code is left: %j', (state, label, sentence) => {
    const methods = [
      aMethod({ name: 'device-code' }),
      aMethod({ name: 'loopback', obstacle: 'not_local' })
    ];
    const model = panelViewModel(state, methods, null, nullTranslator.load(''));
    expect(model.main).toMatchObject({ label });
    expect(model.sentence).toContain(sentence);
  });

  it('does not suggest a code if there is a better method', () => {
    const methods = [aMethod({ name: 'loopback' }), aMethod({ name: 'device-code' })];
    const model = panelViewModel({ kind: 'signed-out' }, methods, null, nullTranslator.load(''));
    expect(model.main).toMatchObject({ label: 'Sign in' });
  });

  it('says what happens next, and what went wrong', () => {
    const trans = nullTranslator.load('');
    expect(panelViewModel({ kind: 'signed-out' }, METHODS, CELL, trans).sentence).toBe(
      'Sign in to continue. The cell resumes automatically.'
    );
    expect(panelViewModel(IN, METHODS, null, trans)).toMatchObject({
      problem: 'Allow this app to use Resource Manager for you (AADSTS65001).',
      signedIn: ALICE
    });
  });
});

describe('shownState', () => {
  const ENDED: AzureAuthState = {
    kind: 'needs-attention',
    problem: { code: 'sign_in_ended', detail: null, request: { scopes: MANAGEMENT } },
    signedIn: null
  };
  const REFUSED: AzureAuthState = { ...ENDED, problem: { ...ENDED.problem, code: 'refused' } };
  const inTenant = aRequest({ request: { scopes: MANAGEMENT, tenantId: 'fabrikam.com' } });

  it.each<[string, AzureAuthState, IWaitingRequest | null, AzureAuthState]>([
    ['a problem alone', IN, null, IN],
    ['it above its own question', IN, CONSENT, IN],
    ['the question of another request instead', IN, CELL, ALICE],
    ['the question of another tenant instead', IN, inTenant, ALICE],
    ['that no user is signed in', REFUSED, CELL, { kind: 'signed-out' }],
    ['a sign-in that has ended above any question', ENDED, CELL, ENDED],
    ['what is no problem', ALICE, CELL, ALICE]
  ])('shows %s', (_, state, prompt, shown) => {
    expect(shownState(state, prompt)).toEqual(shown);
  });
});
