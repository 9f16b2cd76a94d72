import type { IPageAuth } from '../auth/page-auth';
import { isName } from '../auth/validation';
import { currentAccount } from '../auth/account';
import { fieldsOf } from '../server-api/client';
import type { IHolderNotice, KernelConnections } from './connections';
import type { IActingKernel } from './kernel-requests';

/** The accounts that kernels act as, by the kernels' own messages. */
export class KernelHolders {
  constructor(
    private readonly connections: Pick<KernelConnections, 'clientOfKernel'>,
    private readonly auth: Pick<IPageAuth, 'state' | 'others'>
  ) {}

  /** Kernels that act as an account other than this page's. */
  get others(): readonly IActingKernel[] {
    const active = currentAccount(this.auth.state)?.account;
    const own = new Set(
      [...(active ? [active] : []), ...this.auth.others].map(one => one.username.toLowerCase())
    );
    return [...this.#holders].flatMap(([kernelId, { username }]) => {
      const label = this.connections.clientOfKernel(kernelId)?.label;
      return label === undefined || own.has(username.toLowerCase())
        ? []
        : [{ kernelId, label, username }];
    });
  }

  /** Record a kernel's message. @returns The id of the request that is over; null if invalid. */
  record({ kernelId, commId, data }: IHolderNotice): string | null {
    const fields = fieldsOf(data);
    const [requestId, username] = [fields.get('request_id'), fields.get('username')];
    if (fields.get('kind') !== 'holder' || typeof requestId !== 'string' || !isName(username)) {
      return null;
    }
    this.#holders.set(kernelId, { commId, username });
    return requestId;
  }

  /** Forget a kernel whose token was withdrawn. @returns Whether there was one. */
  close(kernelId: string, commId: string): boolean {
    return this.#holders.get(kernelId)?.commId === commId && this.#holders.delete(kernelId);
  }

  forget(kernelId: string): void {
    this.#holders.delete(kernelId);
  }

  readonly #holders = new Map<string, { commId: string; username: string }>();
}
