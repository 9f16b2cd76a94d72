import type { IKernelRequests, IWaitingRequest } from '../kernels/kernel-requests';

/** Return `kernels` with only the waiting cells that match. */
export function filterKernels(
  kernels: IKernelRequests,
  isMeant: (request: IWaitingRequest) => boolean
): IKernelRequests {
  let all = kernels.waiting;
  let meant = all.filter(isMeant);
  return {
    get waiting() {
      // The same array as long as nothing has changed: React compares by identity.
      if (all !== kernels.waiting) {
        all = kernels.waiting;
        meant = all.filter(isMeant);
      }
      return meant;
    },
    get grants() {
      return kernels.grants;
    },
    get acting() {
      return kernels.acting;
    },
    changed: kernels.changed,
    refuse: request => kernels.refuse(request),
    allow: (request, everything) => kernels.allow(request, everything),
    revoke: kernelId => kernels.revoke(kernelId),
    restore: kernelId => kernels.restore(kernelId),
    pinnedAccountOf: kernelId => kernels.pinnedAccountOf(kernelId),
    pin: (kernelId, account) => kernels.pin(kernelId, account)
  };
}
