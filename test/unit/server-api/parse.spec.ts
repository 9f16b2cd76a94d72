import { fieldsOf } from '../../../src/server-api/client';
import { readAccount, readProblem, readStarted, readToken } from '../../../src/server-api/parse';
import { ALICE } from '../panel/fixtures';

const ACCOUNT = {
  id: 'o.t',
  name: 'Alice',
  username: 'alice@contoso.com',
  tenant_id: 'contoso-id'
};

describe('readAccount', () => {
  it.each<[string, unknown, object | null]>([
    ['who is signed in', { ...ACCOUNT, of_a_newer_server: 1 }, ALICE.account],
    ['one without a name', { ...ACCOUNT, name: '' }, { ...ALICE.account, name: ACCOUNT.username }],
    ['no user', null, null],
    ['one without an id', { ...ACCOUNT, id: 1 }, null],
    ['one without a user name', { ...ACCOUNT, username: undefined }, null]
  ])('reads %s', (_, data, expected) => {
    expect(readAccount(data)).toEqual(expected);
  });
});

describe('readToken', () => {
  const TOKEN = { token: 'TOKEN', token_type: 'Bearer', expires_on: 50, account: ACCOUNT };
  const read = (change: object): object | null =>
    readToken(fieldsOf({ ...TOKEN, ...change }), 20_000);

  it('converts seconds to milliseconds', () => {
    const token = {
      token: 'TOKEN',
      tokenType: 'Bearer',
      expiresOnTimestamp: 50_000,
      account: ALICE.account
    };
    expect(read({})).toEqual(token);
    expect(read({ refresh_on: 25 })).toEqual({ ...token, refreshAfterTimestamp: 25_000 });
    expect(read({ refresh_on: null })).toEqual(token);
  });

  // Situation: clocks of browser and server | 10 minutes apart | a page gets a token | the user's,
  // for its true lifetime | nothing to do
  it.each([
    ['behind', 620, 590],
    ['ahead', 20, 10]
  ])('uses the lifetime if this browser is %s', (_, expires_on, refresh_on) => {
    expect(read({ expires_on, refresh_on, expires_in: 40 })).toMatchObject({
      expiresOnTimestamp: 60_000,
      refreshAfterTimestamp: (60 - expires_on + refresh_on) * 1000
    });
  });

  it.each([[{ token: 1 }], [{ expires_on: '50' }], [{ account: null }]])(
    'takes one with %j for none',
    change => {
      expect(read(change)).toBeNull();
    }
  );
});

describe('readStarted', () => {
  const STARTED = { attempt_id: 'f', proof: 'p', authorize_url: 'https://login.example/authorize' };

  it('reads the address to open', () => {
    const { attempt_id: attemptId, proof, authorize_url: address } = STARTED;
    expect(readStarted(fieldsOf(STARTED))).toEqual({ attemptId, proof, address });
  });

  it.each([
    [{ attempt_id: 1 }],
    [{ proof: null }],
    [{ authorize_url: undefined }],
    [{ authorize_url: 'javascript:alert(1)' }]
  ])('takes one with %j for none', change => {
    expect(readStarted(fieldsOf({ ...STARTED, ...change }))).toBeNull();
  });
});

describe('readProblem', () => {
  it.each([
    ['cancelled', 'cancelled'],
    ['network', 'network'],
    ['popup_blocked', 'failed'],
    ['of_a_newer_server', 'failed'],
    [undefined, 'failed']
  ])('reads %j as %s', (name, code) => {
    expect(readProblem(name, 'loopback')).toBe(code);
  });

  it('has another code for a device code that no user entered', () => {
    const methods = ['loopback', 'device-code'] as const;
    expect(methods.map(method => readProblem('timed_out', method))).toEqual([
      'timed_out',
      'device_code_expired'
    ]);
  });
});
