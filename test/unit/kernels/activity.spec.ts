/** @jest-environment jsdom */
import { activityOfPage, tokenIdOf } from '../../../src/kernels/activity';
import { ALICE, STORAGE } from '../panel/fixtures';
import {
  FakeConnection,
  type KernelHarness,
  aClient,
  aToken,
  anError,
  withKernelHarness
} from './kernel-harness';

let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));

/** The claims `{"uti": "uti-1"}`, in base64url, with a payload that needs its alphabet. */
const CLAIMS = btoa(JSON.stringify({ uti: 'uti-1', text: '>>>???' }))
  .replace(/\+/g, '-')
  .replace(/\//g, '_')
  .replace(/=+$/, '');
const JWT = `eyJh.${CLAIMS}.signature`;

/** What the page has reported, in order, once the tokens are under way. */
async function reported(): Promise<Record<string, unknown>[]> {
  await jest.advanceTimersByTimeAsync(50);
  return harness.activityServer.post.mock.calls.map(
    ([, fields]) => (fields as { entry: Record<string, unknown> }).entry
  );
}

it('reports every token that the page gives to a kernel, including pushed ones', async () => {
  const other = new FakeConnection('k2', 'ours');
  harness.connections.add(other.self, aClient('other.ipynb'));
  await harness.setSignedIn(ALICE);
  await harness.ask('c1');
  const later = Date.now() + 7_200_000;
  harness.auth.getToken.mockResolvedValue(aToken({ token: JWT, expiresOnTimestamp: later }));
  await harness.ask('c2', { request_id: 'r2' }, other);
  expect(harness.activityServer.post).not.toHaveBeenCalled();
  const [first, second, pushed] = await reported();
  expect(first).toEqual({
    ...{ id: expect.any(String), kernel_id: 'k1', name: 'analysis.ipynb', uti: null },
    ...{
      resource: 'https://storage.azure.com',
      result: 'issued',
      source: 'popup',
      by_program: false
    },
    ...{ account_id: 'o.t', username: 'alice@contoso.com' }
  });
  expect(second).toMatchObject({ kernel_id: 'k2', name: 'other.ipynb', uti: 'uti-1' });
  expect(pushed).toMatchObject({ kernel_id: 'k1', name: 'analysis.ipynb', uti: 'uti-1' });
  expect(JSON.stringify([await reported(), activityOfPage()])).not.toMatch(/TOKEN|signature/);
});

it('reports a refusal after the tokens before it', async () => {
  await harness.setSignedIn(ALICE);
  await harness.ask('c1');
  harness.tokenService.revoke('k1');
  await harness.ask('c2', { request_id: 'r2' });
  const results = (await reported()).map(({ result }) => result);
  expect(results).toEqual(['issued', 'access_revoked']);
});

it('reports the tokens that were just given when the page goes away', async () => {
  await harness.setSignedIn(ALICE);
  await harness.ask('c1');
  window.dispatchEvent(new Event('pagehide'));
  expect(harness.activityServer.post).toHaveBeenCalledTimes(1);
  expect(await reported()).toMatchObject([{ kernel_id: 'k1', result: 'issued' }]);
});

it('reports a refusal with its reason, and keeps entries if the server does not answer', async () => {
  harness.activityServer.post.mockRejectedValue(new Error('404'));
  harness.auth.getToken.mockRejectedValue(anError('failed', 'refused'));
  await harness.ask('c1', { scopes: STORAGE });
  expect(await reported()).toMatchObject([
    { kernel_id: 'k1', result: 'refused', account_id: null }
  ]);
  expect(activityOfPage()[0]).toMatchObject({ result: 'refused', name: 'analysis.ipynb' });
});

it.each(['opaque', 'a.b.c', 'a..c', `a.${btoa('{"uti":1}')}.c`, ''])('reads no id of %s', token => {
  expect(tokenIdOf(token)).toBeNull();
});
