import { fieldsOf, type ServerHalf } from '../../../src/session/server-half';
import { readConfiguration } from '../../../src/session/read-configuration';

const PAGE = { protocol: 'http:', hostname: 'localhost', origin: 'http://localhost:8888' };
const BASE = 'http://localhost:8888/';

/** What is asked, of a server half that offers these sources. */
async function askedWhere(sources: string[] | null): Promise<string[]> {
  const asked: string[] = [];
  const ask = async (route: string): Promise<ReadonlyMap<string, unknown>> => {
    asked.push(route);
    return fieldsOf(route === 'environment' ? { sources } : { probe: 'p', answer: 'a' });
  };
  Object.assign(globalThis, { fetch: async () => ({ json: async () => ({ answer: 'a' }) }) });
  const found = await readConfiguration({ ask } as unknown as ServerHalf, {}, BASE, PAGE);
  const ways = found.kind === 'configured' ? found.ways : [];
  return [...asked, ...ways.flatMap(({ name, obstacle }) => (obstacle ? [] : [name]))];
}

describe('readConfiguration', () => {
  it.each<[string[] | null, string[]]>([
    [['loopback'], ['environment', 'loopback/probe', 'loopback']],
    [['device-code'], ['environment', 'device-code']],
    [null, ['environment']]
  ])('with %j asks for the root of this address where that matters', async (sources, expected) => {
    expect(await askedWhere(sources)).toEqual(expected);
  });
});
