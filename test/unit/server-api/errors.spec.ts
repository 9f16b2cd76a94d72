import { ServerConnection } from '@jupyterlab/services';
import { ServerExtensionError } from '../../../src/server-api/client';
import { serverProblem } from '../../../src/server-api/errors';
import { anError } from '../kernels/kernel-harness';
import { TOKEN_REQUEST } from '../auth/requests';

describe('serverProblem', () => {
  it.each([
    [401, 'sign_in_required', 'sign_in_required', 'sign_in_ended'],
    [401, 'consent_required', 'consent_required', 'consent_required'],
    [401, 'interaction_required', 'consent_required', 'interaction_required'],
    [409, 'cancelled', 'failed', 'cancelled'],
    [409, 'refused', 'failed', 'refused'],
    [409, 'timed_out', 'failed', 'timed_out'],
    [502, 'bad_configuration', 'unavailable', 'bad_configuration'],
    [503, 'unavailable', 'unavailable', 'network'],
    [403, 'forbidden', 'unavailable', 'forbidden'],
    [403, 'foreign_origin', 'unavailable', 'foreign_origin'],
    [403, 'token_required', 'unavailable', 'forbidden'],
    [404, 'not_found', 'unavailable', 'no_answer'],
    [400, 'invalid_message', 'failed', 'failed'],
    [500, 'of_a_newer_server', 'failed', 'failed']
  ])('maps %d %s to %s, %s', (status, theirs, code, problem) => {
    const found = serverProblem(
      new ServerExtensionError(status, theirs, 'AADSTS50076'),
      TOKEN_REQUEST
    );
    expect(found).toMatchObject({
      code,
      problem: { code: problem, detail: 'AADSTS50076', request: TOKEN_REQUEST }
    });
  });

  it.each(['busy', 'network', 'untrusted_certificate', 'keychain', 'other_cloud'])(
    'distinguishes %s',
    reason => {
      const error = new ServerExtensionError(503, 'unavailable', null, reason);
      expect(serverProblem(error, TOKEN_REQUEST)).toMatchObject({
        code: 'unavailable',
        problem: { code: reason }
      });
    }
  );

  it.each(['failed', 7, {}])('recognizes no cause like %p', reason => {
    const error = new ServerExtensionError(503, 'unavailable', null, reason);
    expect(serverProblem(error, TOKEN_REQUEST).problem.code).toBe('network');
  });

  it('passes on why an identity of the machine has no token', () => {
    const explanation = 'This identity is in the tenant A, not in B. Leave `tenant_id` out.';
    const error = new ServerExtensionError(409, 'refused', null, undefined, explanation);
    expect(serverProblem(error, TOKEN_REQUEST).problem).toMatchObject({
      code: 'refused',
      explanation
    });
    const other = new ServerExtensionError(409, 'refused', null, undefined, 7);
    expect(serverProblem(other, TOKEN_REQUEST).problem).not.toHaveProperty('explanation');
  });

  it('recognizes a server that is gone', () => {
    const gone = new ServerConnection.NetworkError(new TypeError('SECRET'));
    const found = serverProblem(gone, null);
    expect(found).toMatchObject({ code: 'unavailable', problem: { code: 'no_answer' } });
    expect(found.message).not.toContain('SECRET');
  });

  it.each([[new TypeError('SECRET')], ['SECRET'], [null]])('does not recognize %s', error => {
    const problem = { code: 'failed', detail: null, request: null };
    expect(serverProblem(error, null)).toMatchObject({
      code: 'failed',
      problem,
      message: 'failed'
    });
  });

  it('keeps an error that is already described', () => {
    const error = anError();
    expect(serverProblem(error, TOKEN_REQUEST)).toBe(error);
  });
});
