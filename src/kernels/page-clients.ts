import type { ServerExtensionClient } from '../server-api/client';
import { withRetries } from '../server-api/retry';
import type { KernelConnections } from './connections';

/**
 * Which clients of kernels are pages of this server, also in other browsers and from before a
 * reload. Each page announces its own to the server. Every other client is a program.
 */
export class PageClients {
  constructor(
    private readonly server: Pick<ServerExtensionClient, 'post'>,
    connections: Pick<KernelConnections, 'clientIds' | 'added'>
  ) {
    this.#announce(connections.clientIds.all);
    connections.added.connect((_, clientId) => this.#announce([clientId]));
  }

  /** Whether a client is a page; false if the server does not say, since the user is then asked. */
  async has(clientId: string): Promise<boolean> {
    if (!this.#known.has(clientId)) {
      const answer = await this.server
        .post('page-clients', { client_id: clientId })
        .catch(() => null);
      if (answer?.get('is_page') === true) {
        this.#known.add(clientId);
      }
    }
    return this.#known.has(clientId);
  }

  /** An older server has no such route. */
  #announce(clientIds: readonly string[]): void {
    if (clientIds.length > 0) {
      const post = (): Promise<unknown> => this.server.post('page-clients', { add: clientIds });
      withRetries(post).catch(() => undefined);
    }
  }

  readonly #known = new Set<string>();
}
