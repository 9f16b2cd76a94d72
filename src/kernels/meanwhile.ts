import type { ServiceManager } from '@jupyterlab/services';
import { isNobody } from '../session/account';
import { fieldsOf, type ServerHalf } from '../session/server-half';
import type { AzureSessionState, IAzureSession } from '../tokens';
import type { KernelDesk } from './desk';
import { accountOf } from './gifts';
import type { IServed } from './ledger';

/**
 * Imports the grants that the server extension made while no page answered: this page was closed,
 * asleep or loading. From then on they are treated like grants of this page.
 */
export class Meanwhile {
  /** Starts at once, for the lifetime of the page. */
  constructor(private readonly options: Meanwhile.IOptions) {
    const { session } = options;
    session.stateChanged.connect((_, state) => this.onState(state));
    document.addEventListener('visibilitychange', () => this.onVisible());
    this.onState(session.state);
  }

  /**
   * Import after a sign-out too: kernels that this page does not know yet must forget their tokens.
   */
  private onState(state: AzureSessionState): void {
    if (state.kind !== 'signed-in' && !isNobody(state)) {
      return;
    }
    const accountId = accountOf(state);
    if (accountId !== this.accountId) {
      this.accountId = accountId;
      void this.look();
    }
  }

  private onVisible(): void {
    const { state } = this.options.session;
    const isHeldByServer = state.kind === 'signed-in' && state.kept !== 'tab';
    if (document.visibilityState === 'visible' && isHeldByServer) {
      void this.look();
    }
  }

  private async look(): Promise<void> {
    const { server, services, desk, nameless } = this.options;
    try {
      const grants = (await server.ask('grants')).get('grants');
      await Promise.all([services.sessions.ready, services.kernels.ready]);
      if (Array.isArray(grants)) {
        desk.adopt(readGrants(this.onlyNew(grants), services, nameless));
      }
    } catch {
      // An older server extension has no such list; one that does not answer is asked again later.
    }
  }

  /** Return new entries only: an imported one belongs to this page, even after a sign-out. */
  private onlyNew(listed: readonly unknown[]): readonly unknown[] {
    const known = this.known;
    this.known = new Set(listed.map(grant => JSON.stringify(grant)));
    return listed.filter(grant => !known.has(JSON.stringify(grant)));
  }

  /** Account of the last import; undefined before the first one. */
  private accountId: string | null | undefined;
  /** The list at the last import. */
  private known: ReadonlySet<string> = new Set();
}

export namespace Meanwhile {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly server: ServerHalf;
    readonly services: Pick<ServiceManager.IManager, 'sessions' | 'kernels'>;
    readonly desk: Pick<KernelDesk, 'adopt'>;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }
}

/** Kernels can put any id into this list, so only ids of running kernels are accepted. */
function readGrants(
  grants: readonly unknown[],
  { sessions, kernels }: Meanwhile.IOptions['services'],
  nameless: string
): IServed[] {
  const running = new Set([...kernels.running()].map(({ id }) => id));
  const places = new Map(
    [...sessions.running()].map(({ kernel, name, path }) => [kernel?.id, { label: name, path }])
  );
  return grants.flatMap(grant => {
    const read = readGrant(grant);
    return read !== null && running.has(read.kernelId)
      ? [{ label: nameless, path: '', ...places.get(read.kernelId), ...read }]
      : [];
  });
}

/** @returns Null for a grant that this version does not know. */
function readGrant(data: unknown): Omit<IServed, 'label' | 'path'> | null {
  const fields = fieldsOf(data);
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const [kernelId, commId, requestId] = ['kernel_id', 'comm_id', 'request_id'].map(text);
  const [accountId, tenantId, cloud] = ['account_id', 'tenant_id', 'cloud'].map(text);
  const [scopes, givenOn, expiresOn] = ['scopes', 'given_on', 'expires_on'].map(name =>
    fields.get(name)
  );
  if (!kernelId || !commId || !requestId || !accountId || !isTexts(scopes)) {
    return null;
  }
  if (typeof givenOn !== 'number' || typeof expiresOn !== 'number') {
    return null;
  }
  const wish = {
    scopes,
    enableCae: fields.get('enable_cae') === true,
    ...(tenantId ? { tenantId } : {}),
    ...(cloud ? { cloud } : {})
  };
  const times = { givenOn: givenOn * 1000, expiresOn: expiresOn * 1000 };
  // The comm is that of the kernel's `attach`, which no answer closes.
  return { kernelId, commId, requestId, accountId, wish, ...times, attached: true };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}
