import { ServerConnection } from '@jupyterlab/services';
import { withRetries } from '../server-api/retry';
import { type ServerExtensionClient, ServerExtensionError, UNREADABLE } from '../server-api/client';
import type { SignInObstacle } from '../auth/page-auth';

/**
 * Check whether Jupyter's own port can receive the authorization response. Entra lets native apps
 * redirect to `http://localhost:<any port>/`, with exactly that path and host (RFC 8252 7.3;
 * Microsoft identity platform, "Redirect URI restrictions").
 *
 * @returns Null if it can; otherwise the obstacle.
 * @throws ServerExtensionError, `ServerConnection.NetworkError` if the server extension does not
 * answer.
 */
export async function loopbackObstacle(
  server: ServerExtensionClient,
  page: Pick<Location, 'protocol' | 'hostname' | 'origin'>
): Promise<SignInObstacle | null> {
  if (page.protocol !== 'http:' || !LOCAL.includes(page.hostname)) {
    return 'not_local';
  }
  if (page.hostname !== 'localhost') {
    return 'not_localhost';
  }
  try {
    return (await withRetries(() => ownsRoot(server, page.origin), [ROOT_RETRY_MS]))
      ? null
      : 'root_is_not_ours';
  } catch (error) {
    if (error instanceof ServerExtensionError || error instanceof ServerConnection.NetworkError) {
      throw error;
    }
    return 'root_is_not_ours';
  }
}

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** Milliseconds after which a root that did not answer is asked once more. */
const ROOT_RETRY_MS = 800;

/** Milliseconds for an answer: each sign-in method waits for it. */
const ROOT_TIMEOUT_MS = 10_000;

/**
 * Whether Jupyter serves `/`. Behind JupyterHub, a path-prefix proxy or a forwarded port, `/` can
 * belong to another application.
 *
 * @throws Error if there is no answer, which may be transient.
 */
async function ownsRoot(server: ServerExtensionClient, origin: string): Promise<boolean> {
  const fields = await server.post('loopback/probe');
  const [probe, expected] = [fields.get('probe'), fields.get('answer')];
  if (typeof probe !== 'string' || typeof expected !== 'string') {
    throw new ServerExtensionError(200, UNREADABLE, null);
  }
  const response = await fetch(`${origin}/`, {
    method: 'POST',
    body: new URLSearchParams({ probe }),
    // Not followed: what a redirect leads to is not Jupyter's own root.
    redirect: 'manual',
    cache: 'no-store',
    signal: AbortSignal.timeout(ROOT_TIMEOUT_MS)
  });
  if (response.status >= 500) {
    throw new Error('root');
  }
  const { answer } = await response.json().catch(() => ({}));
  return answer === expected;
}
