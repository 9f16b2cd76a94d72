import type { ServerHalf } from '../session/server-half';
import type { WayObstacle } from '../tokens';

/**
 * Whether Jupyter's own port can take the answer of a sign-in. Entra lets native apps redirect to
 * `http://localhost:<any port>/`, that path and that spelling only (RFC 8252 7.3; Microsoft
 * identity platform, "Redirect URI restrictions").
 *
 * @returns Null if it can; else what is in the way.
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
  return (await ownsRoot(server, page.origin)) ? null : 'root_is_not_ours';
}

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/** Behind a Hub, a proxy of a path or a forwarded port, `/` can be anybody's. */
async function ownsRoot(server: ServerHalf, origin: string): Promise<boolean> {
  const asked = await server.ask('loopback/probe');
  try {
    const response = await fetch(`${origin}/`, {
      method: 'POST',
      body: new URLSearchParams({ probe: String(asked.get('probe')) }),
      redirect: 'error',
      cache: 'no-store'
    });
    const { answer }: { answer?: unknown } = await response.json();
    return typeof answer === 'string' && answer === asked.get('answer');
  } catch {
    // Whatever sits there, it does not answer as we do.
    return false;
  }
}
