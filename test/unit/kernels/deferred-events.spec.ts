import { DeferredEvents } from '../../../src/kernels/deferred-events';

/** A load that the test ends. */
function aLoad() {
  const calls: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const load = (): Promise<void> =>
    new Promise((resolve, reject) => void calls.push({ resolve, reject }));
  return { calls, load };
}

describe('events whose handlers are not loaded with the page', () => {
  it('are held back, and emitted in order', async () => {
    const { calls, load } = aLoad();
    const deferred = new DeferredEvents(load);
    const seen: string[] = [];
    deferred.begin();
    deferred.begin();
    deferred.deliver(() => seen.push('opened'));
    deferred.deliver(() => seen.push('closed'));
    expect(seen).toEqual([]);
    calls[0]!.resolve();
    await Promise.resolve();
    deferred.deliver(() => seen.push('restarted'));
    expect(seen).toEqual(['opened', 'closed', 'restarted']);
    expect(calls).toHaveLength(1);
  });

  it('are dropped before the first request', async () => {
    const { calls, load } = aLoad();
    const deferred = new DeferredEvents(load);
    const emit = jest.fn();
    deferred.deliver(emit);
    expect(calls).toEqual([]);
    deferred.begin();
    calls[0]!.resolve();
    await Promise.resolve();
    expect(emit).not.toHaveBeenCalled();
  });

  it('are loaded again if that failed, since the kernel asks again', async () => {
    const { calls, load } = aLoad();
    const deferred = new DeferredEvents(load);
    const [lost, repeated] = [jest.fn(), jest.fn()];
    deferred.begin();
    deferred.deliver(lost);
    calls[0]!.reject(new Error('the server is gone'));
    await Promise.resolve();
    await Promise.resolve();
    deferred.begin();
    deferred.deliver(repeated);
    calls[1]!.resolve();
    await Promise.resolve();
    expect(lost).not.toHaveBeenCalled();
    expect(repeated).toHaveBeenCalledTimes(1);
  });
});
