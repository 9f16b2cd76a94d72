import { parseServerConfig, readServerConfig } from '../../../src/auth/server-config';
import { fieldsOf, ServerExtensionError } from '../../../src/server-api/client';
import { answering } from './answering';

const NOTHING = {
  clientId: null,
  tenantId: null,
  cloud: null,
  redirectUri: null,
  authority: null,
  authorityMetadata: null,
  allowedResources: null,
  sources: null,
  isAzureCli: true,
  shared: null,
  problem: null
};

describe('parseServerConfig', () => {
  it('reads every field', () => {
    const fields = {
      client_id: 'c',
      tenant_id: 't',
      cloud: 'l',
      redirect_uri: 'r',
      authority: 'a',
      authority_metadata: { m: 1 },
      sources: ['popup', 1, 'loopback'],
      allowed_resources: ['api://a', 1],
      public_client: 'own',
      shared: true,
      problem: 'p',
      of_a_newer_server: 1
    };
    expect(parseServerConfig(fieldsOf(fields))).toEqual({
      clientId: 'c',
      tenantId: 't',
      cloud: 'l',
      redirectUri: 'r',
      authority: 'a',
      authorityMetadata: { m: 1 },
      sources: ['popup', 'loopback'],
      allowedResources: ['api://a'],
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
  ])('treats %j as not configured', data => {
    expect(parseServerConfig(fieldsOf(data))).toEqual(NOTHING);
  });
});

describe('readServerConfig', () => {
  it('asks the server extension', async () => {
    const { asked, server } = answering(200, '{"version": 1, "client_id": "c"}');
    expect(await readServerConfig(server)).toEqual({ ...NOTHING, clientId: 'c' });
    expect(asked[0]!.url).toContain('azure-auth/config');
  });

  it.each([404, 405, 501])(
    'returns an empty configuration without a server extension (%d)',
    async status => {
      expect(await readServerConfig(answering(status, '').server)).toEqual(NOTHING);
    }
  );

  // Situation: answer of `config` | `{}` or a login page | page loads | the user is not
  // reported as signed out | the page asks again
  it.each(['{}', '[]', '<html></html>'])('rejects %s as an answer', async body => {
    await expect(readServerConfig(answering(200, body).server)).rejects.toThrow('unreadable');
  });

  it.each([403, 500])('throws if the server refuses (%d)', async status => {
    await expect(readServerConfig(answering(status, '').server)).rejects.toThrow(
      ServerExtensionError
    );
  });
});
