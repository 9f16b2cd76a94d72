import { ServerConnection } from '@jupyterlab/services';
import { parseEnvironment, readEnvironment } from '../../../src/session/environment';

const NOTHING = {
  clientId: null,
  tenantId: null,
  cloud: null,
  redirectUri: null,
  authority: null,
  authorityMetadata: null,
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
      problem: 'p',
      of_a_newer_server: 1
    };
    expect(parseEnvironment(fields)).toEqual({
      clientId: 'c',
      tenantId: 't',
      cloud: 'l',
      redirectUri: 'r',
      authority: 'a',
      authorityMetadata: { m: 1 },
      problem: 'p'
    });
  });

  it.each([
    [null],
    ['text'],
    [[1]],
    [{ client_id: 1, tenant_id: '', cloud: null, authority_metadata: 'x', problem: [] }]
  ])('takes %j for nothing configured', data => {
    expect(parseEnvironment(data)).toEqual(NOTHING);
  });
});

describe('readEnvironment', () => {
  /** A server that answers so, and keeps what it was asked. */
  function answering(status: number, body: string) {
    const asked: Request[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      asked.push(request);
      return new Response(body, { status });
    };
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/user/a/',
      fetch: fetch as typeof globalThis.fetch
    });
    return { asked, settings };
  }

  it('asks by POST below the base URL', async () => {
    const { asked, settings } = answering(200, '{"client_id": "c"}');
    expect(await readEnvironment(settings)).toEqual({ ...NOTHING, clientId: 'c' });
    expect(asked[0]!.method).toBe('POST');
    expect(asked[0]!.headers.get('Content-Type')).toBe('application/json');
    expect(asked[0]!.url).toMatch(/^http:\/\/localhost\/user\/a\/azure-auth\/environment(\?|$)/);
    expect(await asked[0]!.text()).toBe('{}');
  });

  it.each([404, 405])(
    'finds nothing configured where there is no server half (%d)',
    async status => {
      expect(await readEnvironment(answering(status, '').settings)).toEqual(NOTHING);
    }
  );

  it.each([403, 500])('throws where the server does not want to tell (%d)', async status => {
    await expect(readEnvironment(answering(status, '').settings)).rejects.toThrow(
      ServerConnection.ResponseError
    );
  });
});
