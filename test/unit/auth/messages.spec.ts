import { nullTranslator } from '@jupyterlab/translation';
import { messageFor } from '../../../src/auth/messages';
import type { AzureProblemCode } from '../../../src/tokens';
import entra from '../../../catalog/aadsts-numbers.json';

const trans = nullTranslator.load('');

/** The compiler requires every code here, too: `true` if the sign-in continues. */
const CODES: Readonly<Record<AzureProblemCode, boolean>> = {
  popup_blocked: false,
  popup_closed: false,
  other_tab_closed: false,
  timed_out: false,
  cancelled: false,
  consent_declined: false,
  refused: false,
  resource_not_allowed: false,
  kernel_access_denied: false,
  agent_access_denied: false,
  access_revoked: false,
  wrong_tenant: false,
  unknown_tenant: false,
  consent_required: true,
  interaction_required: true,
  sign_in_ended: false,
  device_code_forbidden: false,
  device_code_expired: false,
  wrong_redirect_uri: false,
  insecure_page: false,
  bad_configuration: false,
  not_configured: false,
  other_cloud: false,
  library_missing: false,
  network: false,
  busy: false,
  untrusted_certificate: false,
  keychain: false,
  no_answer: false,
  forbidden: false,
  foreign_origin: false,
  failed: false
};
const ROWS = Object.entries(CODES) as [AzureProblemCode, boolean][];

describe('messageFor', () => {
  it.each(ROWS)('has a text for %s', (code, continues) => {
    const text = messageFor({ code, detail: null, request: null }, null, trans);
    expect(text.sentence).toMatch(new RegExp(`^[A-Z].*[a-zA-Z] \\(${code}\\)\\.$`));
    expect(text.remedy).toMatch(/^[A-Z].*\.$/);
    expect(text.button).toBe(continues ? 'Continue signing in' : 'Sign in');
  });

  it('has a sentence of its own for each code', () => {
    const sentences = ROWS.map(
      ([code]) => messageFor({ code, detail: 'x', request: null }, null, trans).sentence
    );
    expect(new Set(sentences).size).toBe(ROWS.length);
  });

  it('speaks of 24 hours only if they are the reason', () => {
    const about = (detail: string): string => {
      const problem = { code: 'sign_in_ended', detail, request: null } as const;
      const { sentence, remedy } = messageFor(problem, null, trans);
      return `${sentence} ${remedy}`;
    };
    const daily = ['AADSTS700084', 'refresh_token_expired'];
    for (const detail of [...daily, ...Object.keys(entra.numbers).map(one => `AADSTS${one}`)]) {
      expect([detail, about(detail).includes('24 hours')]).toEqual([
        detail,
        daily.includes(detail)
      ]);
    }
  });

  it.each(Object.entries(entra.numbers))(
    'has a text and a next step for AADSTS%s',
    (number, row) => {
      const { code, what, next } = row as { code: AzureProblemCode; what?: string; next?: string };
      const problem = { code, detail: `AADSTS${number}`, request: null };
      const { sentence, remedy } = messageFor(problem, 'Storage', trans);
      expect(sentence).toMatch(new RegExp(`^[A-Z].*[a-zA-Z”] \\(AADSTS${number}\\)\\.$`));
      expect(remedy).toMatch(/^[A-Z].*\.$/);
      // What the user cannot fix by that.
      expect(code === 'bad_configuration' && /try again/i.test(remedy)).toBe(false);
      expect(`${sentence} ${remedy}`).not.toMatch(/[{}%]|undefined/);
      expect(sentence.startsWith('The sign-in for')).toBe(false);
      expect(what === undefined).toBe(next === undefined);
    }
  );

  it('says in the text of a number whether codes are forbidden', () => {
    const problem = {
      code: 'device_code_forbidden',
      detail: 'AADSTS53003',
      request: null
    } as const;
    expect(messageFor(problem, null, trans).plain).toMatch(/signing in with a code/);
  });

  it("shows Azure's sentence about an unknown number, and the remedy of its code", () => {
    const explanation = 'The <b>server</b> found a loop.';
    const problem = { code: 'failed', detail: 'AADSTS50196', request: null, explanation } as const;
    const text = messageFor(problem, null, trans);
    expect(text.sentence).toBe('The <b>server</b> found a loop (AADSTS50196).');
    expect(text.remedy).toContain('send this code');
  });

  it('names the button after the method to start again', () => {
    const problem = { code: 'cancelled', detail: null, request: null } as const;
    expect(messageFor(problem, null, trans, true).button).toBe('Sign in with a code');
    const consent = { ...problem, code: 'consent_required' } as const;
    expect(messageFor(consent, null, trans, true).button).toBe('Continue signing in');
  });

  it.each(['device_code_forbidden', 'device_code_expired'] as const)(
    'names what to do if codes are forbidden: %s',
    code => {
      const { remedy } = messageFor({ code, detail: null, request: null }, null, trans);
      for (const method of ['http://localhost', 'az login', 'app registration']) {
        expect(remedy).toContain(method);
      }
    }
  );

  it("names the session's cloud in its text", () => {
    const problem = { code: 'other_cloud', detail: 'AzureCloud', request: null } as const;
    expect(messageFor(problem, null, trans).sentence).toBe(
      'This JupyterLab signs in to AzureCloud; the cell asks for another cloud (other_cloud).'
    );
  });

  it.each(['clientId', 'tenantId', 'cloud', 'authority', 'redirectUri'])(
    'says what is wrong with the setting %s',
    detail => {
      const problem = { code: 'bad_configuration', detail, request: null } as const;
      const { sentence, remedy } = messageFor(problem, null, trans);
      expect(sentence).toMatch(
        new RegExp(`^The .* in the Azure settings is .* \\(${detail}\\)\\.$`)
      );
      expect(remedy).toMatch(/^(Copy|Enter|Choose) /);
    }
  );

  it('keeps the sentence of the server whole', () => {
    const sentence = 'c.AzureAuth.client_id must be a GUID.';
    const problem = { code: 'bad_configuration', detail: null, request: null, sentence } as const;
    const text = messageFor(problem, null, trans);
    expect(text.sentence).toMatch(/configuration is invalid \(bad_configuration\)\.$/);
    expect(text.remedy).toMatch(/^c\.AzureAuth\.client_id must be a GUID\. Correct it,/);
  });

  it('names the product and the number of the authority', () => {
    const problem = { code: 'interaction_required', detail: 'AADSTS50076', request: null } as const;
    expect(messageFor(problem, 'Resource Manager', trans).sentence).toBe(
      'Your organization requires multifactor authentication for Resource Manager (AADSTS50076).'
    );
  });

  it.each([
    [
      'wrong_tenant',
      'AADSTS50020',
      'This account is neither a member nor a guest of the tenant b.com (AADSTS50020).'
    ],
    [
      'wrong_tenant',
      'a-1',
      'Azure returned a token for tenant a-1, not for the tenant b.com (wrong_tenant).'
    ],
    ['unknown_tenant', null, 'Azure cannot find the tenant b.com (unknown_tenant).'],
    [
      'refused',
      'AADSTS53003',
      'A Conditional Access policy of your organization blocks Storage in tenant b.com (AADSTS53003).'
    ],
    ['refused', 'AADSTS7', 'The sign-in for Storage in tenant b.com was refused (AADSTS7).']
  ] as const)('names the tenant that was asked for: %s, %s', (code, detail, sentence) => {
    const problem = { code, detail, request: { scopes: [], tenantId: 'b.com' } };
    expect(messageFor(problem, 'Storage', trans).sentence).toBe(sentence);
  });
});
