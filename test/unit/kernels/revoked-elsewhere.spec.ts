/** @jest-environment jsdom */
import { PROCESSES } from '../../../src/kernels/access-control';
import { ALICE } from '../panel/fixtures';
import { KernelHarness } from './kernel-harness';

type Answer = ReadonlyMap<string, unknown>;

const lists = (kernels: readonly string[], programs = false): Answer =>
  new Map([['revoked', { kernels, programs }]]);

let harness: KernelHarness;

beforeEach(() => {
  jest.useFakeTimers();
  sessionStorage.clear();
});

afterEach(() => jest.useRealTimers());

/** A page whose server answers this about access. */
async function begin(answer: (route: string, fields: object) => Promise<Answer>): Promise<void> {
  harness = new KernelHarness(answer);
  await harness.setSignedIn(ALICE);
}

/** Another tab of this browser has changed something, and the server knows. */
async function hear(answer: Answer): Promise<void> {
  harness.server.post.mockImplementation(async () => answer);
  const key = 'jupyter-azure-auth:access-changed';
  window.dispatchEvent(new StorageEvent('storage', { key }));
  await harness.pass(0);
}

// Situation: page, kernel | another tab revokes the kernel | this tab has given it a token | the
// kernel forgets it and gets no other from this tab | Allow again in either tab
it('follows what another tab revokes, and allows again', async () => {
  await begin(async () => lists([]));
  await harness.ask('c1');
  expect(harness.takeSent()).toEqual(['c1 token alice']);
  await hear(lists(['k1'], true));
  expect(harness.takeSent()).toEqual(['c1 error signed_out']);
  expect(harness.tokenService.grants).toEqual([]);
  expect(harness.access.revoked).toEqual([
    { kernelId: 'k1', label: 'A kernel' },
    { kernelId: PROCESSES, label: 'A kernel' }
  ]);
  await harness.ask('c2', { request_id: 'r2' });
  expect(harness.takeSent()).toEqual(['c2 error denied']);
  // In another browser, so that this tab hears of it when its user comes back.
  harness.server.post.mockImplementation(async () => lists([]));
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  await harness.pass(0);
  expect(harness.access.revoked).toEqual([]);
  await harness.ask('c3', { request_id: 'r3' });
  expect(harness.takeSent()).toEqual(['c3 token alice']);
});

it('gives no token in a new tab before it knows what is revoked', async () => {
  let answer: (answer: Answer) => void = () => undefined;
  await begin(() => new Promise(resolve => (answer = resolve)));
  await harness.ask('c1');
  expect(harness.takeSent()).not.toContain('c1 token alice');
  answer(lists(['k1']));
  await harness.pass(0);
  expect(harness.takeSent()).toContain('c1 error denied');
});

// Situation: user's settings file with `kernelAccess` `deny` | it has another mistake, so that Jupyter
// gives the page none of the settings | a cell asks for a token | `kernel_access_denied` | correct the
// file
it('gives no token that the file of the settings denies, until it no longer does', async () => {
  const stores = (kernelAccess: string): Answer =>
    new Map([...lists([]), ['kernel_access', kernelAccess]]);
  await begin(async () => stores('deny'));
  await harness.ask('c1');
  expect(harness.takeSent()).toEqual(['c1 error denied']);
  await hear(stores('ask'));
  await harness.ask('c2', { request_id: 'r2' });
  expect(harness.takeSent()).toEqual(['c2 pending consent']);
  let answer: (answer: Answer) => void = () => undefined;
  harness.server.post.mockImplementation(() => new Promise(resolve => (answer = resolve)));
  harness.access.settingChanged('allow');
  await harness.ask('c3', { request_id: 'r3' });
  expect(harness.takeSent()).toEqual(['c3 token alice']);
  answer(stores('deny'));
  await harness.pass(0);
  expect(harness.takeSent()).toEqual(['c3 error signed_out']);
  await harness.ask('c4', { request_id: 'r4' });
  expect(harness.takeSent()).toEqual(['c4 error denied']);
});

// Situation: page, kernel | another tab sets `kernelAccess` to `deny` | this tab has given it a token |
// the kernel forgets it and gets no other from this tab | the setting
it('takes back its tokens when another tab denies them', async () => {
  await begin(async () => lists([]));
  await harness.ask('c1');
  expect(harness.takeSent()).toEqual(['c1 token alice']);
  await hear(new Map([...lists([]), ['kernel_access', 'deny']]));
  expect(harness.takeSent()).toEqual(['c1 error signed_out']);
  expect(harness.tokenService.grants).toEqual([]);
});

it('gives no token that the file denies while it still reports what was revoked', async () => {
  const revoked = JSON.stringify(['revoked', 'k2', 'other.ipynb']);
  sessionStorage.setItem('jupyter-azure-auth:access', JSON.stringify([revoked]));
  const stored: Answer = new Map([...lists([]), ['kernel_access', 'deny']]);
  await begin((_, fields) =>
    'revoked' in fields ? new Promise(() => undefined) : Promise.resolve(stored)
  );
  await harness.ask('c1');
  expect(harness.takeSent()).toEqual(['c1 error denied']);
});

describe('a click', () => {
  /** Have this tab look, and return what answers it later. */
  function looking(): (answer: Answer) => void {
    const answers: ((answer: Answer) => void)[] = [];
    harness.server.post.mockImplementation(() => new Promise(resolve => answers.push(resolve)));
    window.dispatchEvent(new StorageEvent('storage', { key: 'jupyter-azure-auth:access-changed' }));
    return answer => answers.forEach(resolve => resolve(answer));
  }

  it('is not undone by an answer from before it', async () => {
    await begin(async () => lists(['k1']));
    const { access, server } = harness;
    const answer = looking();
    server.post.mockReturnValue(new Promise(() => undefined));
    access.restore('k1');
    answer(lists(['k1']));
    await harness.pass(0);
    expect(access.revoked).toEqual([]);
  });

  it('is not undone by such an answer that comes after its own', async () => {
    await begin(async () => lists([]));
    const { access, server } = harness;
    const answer = looking();
    server.post.mockResolvedValue(lists(['k1']));
    access.revoke('k1', 'analysis.ipynb');
    await harness.pass(0);
    answer(lists([]));
    await harness.pass(0);
    expect(access.revoked).toEqual([{ kernelId: 'k1', label: 'analysis.ipynb' }]);
  });
});

it('keeps what the user revokes at a server that lists nothing', async () => {
  await begin(async () => Promise.reject(new Error('404')));
  harness.access.revoke('k1', 'analysis.ipynb');
  await harness.pass(10_000);
  await hear(lists([]));
  expect(harness.access.revoked).toEqual([{ kernelId: 'k1', label: 'analysis.ipynb' }]);
});
