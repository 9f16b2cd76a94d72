import { parseEnvironment, readEnvironment } from '../../../src/session/environment';
import { fieldsOf, ServerHalfError } from '../../../src/session/server-half';
import { answering } from './answering';

const NOTHING = {
  clientId: null,
  tenantId: null,
  cloud: null,
  redirectUri: null,
  authority: null,
  authorityMetadata: null,
  sources: null,
  isAzureCli: true,
  shared: null,
  problem: null
};

describe('parseEnvironment', () => {
  it('reads every field', () => {
    const fields = {
      client_id: 'c',
      tenant_id: 't',
      cloud: 'l',
      redirect_uri: 'r',
      authority: 'a',
      authority_metadata: { m: 1 },
      sources: ['popup', 1, 'loopback'],
      public_client: 'own',
      shared: true,
      problem: 'p',
      of_a_newer_server: 1
    };
    expect(parseEnvironment(fieldsOf(fields))).toEqual({
      clientId: 'c',
      tenantId: 't',
      cloud: 'l',
      redirectUri: 'r',
      authority: 'a',
      authorityMetadata: { m: 1 },
      sources: ['popup', 'loopback'],
      isAzureCli: false,
      shared: true,
      problem: 'p'
    });
  });

  it.each([
    [null],
    ['text'],
    [[1]],
    [{ client_id: 1, tenant_id: '', cloud: null, authority_metadata: 'x', problem: [] }]
  ])('takes %j for nothing configured', data => {
    expect(parseEnvironment(fieldsOf(data))).toEqual(NOTHING);
  });
});

describe('readEnvironment', () => {
  it('asks the server half', async () => {
    const { asked, server } = answering(200, '{"version": 1, "client_id": "c"}');
    expect(await readEnvironment(server)).toEqual({ ...NOTHING, clientId: 'c' });
    expect(asked[0]!.url).toContain('azure-auth/environment');
  });

  it.each([404, 405])(
    'finds nothing configured where there is no server half (%d)',
    async status => {
      expect(await readEnvironment(answering(status, '').server)).toEqual(NOTHING);
    }
  );

  // Situation: answer of `environment` | `{}` or a login page | page loads | the user is not
  // reported as signed out | the page asks again
  it.each(['{}', '[]', '<html></html>'])('takes %s for no answer of its own', async body => {
    await expect(readEnvironment(answering(200, body).server)).rejects.toThrow('unreadable');
  });

  it.each([403, 500])('throws where the server does not want to tell (%d)', async status => {
    await expect(readEnvironment(answering(status, '').server)).rejects.toThrow(ServerHalfError);
  });
});
