import { ServerConnection } from '@jupyterlab/services';
import {
  aadstsNumber,
  fieldsOf,
  ServerExtensionClient,
  ServerExtensionError
} from '../../../src/server-api/client';
import { answering } from '../auth/answering';

describe('ServerExtensionClient', () => {
  it('sends a POST with JSON, below the base URL', async () => {
    const { asked, server } = answering(200, '{"a": 1}');
    expect(await server.post('loopback/start', { port: 8888 })).toEqual(new Map([['a', 1]]));
    const [request] = asked;
    expect(request!.method).toBe('POST');
    expect(request!.headers.get('Content-Type')).toBe('application/json');
    expect(request!.url).toMatch(/^http:\/\/localhost\/user\/a\/azure-auth\/loopback\/start(\?|$)/);
    expect(await request!.text()).toBe('{"port":8888}');
  });

  it('reports what a page has given even if the page is closed', async () => {
    const { asked, server } = answering(200, '{}');
    await server.post('activity');
    await server.post('session');
    expect(asked.map(({ keepalive }) => keepalive)).toEqual([true, false]);
  });

  it.each<[number, string, string, string | null]>([
    [401, '{"code": "refused", "detail": "AADSTS50105", "message": "x"}', 'refused', 'AADSTS50105'],
    [502, '{"code": "failed", "detail": "SECRET"}', 'failed', null],
    [500, '<html>SECRET</html>', 'unreadable', null],
    [500, '{"code": "failed", "message": "SECRET"}', 'unreadable', null],
    [502, '<html>SECRET</html>', 'unreadable', null],
    [200, '<html>SECRET</html>', 'unreadable', null],
    [200, '"SECRET"', 'unreadable', null],
    [404, '{"message": "SECRET", "code": 1}', 'failed', null]
  ])('keeps only the code of a refusal (%d, %s)', async (status, body, code, detail) => {
    const error: unknown = await answering(status, body)
      .server.post('x')
      .catch(caught => caught);
    expect(error).toBeInstanceOf(ServerExtensionError);
    expect(error).toMatchObject({ status, code, detail, message: code });
    expect(JSON.stringify(error)).not.toContain('SECRET');
  });

  it('distinguishes a server that does not answer from one that refuses', async () => {
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/',
      fetch: () => Promise.reject(new TypeError('gone'))
    });
    await expect(new ServerExtensionClient(settings).post('x')).rejects.toThrow(
      ServerConnection.NetworkError
    );
  });

  // Situation: Jupyter server | takes a request and never answers | page open | none: "did not
  // answer" after 20 s | the page asks again
  it.each([
    ['session', 20_000],
    ['token', 130_000]
  ])('limits the wait for an answer (%s)', async (route, timeoutMs) => {
    const limit = new AbortController();
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/',
      fetch: (request: RequestInfo | URL) =>
        new Promise<Response>((_, reject) => {
          const { signal } = request as Request;
          signal.addEventListener('abort', () => reject(signal.reason));
        })
    });
    const answer = new ServerExtensionClient(settings).post(route).catch(caught => caught);
    limit.abort();
    expect(await answer).toBeInstanceOf(ServerConnection.NetworkError);
    expect(timeout).toHaveBeenCalledWith(timeoutMs);
    timeout.mockRestore();
  });
});

describe('aadstsNumber', () => {
  it.each([
    ['AADSTS50076', 'AADSTS50076'],
    ['AADSTS1', null],
    ['AADSTS50076: SECRET', null],
    [50076, null],
    [undefined, null]
  ])('of %j is %j', (value, number) => {
    expect(aadstsNumber(value)).toBe(number);
  });
});

describe('fieldsOf', () => {
  it.each([[null], ['text'], [1]])('finds none in %j', data => {
    expect(fieldsOf(data).size).toBe(0);
  });
});
