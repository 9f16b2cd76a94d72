import { ServerConnection } from '@jupyterlab/services';
import { withRetries } from '../session/retry';
import { type ServerHalf, ServerHalfError, UNREADABLE } from '../session/server-half';
import type { WayObstacle } from '../tokens';

/**
 * Check whether Jupyter's own port can receive the authorization response. Entra lets native apps
 * redirect to `http://localhost:<any port>/`, with exactly that path and host (RFC 8252 7.3;
 * Microsoft identity platform, "Redirect URI restrictions").
 *
 * @returns Null if it can; otherwise the obstacle.
 * @throws ServerHalfError, `ServerConnection.NetworkError` if the server extension does not answer.
 */
export async function loopbackObstacle(
  server: ServerHalf,
  page: Pick<Location, 'protocol' | 'hostname' | 'origin'>
): Promise<WayObstacle | null> {
  if (page.protocol !== 'http:' || !LOCAL.includes(page.hostname)) {
    return 'not_local';
  }
  if (page.hostname !== 'localhost') {
    return 'not_localhost';
  }
  try {
    return (await withRetries(() => ownsRoot(server, page.origin), [AGAIN]))
      ? null
      : 'root_is_not_ours';
  } catch (error) {
    if (error instanceof ServerHalfError || error instanceof ServerConnection.NetworkError) {
      throw error;
    }
    return 'root_is_not_ours';
  }
}

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** Milliseconds after which a root that did not answer is asked once more. */
const AGAIN = 800;

/**
 * Whether Jupyter serves `/`. Behind JupyterHub, a path-prefix proxy or a forwarded port, `/` can
 * belong to another application.
 *
 * @throws Error if there is no answer, which may be transient.
 */
async function ownsRoot(server: ServerHalf, origin: string): Promise<boolean> {
  const asked = await server.ask('loopback/probe');
  const [probe, expected] = [asked.get('probe'), asked.get('answer')];
  if (typeof probe !== 'string' || typeof expected !== 'string') {
    throw new ServerHalfError(200, UNREADABLE, null);
  }
  const response = await fetch(`${origin}/`, {
    method: 'POST',
    body: new URLSearchParams({ probe }),
    // Not followed: what a redirect leads to is not Jupyter's own root.
    redirect: 'manual',
    cache: 'no-store'
  });
  if (response.status >= 500) {
    throw new Error('root');
  }
  const { answer } = await response.json().catch(() => ({}));
  return answer === expected;
}
