import { AzureAuthError } from '../../src/auth/errors';
import { isAzureAuthError } from '../../src/tokens';

describe('isAzureAuthError', () => {
  const problem = { code: 'busy', detail: null, request: null } as const;

  it('recognizes the errors of this package, and of another copy of it', () => {
    expect(isAzureAuthError(new AzureAuthError('unavailable', problem))).toBe(true);
    const other = Object.assign(new Error('busy'), { name: 'AzureAuthError' });
    expect(isAzureAuthError(other)).toBe(true);
  });

  it.each([new Error('busy'), { name: 'AzureAuthError' }, null])(
    'recognizes no others: %p',
    error => {
      expect(isAzureAuthError(error)).toBe(false);
    }
  );
});
