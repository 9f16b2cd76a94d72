import { ServerConnection } from '@jupyterlab/services';
import {
  fieldsOf,
  type ServerExtensionClient,
  ServerExtensionError
} from '../../../src/server-api/client';
import { readConfig } from '../../../src/auth/read-config';

const PAGE = { protocol: 'http:', hostname: 'localhost', origin: 'http://localhost:8888' };
const BASE = 'http://localhost:8888/';

/** What is requested of a server extension that offers these sources. */
async function askedWhere(
  sources: string[] | null,
  fault?: { readonly route: string; readonly error: Error }
): Promise<string[]> {
  const asked: string[] = [];
  const post = async (route: string): Promise<ReadonlyMap<string, unknown>> => {
    const isFirst = !asked.includes(route);
    asked.push(route);
    if (isFirst && route === fault?.route) {
      throw fault.error;
    }
    return fieldsOf(route === 'config' ? { version: 1, sources } : { probe: 'p', answer: 'a' });
  };
  Object.assign(globalThis, { fetch: async () => ({ json: async () => ({ answer: 'a' }) }) });
  const found = await readConfig({ post } as unknown as ServerExtensionClient, null, BASE, PAGE);
  const methods = found.kind === 'configured' ? found.methods : [];
  return [...asked, ...methods.flatMap(({ name, obstacle }) => (obstacle ? [] : [name]))];
}

describe('readConfig', () => {
  it.each<[string[] | null, string[]]>([
    [['loopback'], ['config', 'loopback/probe', 'loopback']],
    [['device-code'], ['config', 'device-code']],
    [null, ['config']]
  ])('with %j probes the root of this address if that matters', async (sources, expected) => {
    expect(await askedWhere(sources)).toEqual(expected);
  });

  // Situation: answer of `config` or `loopback/probe` | 500 or reset, once | page loads | as
  // without the fault | the page asks again within a second
  it.each<[string, Error]>([
    ['config', new ServerExtensionError(500, 'unreadable', null)],
    ['config', new ServerConnection.NetworkError(new TypeError())],
    ['loopback/probe', new ServerExtensionError(500, 'unreadable', null)],
    ['loopback/probe', new ServerConnection.NetworkError(new TypeError())]
  ])('asks for %s again after %s', async (route, error) => {
    jest.useFakeTimers();
    const asked = askedWhere(['loopback'], { route, error });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await asked).toEqual(
      ['config', 'loopback/probe', 'loopback'].flatMap(step =>
        step === route ? [step, step] : [step]
      )
    );
    jest.useRealTimers();
  });

  // Situation: proxy that replaces Host | the server refuses the page | page loads | a problem that
  // says what the proxy must do | make the proxy keep Host
  it.each<[string]>([['foreign_origin'], ['forbidden']])(
    'reports that the server refuses this page: %s',
    async code => {
      const error = new ServerExtensionError(403, code, null);
      await expect(askedWhere(null, { route: 'config', error })).rejects.toMatchObject({
        name: 'AzureAuthError',
        problem: { code }
      });
    }
  );

  it.each([404, 405, 501])('continues without a server extension: %d', async status => {
    const error = new ServerExtensionError(status, 'failed', null);
    expect(await askedWhere(null, { route: 'config', error })).toEqual(['config']);
  });

  // Situation: user settings | do not fit the schema, so JupyterLab refuses them | page loads |
  // a problem that names the settings | correct them, reload
  it('reports settings that JupyterLab refuses', async () => {
    const post = async (): Promise<never> => Promise.reject(new Error('asked'));
    const refused = Promise.reject(new Error('Failed validating'));
    const found = readConfig({ post } as unknown as ServerExtensionClient, refused, BASE, PAGE);
    expect(await found).toEqual({ kind: 'malformed', detail: 'settings' });
  });
});
