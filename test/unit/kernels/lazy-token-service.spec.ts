/** @jest-environment jsdom */
import type { ITokenServices } from '../../../src/kernels/create-token-services';
import { LazyTokenService } from '../../../src/kernels/lazy-token-service';
import { type KernelHarness, withKernelHarness } from './kernel-harness';

describe('the token service of a page', () => {
  let harness: KernelHarness;
  withKernelHarness(created => (harness = created));

  const loaded = (): ITokenServices => ({
    kernels: harness.tokenService,
    processes: { answer: jest.fn() } as unknown as ITokenServices['processes'],
    tabs: { answer: jest.fn() } as unknown as ITokenServices['tabs']
  });

  it('has lists that stay the same until they change, before it is loaded', () => {
    const lazy = new LazyTokenService(async () => loaded());
    expect(lazy.waiting).toBe(lazy.waiting);
    expect(lazy.grants).toBe(lazy.grants);
    expect(lazy.waiting).toEqual([]);
  });

  it('shows the lists of the loaded service, and emits when they change', async () => {
    const lazy = new LazyTokenService(async () => loaded());
    const changed = jest.fn();
    lazy.changed.connect(changed);
    await lazy.load();
    await harness.ask('c1');
    const request = await harness.prompted();
    expect(lazy.waiting).toEqual([request]);
    expect(changed).toHaveBeenCalled();
    lazy.refuse(request);
    await harness.pass(0);
    expect(harness.takeSent().at(-1)).toBe('c1 error denied');
  });

  it('is loaded again if that failed', async () => {
    const create = jest.fn().mockRejectedValueOnce(new Error('gone')).mockResolvedValue(loaded());
    const lazy = new LazyTokenService(create);
    await expect(lazy.load()).rejects.toThrow('gone');
    await lazy.answerProcess('r1');
    await lazy.load();
    expect(create).toHaveBeenCalledTimes(2);
  });
});
