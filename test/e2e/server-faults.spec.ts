import type { Route } from '@playwright/test';
import { fabrikam } from '../azure/users.mjs';
import { CREDENTIAL, FINGERPRINT, OUTLIVES, SOME_TOKEN } from './cells';
import { expect, test } from './localhost-fixtures';
import { accountOf, faultAt, type IFault } from './server-routes';
import { shiftClock } from './shifted-clock';

// Retries happen every five seconds.
const UNCONFIRMED = 'Signing out… The Jupyter server has not confirmed it yet.';

// Situation: server | `sign-out` answers 500, then is reset, and the page is reloaded during it |
// user signs out | none; the panel says that it is not confirmed | the page after it finishes it
test('says that a sign-out is not confirmed, and finishes it on the next page', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  await lab.open(await jupyter.write('signs-out.ipynb', [CREDENTIAL, FINGERPRINT]));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  const signOut = await faultAt(context, 'sign-out', route => route.fulfill({ status: 500 }));
  await lab.button('Sign out').click();
  await expect(lab.panel).toContainText(UNCONFIRMED);
  await expect(lab.panel).not.toContainText(alice.username);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');

  signOut.answer = route => route.abort('connectionreset');
  const { times } = signOut;
  await expect.poll(() => signOut.times).toBeGreaterThan(times);
  await expect(lab.panel).toContainText(UNCONFIRMED);
  expect(await accountOf(jupyter)).toMatchObject({ username: alice.username });
  await lab.reload();
  await lab.showPanel();
  await expect(lab.panel).toContainText(UNCONFIRMED);

  signOut.answer = route => route.continue();
  await expect(lab.panel).not.toContainText(UNCONFIRMED);
  await expect(lab.button('Sign in')).toBeVisible();
  expect(await accountOf(jupyter)).toBeNull();
});

// Situation: server | `session` answers garbage and `{}` | the page looks for a sign-in | the
// user's token, without a prompt | nothing to do
test('treats an unreadable answer as no answer', async ({ lab, jupyter, alice, context }) => {
  const cells = [
    CREDENTIAL,
    FINGERPRINT,
    'print("same", fingerprint(credential.get_token(SCOPE)))'
  ];
  await lab.open(await jupyter.write('unreadable.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  const first = await lab.output(1).innerText();
  const session = await faultAt(context, 'session', route =>
    route.fulfill({ status: 200, body: session.times % 2 === 0 ? '<html>garbage' : '{}' })
  );
  await expect.poll(() => session.times).toBeGreaterThan(3);
  await expect(lab.panel).toContainText(alice.username);
  await expect(lab.button('Sign out')).toBeVisible();
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(first.trim().replace('token', 'same'));
});

// Situation: Jupyter server | answers `config` with 500 and resets `loopback/probe`, once each | page
// loads | as without the fault | nothing to do: the page asks again
test('recovers without a reload from a failure while the page loaded', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const failing = async (name: string, fail: (route: Route) => Promise<void>): Promise<IFault> => {
    const fault = await faultAt(context, name, async route =>
      fault.times === 0 ? fail(route) : route.continue()
    );
    return fault;
  };
  const config = await failing('config', route => route.fulfill({ status: 500 }));
  const probe = await failing('loopback/probe', route => route.abort('connectionreset'));
  await lab.open(await jupyter.write('faulty-start.ipynb', [CREDENTIAL, FINGERPRINT]));
  await lab.showPanel();
  await expect(lab.button('Sign in')).toBeVisible();
  await expect(lab.panel.locator('.jp-AzurePanel-notice')).toHaveCount(0);
  await lab.signIn(alice);
  expect(config.times).toBeGreaterThan(1);
  expect(probe.times).toBeGreaterThan(1);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
});

for (const [word, minutes] of [
  ['behind', -10],
  ['ahead', 10]
] as const) {
  // Situation: browser's clock | 10 minutes behind, or ahead | a loop outlives its tokens | the
  // user's, never one that has expired by the kernel's clock | nothing to do
  test(`gives no expired token if the browser's clock is ${word}`, async ({
    lab,
    jupyter,
    alice,
    configure
  }) => {
    await configure({ accessTokenSeconds: 8 });
    await lab.page.addInitScript(shiftClock, minutes * 60_000);
    await lab.open(await jupyter.write(`${word}.ipynb`, [CREDENTIAL, OUTLIVES]));
    await lab.signIn(alice);
    await lab.run(0);
    await lab.run(1);
    await expect(lab.output(1)).toHaveText('renewed: True past their end: 0');
  });
}

const ELSEWHERE = `
JupyterCredential(tenant_id="${fabrikam.id}", timeout=3).get_token(SCOPE)
`;

// Situation: sign-in at the server | a cell for another tenant needs another check, and times out |
// first token | `timed_out`, and no problem in the panel | run the cell again
test('leaves no problem of a cell that timed out for another tenant', async ({
  lab,
  jupyter,
  alice,
  configure
}) => {
  await lab.open(await jupyter.write('elsewhere.ipynb', [CREDENTIAL, ELSEWHERE, FINGERPRINT]));
  await lab.signIn(alice);
  await lab.run(0);
  const text = 'AADSTS50076: You must use multi-factor authentication.';
  await configure({
    nextTokenError: { status: 400, error: 'interaction_required', error_description: text }
  });
  await lab.run(1);
  await expect(lab.panel).toContainText(`Storage in tenant ${fabrikam.id}`);
  await expect(lab.panel).toContainText('AADSTS50076');
  await expect(lab.output(1)).toContainText('[timed_out]');
  await expect(lab.panel).not.toContainText('AADSTS50076');
  await expect(lab.panel.locator('.jp-AzurePanel-notice')).toHaveCount(0);
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(SOME_TOKEN);
  await expect(lab.panel).toContainText(alice.username);
  await expect(lab.panel.locator('.jp-AzurePanel-notice')).toHaveCount(0);
});
