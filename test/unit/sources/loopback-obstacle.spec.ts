import type { ServerHalf } from '../../../src/session/server-half';
import { loopbackObstacle } from '../../../src/sources/loopback-obstacle';
import type { WayObstacle } from '../../../src/tokens';

const PROBE = new Map([
  ['probe', 'question'],
  ['answer', 'the right one']
]);
const SERVER = { ask: () => Promise.resolve(PROBE) } as unknown as ServerHalf;

function page(origin: string): Pick<Location, 'protocol' | 'hostname' | 'origin'> {
  const { protocol, hostname } = new URL(origin);
  return { protocol, hostname, origin };
}

/** What sits at `/`, and what it was sent. */
function rootAnswers(respond: () => Promise<Partial<Response>>): jest.Mock {
  return Object.assign(globalThis, { fetch: jest.fn(respond) }).fetch;
}

describe('loopbackObstacle', () => {
  it.each<[string, WayObstacle | null]>([
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

  it('asks the root of its own origin, once, and follows nobody', async () => {
    const fetched = rootAnswers(async () => ({ json: async () => ({ answer: 'the right one' }) }));
    await loopbackObstacle(SERVER, page('http://localhost:1234'));
    expect(fetched.mock.calls).toEqual([
      [
        'http://localhost:1234/',
        {
          method: 'POST',
          body: new URLSearchParams({ probe: 'question' }),
          redirect: 'error',
          cache: 'no-store'
        }
      ]
    ]);
  });

  it.each<[string, () => Promise<Partial<Response>>]>([
    ['another answer', async () => ({ json: async () => ({ answer: 'question' }) })],
    ['no answer', async () => ({ json: async () => ({}) })],
    ['a page', async () => ({ json: () => Promise.reject(new SyntaxError()) })],
    ['a redirect', () => Promise.reject(new TypeError())]
  ])('sees that the root is not ours from %s', async (_, respond) => {
    rootAnswers(respond);
    const obstacle = await loopbackObstacle(SERVER, page('http://localhost:1234'));
    expect(obstacle).toBe('root_is_not_ours');
  });
});
