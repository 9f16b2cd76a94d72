import { Signal } from '@lumino/signaling';
import { PageClients } from '../../../src/kernels/page-clients';
import { ServerExtensionError } from '../../../src/server-api/client';

it('announces the clients of this page, and recognizes those of others', async () => {
  const pages = new Set(['other-browser']);
  const asked: string[] = [];
  const post = async (route: string, fields: object = {}) => {
    const { add = [], client_id } = fields as { add?: string[]; client_id?: string };
    add.forEach(id => pages.add(id));
    asked.push(...(client_id === undefined ? [] : [client_id]));
    return new Map(Object.entries({ is_page: pages.has(client_id ?? ''), route }));
  };
  const added = new Signal<object, string>({});
  const clientIds = { all: ['before-the-reload', 'now'] };
  const clients = new PageClients({ post } as never, { clientIds, added } as never);
  added.emit('opened-later');
  expect([...pages]).toEqual(['other-browser', 'before-the-reload', 'now', 'opened-later']);
  expect(await clients.has('other-browser')).toBe(true);
  expect(await clients.has('other-browser')).toBe(true);
  expect(await clients.has('agent')).toBe(false);
  pages.add('agent');
  expect(await clients.has('agent')).toBe(true);
  expect(asked).toEqual(['other-browser', 'agent', 'agent']);
});

it('recognizes no page that the server does not list', async () => {
  const post = async () => Promise.reject(new ServerExtensionError(404, 'not_found', null));
  const connections = { clientIds: { all: ['now'] }, added: new Signal<object, string>({}) };
  const clients = new PageClients({ post } as never, connections as never);
  expect(await clients.has('now')).toBe(false);
});

it('announces the clients again if the server is busy once', async () => {
  jest.useFakeTimers();
  const added: unknown[] = [];
  const post = async (_route: string, { add }: { add?: string[] }) => {
    added.push(add);
    return added.length === 1 ? Promise.reject(new Error('reset')) : new Map();
  };
  const connections = { clientIds: { all: ['now'] }, added: new Signal<object, string>({}) };
  new PageClients({ post } as never, connections as never);
  await jest.advanceTimersByTimeAsync(10_000);
  jest.useRealTimers();
  expect(added).toEqual([['now'], ['now']]);
});
