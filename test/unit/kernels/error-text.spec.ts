import { nullTranslator } from '@jupyterlab/translation';
import { errorText } from '../../../src/kernels/error-text';
import type { WireErrorCode } from '../../../src/kernels/protocol';
import { AzureAuthError } from '../../../src/auth/errors';
import { anError } from './kernel-harness';

const trans = nullTranslator.load('');

describe('explain', () => {
  it.each<[WireErrorCode, boolean]>([
    ['denied', true],
    ['sign_in_required', true],
    ['consent_required', true],
    ['failed', false]
  ])('has a text for %s; next step: %s', (code, hasRemedy) => {
    const { message, remedy } = errorText(code, null, null, trans);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(remedy !== undefined).toBe(hasRemedy);
  });

  it('describes the problem of the session with its number', () => {
    const problem = { code: 'interaction_required', detail: 'AADSTS50076', request: null } as const;
    const error = new AzureAuthError('consent_required', problem);
    const { message, remedy, detail } = errorText('consent_required', error, 'Storage', trans);
    expect(message).toMatch(/Storage[^)]*\.$/);
    expect(detail).toBe('AADSTS50076');
    expect(remedy).toContain('confirm it in the window');
  });

  it('gives the reason and the remedy of the machine in place of those of the code', () => {
    const explanation = 'This identity is in the tenant A, not in b.com. Leave `tenant_id` out.';
    const problem = { code: 'refused', detail: null, request: null, explanation } as const;
    expect(errorText('failed', new AzureAuthError('failed', problem), 'Storage', trans)).toEqual({
      message: 'This identity is in the tenant A, not in b.com.',
      remedy: 'Leave `tenant_id` out.',
      detail: 'refused'
    });
  });

  it('says to sign in if no user is signed in, whatever has ended before', () => {
    expect(errorText('sign_in_required', anError(), null, trans).message).toBe(
      'You are not signed in to Azure with an account that can get this token.'
    );
  });

  it('shows no part of an unknown error', () => {
    const text = errorText('failed', new Error('SECRET'), null, trans);
    expect(JSON.stringify(text)).not.toContain('SECRET');
  });
});
