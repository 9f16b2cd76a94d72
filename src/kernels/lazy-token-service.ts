import { type ISignal, Signal } from '@lumino/signaling';
import type { IKernelGrant } from '../tokens';
import type { IPinnedAccount } from './account-pins';
import type { ITokenServices } from './create-token-services';
import type { IActingKernel, IKernelRequests, IWaitingRequest } from './kernel-requests';

/** Always the same, since components that show these lists compare them by identity. */
const NONE: readonly never[] = [];

/**
 * The token requests and grants of kernels. What serves them is not loaded with the page, since
 * there are none in most pages.
 */
export class LazyTokenService implements IKernelRequests {
  /** @param create - Loads and creates the services; called again if it has failed. */
  constructor(private readonly create: () => Promise<ITokenServices>) {}

  get waiting(): readonly IWaitingRequest[] {
    return this.#services?.kernels.waiting ?? NONE;
  }

  get grants(): readonly IKernelGrant[] {
    return this.#services?.kernels.grants ?? NONE;
  }

  get acting(): readonly IActingKernel[] {
    return this.#services?.kernels.acting ?? NONE;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Return the services; the first call loads them. */
  load(): Promise<ITokenServices> {
    this.#loading ??= this.create().then(
      services => {
        this.#services = services;
        services.kernels.changed.connect(() => this.#changed.emit());
        return services;
      },
      (error: unknown) => {
        this.#loading = null;
        throw error;
      }
    );
    return this.#loading;
  }

  refuse(request: IWaitingRequest): void {
    this.#services?.kernels.refuse(request);
  }

  allow(request: IWaitingRequest, everything = false): void {
    this.#services?.kernels.allow(request, everything);
  }

  async revoke(kernelId: string): Promise<void> {
    (await this.load()).kernels.revoke(kernelId);
  }

  async restore(kernelId: string): Promise<void> {
    (await this.load()).kernels.restore(kernelId);
  }

  pinnedAccountOf(kernelId: string): IPinnedAccount | null {
    return this.#services?.kernels.pinnedAccountOf(kernelId) ?? null;
  }

  pin(kernelId: string, account: IPinnedAccount | null): void {
    this.#services?.kernels.pin(kernelId, account);
  }

  /** Answer a process below the server, whose request has begun or changed. */
  async answerProcess(requestId: string): Promise<void> {
    await (await this.load()).processes.answer(requestId);
  }

  /** Answer another tab of this browser, which asks for the sign-in of this one. */
  async answerTab(requestId: string): Promise<void> {
    await (await this.load()).tabs.answer(requestId);
  }

  #services: ITokenServices | null = null;
  #loading: Promise<ITokenServices> | null = null;
  readonly #changed = new Signal<this, void>(this);
}
