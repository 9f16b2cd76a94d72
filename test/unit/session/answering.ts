import { ServerConnection } from '@jupyterlab/services';
import { ServerHalf } from '../../../src/session/server-half';

/** A server extension that answers like this, and the requests it got. */
export function answering(
  status: number,
  body: string
): { readonly asked: Request[]; readonly server: ServerHalf } {
  const asked: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request);
    return new Response(body, { status });
  };
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/a/',
    fetch: fetch as typeof globalThis.fetch
  });
  return { asked, server: new ServerHalf(settings) };
}
