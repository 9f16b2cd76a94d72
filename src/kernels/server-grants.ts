import type { ServiceManager } from '@jupyterlab/services';
import { isHeldByServer, isSignedOut } from '../auth/account';
import { fieldsOf, numberOf, type ServerExtensionClient, textOf } from '../server-api/client';
import type { IPageAuth } from '../auth/page-auth';
import type { AzureAuthState } from '../tokens';
import type { KernelTokenService } from './token-service';
import { accountIdOf } from './push';
import type { IGrant } from './grants';

/**
 * Imports the grants that the server extension made while no page answered: this page was closed,
 * asleep or loading. From then on they are treated like grants of this page.
 */
export class ServerGrantImporter {
  /** Starts at once, for the lifetime of the page. */
  constructor(private readonly options: ServerGrantImporter.IOptions) {
    const { auth } = options;
    auth.stateChanged.connect((_, state) => this.#onState(state));
    document.addEventListener('visibilitychange', () => this.#onVisible());
    this.#onState(auth.state);
  }

  /**
   * Import after a sign-out too: kernels that this page does not know yet must forget their tokens.
   */
  #onState(state: AzureAuthState): void {
    if (state.kind !== 'signed-in' && !isSignedOut(state)) {
      return;
    }
    const accountId = accountIdOf(state);
    if (accountId !== this.#accountId) {
      this.#accountId = accountId;
      void this.#import();
    }
  }

  #onVisible(): void {
    const { state } = this.options.auth;
    if (document.visibilityState === 'visible' && isHeldByServer(state)) {
      void this.#import();
    }
  }

  async #import(): Promise<void> {
    const { server, services, tokenService, nameless } = this.options;
    try {
      const grants = (await server.post('grants')).get('grants');
      await Promise.all([services.sessions.ready, services.kernels.ready]);
      if (Array.isArray(grants)) {
        tokenService.adopt(readGrants(this.#onlyNew(grants), services, nameless));
      }
    } catch {
      // An older server extension has no such list; one that does not answer is asked again later.
    }
  }

  /** Return new entries only: an imported one belongs to this page, even after a sign-out. */
  #onlyNew(listed: readonly unknown[]): readonly unknown[] {
    const known = this.#known;
    this.#known = new Set(listed.map(grant => JSON.stringify(grant)));
    return listed.filter(grant => !known.has(JSON.stringify(grant)));
  }

  /** Account of the last import; undefined before the first one. */
  #accountId: string | null | undefined;
  /** The list at the last import. */
  #known: ReadonlySet<string> = new Set();
}

export namespace ServerGrantImporter {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly server: ServerExtensionClient;
    readonly services: Pick<ServiceManager.IManager, 'sessions' | 'kernels'>;
    readonly tokenService: Pick<KernelTokenService, 'adopt'>;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }
}

/** Kernels can put any id into this list, so only ids of running kernels are accepted. */
function readGrants(
  grants: readonly unknown[],
  { sessions, kernels }: ServerGrantImporter.IOptions['services'],
  nameless: string
): IGrant[] {
  const running = new Set([...kernels.running()].map(({ id }) => id));
  const documents = new Map(
    [...sessions.running()].map(({ kernel, name, path }) => [kernel?.id, { label: name, path }])
  );
  return grants.flatMap(grant => {
    const read = readGrant(grant);
    return read !== null && running.has(read.kernelId)
      ? [{ label: nameless, path: '', ...documents.get(read.kernelId), ...read }]
      : [];
  });
}

/** @returns Null for a grant that this version does not know. */
function readGrant(data: unknown): Omit<IGrant, 'label' | 'path'> | null {
  const fields = fieldsOf(data);
  const text = (name: string): string | null => textOf(fields, name);
  const [kernelId, commId, requestId] = ['kernel_id', 'comm_id', 'request_id'].map(text);
  const [accountId, username, tenantId, cloud, account] = [
    'account_id',
    'username',
    'tenant_id',
    'cloud',
    'account'
  ].map(text);
  const scopes = fields.get('scopes');
  const [grantedAt, expiresAt] = [numberOf(fields, 'granted_at'), numberOf(fields, 'expires_on')];
  if (!kernelId || !commId || !requestId || !accountId || !isTexts(scopes)) {
    return null;
  }
  if (grantedAt === null || expiresAt === null) {
    return null;
  }
  const request = {
    scopes,
    enableCae: fields.get('enable_cae') === true,
    ...(tenantId ? { tenantId } : {}),
    ...(cloud ? { cloud } : {}),
    ...(account ? { account } : {})
  };
  const times = { grantedAt: grantedAt * 1000, expiresAt: expiresAt * 1000 };
  // The comm is that of the kernel's `attach`, which no answer closes.
  return {
    ...{ kernelId, commId, requestId, accountId, request, ...times, attached: true },
    ...(username ? { username } : {})
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}
