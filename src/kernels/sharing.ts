import type { JupyterFrontEnd } from '@jupyterlab/application';
import { readServerConfig } from '../auth/server-config';
import type { ServerExtensionClient } from '../server-api/client';

/** Whether users other than this page's can run code in its kernels. The server decides. */
export class Sharing {
  /** @param query - Asks the server; rejects if the server does not say. */
  constructor(private readonly query: () => Promise<boolean>) {}

  /** The last known answer; kernels count as shared until there is one. */
  get isShared(): boolean {
    return this.#known ?? true;
  }

  /**
   * @param refresh - Ask even if it is known: a single-user server may notice later that others can
   * open it.
   * @returns `isShared` afterwards; true if the server does not answer.
   */
  async check(refresh = false): Promise<boolean> {
    if (refresh || this.#known === null) {
      this.#inFlight ??= this.query()
        .then(isShared => void (this.#known = isShared))
        .catch(() => void (this.#known = refresh ? null : this.#known))
        .finally(() => void (this.#inFlight = null));
      await this.#inFlight;
    }
    return this.isShared;
  }

  #known: boolean | null = null;
  #inFlight: Promise<void> | null = null;
}

/** Plugins that let several users share a kernel. */
const COLLABORATION =
  /^(@jupyter\/(collaboration|docprovider)|@jupyter-ai-contrib\/server-documents)/;

/**
 * Whether the server has several users. Without the server extension, the installed plugins decide.
 */
export async function isShared(
  server: ServerExtensionClient,
  app: Pick<JupyterFrontEnd, 'listPlugins'>
): Promise<boolean> {
  const { shared } = await readServerConfig(server);
  return shared ?? app.listPlugins().some(id => COLLABORATION.test(id));
}
