import type { Page, Request } from '@playwright/test';
import { fieldsOf, type IKernelMessage } from './kernel-frames';
import type { IPlace } from './secret-scan';
import type { Wire } from './wire';

/** The one exception to all rules: what MSAL.js stores under names that begin like this. */
const MSAL = 'msal.';

/** What the protocol itself sends to the authority, and where. */
const SAID_TO_AUTHORITY = ['state', 'code', 'code_verifier', 'refresh_token', 'otc'];

/** What a page shows and stores. */
export async function placesOfPage(page: Page): Promise<IPlace[]> {
  const { local, session } = await storagesOf(page);
  return [
    { name: 'page', text: await page.content() },
    { name: 'localStorage', text: JSON.stringify(local) },
    { name: 'sessionStorage', text: JSON.stringify(session.filter(([key]) => !isOfMsal(key))) }
  ];
}

/** The one place where MSAL.js may store secrets. */
export async function placeOfMsal(page: Page): Promise<IPlace> {
  const { session } = await storagesOf(page);
  return { name: 'MSAL.js', text: JSON.stringify(session.filter(([key]) => isOfMsal(key))) };
}

/**
 * What a browser keeps for longer than its pages, besides `localStorage`: cookies and databases.
 * Not Playwright's `storageState`, which opens a page for each origin that was visited.
 */
export async function placeOfBrowser(page: Page): Promise<IPlace> {
  const cookies = await page.context().cookies();
  const databases = await page.evaluate(readDatabases);
  return { name: 'cookies and databases', text: JSON.stringify({ cookies, databases }) };
}

/** Every record of the page's origin. Runs in the page. */
async function readDatabases(): Promise<unknown[]> {
  const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found: unknown[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await resultOf(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const records = database.transaction(store).objectStore(store);
      // Both are requested at once: a transaction ends when no request is pending.
      const [keys, values] = [resultOf(records.getAllKeys()), resultOf(records.getAll())];
      found.push(name, store, await keys, await values);
    }
    database.close();
  }
  return found;
}

/** What went over the network, without what the protocol has to send, and the recipients. */
export async function placesOnWire(wire: Wire, authority: string): Promise<IPlace[]> {
  const requests = await Promise.all(
    wire.requests.map(request => placeOf(request, authority, wire.ended.has(request)))
  );
  return [
    ...requests,
    { name: 'console', text: wire.console.join('\n') },
    { name: 'addresses of websockets', text: wire.sockets.join('\n') },
    { name: 'messages from kernels', text: wire.received.join('\n') },
    { name: 'messages to kernels', text: JSON.stringify(wire.sent.map(withoutToken)) }
  ];
}

/** The tokens that went to kernels, by the channel they took. */
export function tokensSent({ sent }: Wire): { channel: string; token: unknown }[] {
  return sent
    .map(({ channel, content }) => ({ channel, token: dataOf(content).get('token') }))
    .filter(({ token }) => token !== undefined);
}

async function placeOf(request: Request, authority: string, ended: boolean): Promise<IPlace> {
  const url = new URL(request.url());
  const name = `request ${request.method()} ${url.origin}${url.pathname}`;
  const body = request.postData() ?? '';
  if (url.origin === authority) {
    const form = without(new URLSearchParams(body), SAID_TO_AUTHORITY).toString();
    const address = `${url.pathname}?${without(url.searchParams, ['state']).toString()}`;
    return { name, text: `${address}\n${form}` };
  }
  if (url.pathname.endsWith('/redirect.html')) {
    // Browsers keep the fragment to themselves.
    url.hash = '';
  }
  // A page that is closed or reloaded leaves unfinished requests.
  const headers = ended
    ? await request.allHeaders().catch(() => request.headers())
    : request.headers();
  return { name, text: `${url.href}\n${JSON.stringify(headers)}\n${body}` };
}

/** The control channel is between the page and one kernel. */
function withoutToken({ channel, content, ...rest }: IKernelMessage): object {
  const data = dataOf(content);
  const isAnswer = channel === 'control' && data.get('kind') === 'token';
  const visible = isAnswer
    ? Object.fromEntries([...data].filter(([name]) => name !== 'token'))
    : content;
  return { ...rest, channel, content: visible };
}

function dataOf(content: unknown): ReadonlyMap<string, unknown> {
  return fieldsOf(fieldsOf(content).get('data'));
}

function without(query: URLSearchParams, names: readonly string[]): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => !names.includes(name)));
}

function isOfMsal(key: string): boolean {
  return key.startsWith(MSAL);
}

type Entries = [key: string, value: string][];

function storagesOf(page: Page): Promise<{ local: Entries; session: Entries }> {
  return page.evaluate(() => ({
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage)
  }));
}
