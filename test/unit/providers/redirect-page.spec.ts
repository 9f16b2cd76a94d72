/** @jest-environment jsdom */
import { awaitRedirectPage } from '../../../src/providers/redirect-page';

const PAGE = '/static/redirect.html';

let handOn: jest.Mock;
let handedOn: Promise<string>;

/** What the page shows to its user. */
const text = (): string => document.querySelector('p')?.textContent ?? '';

/** Open the redirect page at an address, as the authority does. */
function open(fragment: string): void {
  history.replaceState(null, '', `${PAGE}${fragment}`);
  jest.isolateModules(() => void jest.requireActual('../../../style/redirect/redirect.js'));
}

const answered = (state: string): string =>
  `#code=CODE&state=${encodeURIComponent(`msal|${state}`)}`;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  document.body.innerHTML = '<p>The sign-in goes on.</p>';
  handedOn = new Promise(resolve => {
    handOn = jest.fn(async () => resolve(location.hash));
  });
  Object.assign(globalThis, { msalRedirectBridge: { broadcastResponseToMainFrame: handOn } });
});

afterEach(() => jest.useRealTimers());

// The response to one sign-in must not depend on earlier ones.
it.each(['first', 'second', 'third'])('forwards what a page waits for: %s sign-in', async () => {
  const page = awaitRedirectPage();
  open(answered(page.state));
  expect(location.hash).toBe('');
  expect(await handedOn).toBe(answered(page.state));
  page.release();
  jest.advanceTimersByTime(60_000);
  expect(text()).toBe('The sign-in goes on.');
});

it('says so when the page that began it has gone, and forgets the code', () => {
  const other = awaitRedirectPage();
  const gone = awaitRedirectPage();
  gone.release();
  open(answered(gone.state));
  jest.advanceTimersByTime(2999);
  expect(text()).toBe('The sign-in goes on.');
  jest.advanceTimersByTime(1);
  expect(text()).toMatch(/^This sign-in can no longer be completed, .* reloaded or closed\./);
  expect(location.href).not.toContain('CODE');
  expect(handOn).not.toHaveBeenCalled();
  other.release();
});

it('forwards to a page that was busy', async () => {
  const busy = new BroadcastChannel('jupyter-azure-auth:busy');
  const asked = new Promise(resolve => (busy.onmessage = resolve));
  open(answered('busy'));
  await asked;
  jest.advanceTimersByTime(3000);
  busy.postMessage('waiting');
  expect(await handedOn).toBe(answered('busy'));
  busy.close();
});

it.each(['', '#error=access_denied&state=msal'])(
  'asks no page if nothing names one: %s',
  async fragment => {
    open(fragment);
    expect(await handedOn).toBe(fragment);
  }
);
