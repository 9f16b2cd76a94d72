import { parseRequest, ProtocolError, tokenAnswer } from '../../../src/kernels/protocol';
import { ALICE, STORAGE } from '../panel/fixtures';
import { aRequest, aToken } from './kernel-harness';

const LEAST = {
  kind: 'token',
  requestId: 'r1',
  scopes: STORAGE,
  enableCae: false,
  force: false,
  interactive: true,
  prompt: false,
  requireUser: false
};
const MOST_SCOPES = Array.from({ length: 20 }, (_, i) => `https://storage.azure.com/s${i}`);

describe('parseRequest', () => {
  it.each<[string, object, object]>([
    ['the least', {}, {}],
    ['null for what is absent', { tenant_id: null, claims: null, force: null }, {}],
    ['fields of newer kernels', { of_tomorrow: 'x' }, {}],
    ['a tenant', { tenant_id: 'contoso.com' }, { tenantId: 'contoso.com' }],
    ['a cloud', { cloud: 'AzureChinaCloud' }, { cloud: 'AzureChinaCloud' }],
    ['an account', { account: 'alice@contoso.com' }, { account: 'alice@contoso.com' }],
    ['claims', { claims: '{"access_token":{}}' }, { claims: '{"access_token":{}}' }],
    ['flags', { enable_cae: true, force: true }, { enableCae: true, force: true }],
    ['a request without the user', { interactive: false }, { interactive: false }],
    ['a request for a sign-in', { prompt: true }, { prompt: true }],
    ['a request for a user', { require_user: true }, { requireUser: true }],
    ['the longest id', { request_id: 'r'.repeat(128) }, { requestId: 'r'.repeat(128) }],
    ['the most scopes of one resource', { scopes: MOST_SCOPES }, { scopes: MOST_SCOPES }],
    ['a scope without a resource', { scopes: ['User.Read'] }, { scopes: ['User.Read'] }]
  ])('reads %s', (_, change, expected) => {
    expect(parseRequest(aRequest(change))).toEqual({ ...LEAST, ...expected });
  });

  it.each(['status', 'sign_out'])('reads a %s, which has no scopes', kind => {
    const request = aRequest({ kind, scopes: undefined });
    expect(parseRequest(request)).toEqual({ kind, requestId: 'r1' });
  });

  it.each([[[]], [STORAGE]])('reads an attach with scopes %j', scopes => {
    expect(parseRequest(aRequest({ kind: 'attach', scopes }))).toEqual({
      kind: 'attach',
      requestId: 'r1',
      scopes
    });
  });

  it.each<[string, object]>([
    ['request_id', { request_id: '' }],
    ['request_id', { request_id: 1 }],
    ['request_id', { request_id: 'SECRET'.repeat(22) }],
    ['scopes', { scopes: [] }],
    ['scopes', { scopes: 'SECRET' }],
    ['scopes', { scopes: [1] }],
    ['scopes', { scopes: ['SECRET two'] }],
    ['scopes', { scopes: ['s'.repeat(513)] }],
    ['scopes', { scopes: [...MOST_SCOPES, 'https://storage.azure.com/SECRET'] }],
    ['scopes', { scopes: [...STORAGE, 'https://SECRET/.default'] }],
    ['scopes', { scopes: ['https://a.example', 'https://SECRET'] }],
    ['scopes', { kind: 'attach', scopes: null }],
    ['tenant_id', { tenant_id: 'SECRET/../x' }],
    ['tenant_id', { tenant_id: 's'.repeat(254) }],
    ['tenant_id', { tenant_id: { SECRET: 1 } }],
    ['cloud', { cloud: 'S'.repeat(321) }],
    ['account', { account: ['SECRET'] }],
    ['claims', { claims: 'SECRET' }],
    ['claims', { claims: '[]' }],
    ['claims', { claims: { SECRET: 1 } }],
    ['claims', { claims: JSON.stringify({ a: 'S'.repeat(8192) }) }],
    ['enable_cae', { enable_cae: 'SECRET' }],
    ['force', { force: 1 }],
    ['interactive', { interactive: 'false' }]
  ])('names %s if it is malformed, never its value', (field, change) => {
    const error = refused(aRequest(change));
    expect(error).toMatchObject({
      code: 'invalid_message',
      message: `"${field}" is missing or malformed.`,
      requestId: field === 'request_id' ? null : 'r1'
    });
  });

  it.each<[string, unknown, string | null]>([
    ['unsupported_version', aRequest({ version: 2 }), 'r1'],
    ['unsupported_version', aRequest({ version: '1' }), 'r1'],
    ['unsupported_version', { version: 'SECRET', request_id: 5 }, null],
    ['unsupported_version', null, null],
    ['unsupported_version', 'SECRET', null],
    ['unsupported_version', [1], null],
    ['unknown_kind', aRequest({ kind: 'SECRET' }), 'r1'],
    ['unknown_kind', aRequest({ kind: undefined }), 'r1']
  ])('answers %s to %j', (code, data, requestId) => {
    const error = refused(data);
    expect(error).toMatchObject({ code, requestId });
    expect(error.message).not.toContain('SECRET');
  });

  function refused(data: unknown): ProtocolError {
    try {
      parseRequest(data);
    } catch (error) {
      if (error instanceof ProtocolError) {
        return error;
      }
      throw error;
    }
    throw new Error('It was read.');
  }
});

describe('tokenAnswer', () => {
  beforeEach(() => jest.useFakeTimers({ now: 2_000 }));
  afterEach(() => jest.useRealTimers());

  const TOKEN = aToken({ expiresOnTimestamp: 5_999, refreshAfterTimestamp: 3_001 });
  const ANSWER = {
    request_id: 'r1',
    kind: 'token',
    token: 'TOKEN',
    token_type: 'Bearer',
    expires_on: 5,
    expires_in: 3,
    refresh_on: 3,
    account: { id: 'o.t', username: ALICE.account.username, tenant_id: 'contoso-id' }
  };

  it('has whole seconds, and the name of the account only', () => {
    expect(tokenAnswer('r1', TOKEN)).toEqual(ANSWER);
  });

  // Situation: browser's clock | 10 minutes ahead | a kernel gets a token | the user's, for its
  // true lifetime | nothing to do
  it.each([
    ['that has ended', 1_000, 0],
    ['that lives', 602_500, 600]
  ])('says how long a token lives %s', (_, expiresOnTimestamp, life) => {
    expect(tokenAnswer('r1', aToken({ expiresOnTimestamp })).expires_in).toBe(life);
  });

  it('repeats what the kernel asked for', () => {
    const target = { scopes: STORAGE, tenantId: 't', cloud: 'c', account: 'a', enableCae: true };
    expect(tokenAnswer('r1', TOKEN, target)).toEqual({
      ...ANSWER,
      request: { scopes: STORAGE, tenant_id: 't', cloud: 'c', account: 'a', enable_cae: true }
    });
  });
});
