import { ServerConnection } from '@jupyterlab/services';
import { withRetries } from '../session/retry';
import { type ServerHalf, ServerHalfError, UNREADABLE } from '../session/server-half';
import type { WayObstacle } from '../tokens';

/**
 * Whether Jupyter's own port can take the answer of a sign-in. Entra lets native apps redirect to
 * `http://localhost:<any port>/`, that path and that spelling only (RFC 8252 7.3; Microsoft
 * identity platform, "Redirect URI restrictions").
 *
 * @returns Null if it can; else what is in the way.
 * @throws ServerHalfError, `ServerConnection.NetworkError` where the server half gives no answer.
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
 * Behind a Hub, a proxy of a path or a forwarded port, `/` can be anybody's.
 *
 * @throws Error where nobody answers there, which may pass.
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
    // Not followed: whatever is behind one is not Jupyter's own root.
    redirect: 'manual',
    cache: 'no-store'
  });
  if (response.status >= 500) {
    throw new Error('root');
  }
  const { answer } = await response.json().catch(() => ({}));
  return answer === expected;
}
