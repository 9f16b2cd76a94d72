import { ServerConnection } from '@jupyterlab/services';
import { ServerExtensionClient } from '../../../src/server-api/client';

/** A server extension that answers like this, and the requests it got. */
export function answering(
  status: number,
  body: string
): { readonly asked: Request[]; readonly server: ServerExtensionClient } {
  const asked: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request);
    return new Response(body, { status });
  };
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/a/',
    fetch: fetch as typeof globalThis.fetch
  });
  return { asked, server: new ServerExtensionClient(settings) };
}
