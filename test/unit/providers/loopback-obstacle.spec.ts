import type { ServerExtensionClient } from '../../../src/server-api/client';
import { loopbackObstacle } from '../../../src/providers/loopback-obstacle';
import type { SignInObstacle } from '../../../src/auth/page-auth';

const PROBE = new Map([
  ['probe', 'question'],
  ['answer', 'the right one']
]);
const SERVER = { post: () => Promise.resolve(PROBE) } as unknown as ServerExtensionClient;

function page(origin: string): Pick<Location, 'protocol' | 'hostname' | 'origin'> {
  const { protocol, hostname } = new URL(origin);
  return { protocol, hostname, origin };
}

/** What answers at `/`, and what it was sent. */
function rootAnswers(respond: () => Promise<Partial<Response>>): jest.Mock {
  return Object.assign(globalThis, { fetch: jest.fn(respond) }).fetch;
}

describe('loopbackObstacle', () => {
  it.each<[string, SignInObstacle | null]>([
    ['https://hub.example', 'not_local'],
    ['https://localhost:8888', 'not_local'],
    ['http://localhost.evil.example', 'not_local'],
    ['http://127.0.0.1:8888', 'not_localhost'],
    ['http://[::1]:8888', 'not_localhost'],
    ['http://localhost:8888', null],
    ['http://localhost', null]
  ])('at %s says %s', async (origin, expected) => {
    rootAnswers(async () => ({ json: async () => ({ answer: 'the right one' }) }));
    expect(await loopbackObstacle(SERVER, page(origin))).toBe(expected);
  });

  it('asks the root of its own origin, once, and follows no redirect', async () => {
    const fetched = rootAnswers(async () => ({ json: async () => ({ answer: 'the right one' }) }));
    await loopbackObstacle(SERVER, page('http://localhost:1234'));
    expect(fetched.mock.calls).toEqual([
      [
        'http://localhost:1234/',
        {
          method: 'POST',
          body: new URLSearchParams({ probe: 'question' }),
          redirect: 'manual',
          cache: 'no-store',
          signal: expect.any(AbortSignal)
        }
      ]
    ]);
  });

  it.each<[string, () => Promise<Partial<Response>>]>([
    ['another answer', async () => ({ json: async () => ({ answer: 'question' }) })],
    ['no answer', async () => ({ json: async () => ({}) })],
    ['a page', async () => ({ json: () => Promise.reject(new SyntaxError()) })],
    ['a redirect', async () => ({ status: 0, json: () => Promise.reject(new SyntaxError()) })]
  ])('sees that the root is not ours from %s', async (_, respond) => {
    rootAnswers(respond);
    const obstacle = await loopbackObstacle(SERVER, page('http://localhost:1234'));
    expect(obstacle).toBe('root_is_not_ours');
  });

  const silent: [string, () => Promise<Partial<Response>>][] = [
    ['an error', async () => ({ status: 502 })],
    ['a reset', () => Promise.reject(new TypeError())]
  ];

  // Situation: root of the page's address | 502 or reset, once | page loads | as without the
  // fault | the page asks again within a second
  it.each(silent)('asks once more after %s', async (_, fail) => {
    jest.useFakeTimers();
    const good = async () => ({ json: async () => ({ answer: 'the right one' }) });
    const fetched = rootAnswers(good).mockImplementationOnce(fail);
    const obstacle = loopbackObstacle(SERVER, page('http://localhost:1234'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect([await obstacle, fetched.mock.calls.length]).toEqual([null, 2]);
    jest.useRealTimers();
  });

  it.each(silent)('treats a root with %s as not ours', async (_, fail) => {
    jest.useFakeTimers();
    rootAnswers(fail);
    const obstacle = loopbackObstacle(SERVER, page('http://localhost:1234'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await obstacle).toBe('root_is_not_ours');
    jest.useRealTimers();
  });

  it('treats a root that never answers as not ours, within 10 s', async () => {
    jest.useFakeTimers();
    jest.spyOn(AbortSignal, 'timeout').mockImplementation(milliseconds => {
      const limit = new AbortController();
      setTimeout(() => limit.abort(), milliseconds);
      return limit.signal;
    });
    rootAnswers(async () => ({})).mockImplementation(
      (_, { signal }: { signal?: AbortSignal }) =>
        new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(new DOMException('', 'TimeoutError')))
        )
    );
    const found = jest.fn();
    void loopbackObstacle(SERVER, page('http://localhost:1234')).then(found);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(found.mock.calls).toEqual([['root_is_not_ours']]);
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('decides nothing about the root if the server extension does not answer', async () => {
    jest.useFakeTimers();
    const silentServer = { post: async () => new Map() } as unknown as ServerExtensionClient;
    const obstacle = loopbackObstacle(silentServer, page('http://localhost:1234'));
    const thrown = expect(obstacle).rejects.toThrow('unreadable');
    await jest.advanceTimersByTimeAsync(1_000);
    await thrown;
    jest.useRealTimers();
  });
});
