import type { IActivity } from '../server-api/activity';
import type { ServerExtensionClient } from '../server-api/client';
import { AzureAuthError } from '../auth/errors';
import { resourceOf } from '../auth/validation';
import type { IAzureToken } from '../tokens';

/** Entries kept in this page, for a server that does not record them. */
const MAX_ENTRIES = 200;

/** Newest first. */
let ofPage: readonly IActivity[] = [];

/** Return what this page itself gave to kernels or refused them, newest first. */
export const activityOfPage = (): readonly IActivity[] => ofPage;

/** A kernel, as this page names it. */
export type IKernelName = Pick<IActivity, 'kernelId' | 'name'> & { readonly byProgram?: boolean };

/** Records what this page gives to kernels and refuses them, here and at the server. */
export class ActivityRecorder {
  constructor(private readonly server: Pick<ServerExtensionClient, 'post'>) {}

  /** @param source - How the token's account signed in. */
  issued(
    kernel: IKernelName,
    scopes: readonly string[],
    token: IAzureToken,
    source: string | null
  ): void {
    const { id, username } = token.account;
    this.#record({
      ...entryOf(kernel, scopes),
      ...{ result: 'issued', accountId: id, username, source, uti: tokenIdOf(token.token) }
    });
  }

  refused(kernel: IKernelName, scopes: readonly string[], code: string, error: unknown): void {
    const result = error instanceof AzureAuthError ? error.problem.code : code;
    this.#record({ ...entryOf(kernel, scopes), result });
  }

  #record(entry: IActivity): void {
    ofPage = [entry, ...ofPage].slice(0, MAX_ENTRIES);
    const { id, resource, result, kernelId, name, accountId, username, source, uti } = entry;
    const fields = { id, resource, result, name, username, source, uti };
    const about = { kernel_id: kernelId, account_id: accountId, by_program: entry.byProgram };
    const wire = { ...fields, ...about };
    // Without a server extension, or with an older one, the page alone has it.
    this.server.post('activity', { entry: wire }).catch(() => undefined);
  }
}

function entryOf(
  { kernelId, name, byProgram = false }: IKernelName,
  scopes: readonly string[]
): IActivity {
  return {
    ...{ id: crypto.randomUUID?.() ?? String(Math.random()).slice(2), time: Date.now() },
    ...{ process: 'kernel', kernelId, name, byProgram, resource: resourceOf(scopes[0] ?? '') },
    ...{ result: '', accountId: null, username: null, source: null, uti: null },
    reportedBy: 'page'
  };
}

/** Return the token's id in Entra's sign-in logs; null if the token is not readable. */
export function tokenIdOf(token: string): string | null {
  try {
    const claims = token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const { uti } = JSON.parse(atob(claims)) as { uti?: unknown };
    return typeof uti === 'string' ? uti : null;
  } catch {
    return null;
  }
}
