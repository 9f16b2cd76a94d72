import { nullTranslator } from '@jupyterlab/translation';
import { planSession, shownState } from '../../../src/panel/session-plan';
import type { AzureSessionState, IWaitingRequest } from '../../../src/tokens';
import { ALICE, BOBS, MANAGEMENT, STORAGE, aRequest, aWay } from './fixtures';

const WAYS = [aWay()];
const CELL = aRequest();
const CONSENT = aRequest({ question: 'consent', need: { scopes: MANAGEMENT } });
const SHARE = aRequest({ question: 'share' });
const CONTINUE = ['Continue signing in', STORAGE] as const;
const OUT: AzureSessionState = {
  kind: 'needs-attention',
  problem: { code: 'popup_closed', detail: null, need: null },
  signedIn: null
};
const IN: AzureSessionState = {
  kind: 'needs-attention',
  problem: { code: 'consent_required', detail: 'AADSTS65001', need: { scopes: MANAGEMENT } },
  signedIn: ALICE
};

describe('planSession', () => {
  it.each<[AzureSessionState, IWaitingRequest | null, string, readonly string[] | null]>([
    [{ kind: 'starting' }, CELL, '-', null],
    [{ kind: 'not-configured' }, CELL, '-', null],
    [{ kind: 'signed-out' }, null, 'Sign in', null],
    [{ kind: 'signed-out' }, CELL, 'Sign in', STORAGE],
    [{ kind: 'signed-out' }, SHARE, 'Sign in', STORAGE],
    [{ kind: 'signing-out' }, null, 'Sign in', null],
    [{ kind: 'signing-out' }, CELL, 'Sign in', STORAGE],
    [{ kind: 'signing-in', way: 'popup', deviceCode: null }, CELL, 'Cancel', null],
    [ALICE, null, '-', null],
    [ALICE, CELL, ...CONTINUE],
    [ALICE, CONSENT, 'Continue signing in', MANAGEMENT],
    [ALICE, SHARE, '-', null],
    [ALICE, aRequest({ question: 'anew' }), 'Sign in', STORAGE],
    [{ kind: 'signed-out' }, BOBS, 'Sign in', STORAGE],
    [ALICE, BOBS, 'Sign in as someone else', STORAGE],
    [ALICE, { ...BOBS, need: { scopes: STORAGE, account: 'ALICE@contoso.com' } }, ...CONTINUE],
    [OUT, null, 'Sign in', null],
    [OUT, CELL, 'Sign in', STORAGE],
    [IN, null, 'Continue signing in', MANAGEMENT],
    [IN, CELL, 'Continue signing in', STORAGE]
  ])('of %j and %j offers %s for %j', (state, prompt, label, scopes) => {
    const { main } = planSession(state, WAYS, prompt, nullTranslator.load(''));
    expect([main?.label ?? '-', main?.need?.scopes ?? null]).toEqual([label, scopes]);
  });

  it.each<[AzureSessionState, string, string]>([
    [{ kind: 'signed-out' }, 'Sign in with a code', 'You can sign in with a code instead.'],
    [OUT, 'Sign in with a code', 'Sign in again.'],
    [IN, 'Continue signing in', 'Click Continue signing in']
  ])('names the way where only a code is left: %j', (state, label, sentence) => {
    const ways = [aWay({ name: 'device-code' }), aWay({ name: 'loopback', obstacle: 'not_local' })];
    const plan = planSession(state, ways, null, nullTranslator.load(''));
    expect(plan.main).toMatchObject({ label, call: 'sign-in', way: 'device-code' });
    expect(plan.sentence).toContain(sentence);
  });

  it('leads nobody into a code where there is something better', () => {
    const ways = [aWay({ name: 'loopback' }), aWay({ name: 'device-code' })];
    const plan = planSession({ kind: 'signed-out' }, ways, null, nullTranslator.load(''));
    expect(plan.main).toMatchObject({ label: 'Sign in', way: null });
  });

  it('says what happens next, and what went wrong', () => {
    const trans = nullTranslator.load('');
    expect(planSession({ kind: 'signed-out' }, WAYS, CELL, trans).sentence).toBe(
      'Sign in to continue. The cell resumes automatically.'
    );
    expect(planSession(IN, WAYS, null, trans)).toMatchObject({
      problem: 'Allow this app to use Resource Manager for you (AADSTS65001).',
      signedIn: ALICE
    });
  });
});

describe('shownState', () => {
  const ENDED: AzureSessionState = {
    kind: 'needs-attention',
    problem: { code: 'sign_in_ended', detail: null, need: { scopes: MANAGEMENT } },
    signedIn: null
  };
  const REFUSED: AzureSessionState = { ...ENDED, problem: { ...ENDED.problem, code: 'refused' } };
  const inTenant = aRequest({ need: { scopes: MANAGEMENT, tenantId: 'fabrikam.com' } });

  it.each<[string, AzureSessionState, IWaitingRequest | null, AzureSessionState]>([
    ['a problem alone', IN, null, IN],
    ['it above its own question', IN, CONSENT, IN],
    ['the question of another request instead', IN, CELL, ALICE],
    ['the question of another tenant instead', IN, inTenant, ALICE],
    ['that nobody is signed in', REFUSED, CELL, { kind: 'signed-out' }],
    ['a sign-in that has ended above any question', ENDED, CELL, ENDED],
    ['what is no problem', ALICE, CELL, ALICE]
  ])('shows %s', (_, state, prompt, shown) => {
    expect(shownState(state, prompt)).toEqual(shown);
  });
});
