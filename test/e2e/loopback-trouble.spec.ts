import type { Page } from '@playwright/test';
import { authenticate, stepsAtFreshAuthority, typePassword } from './lab';
import { expect, test } from './localhost-fixtures';

const click = (name: string) => (popup: Page) => popup.getByRole('button', { name }).click();
const WAITS = 'Continue in the sign-in window.';

test('signs in on the same page after each failure', async ({
  lab,
  jupyter,
  alice,
  configure,
  context
}) => {
  const begin = stepsAtFreshAuthority(configure, context);
  const step = (title: string, fail: () => Promise<void>): Promise<void> =>
    begin(title, async () => {
      await fail();
      await lab.signOut();
    });
  await lab.open(await jupyter.write('loopback-trouble.ipynb', ['']));
  await lab.showPanel();

  await step('the browser has blocked the window', async () => {
    await lab.page.evaluate(() => {
      const { open } = window;
      window.open = () => {
        window.open = open;
        return null;
      };
    });
    await lab.button('Sign in').click();
    const blocked = 'Your browser blocked the sign-in window (popup_blocked).';
    await expect(lab.panel).toContainText(blocked);
    await lab.signIn(alice);
  });

  await step('the user has closed the window', async () => {
    const popup = await lab.askToSignIn();
    await popup.getByLabel('User name').fill('half a na');
    await popup.close();
    await expect(lab.panel).toContainText('The sign-in window seems to be closed (popup_closed).');
    await lab.signIn(alice);
  });

  await step('the user has cancelled in the panel', async () => {
    await context.route(/login\.microsoftonline\.com/, () => undefined);
    const popup = await lab.askToSignIn();
    await expect(lab.panel).toContainText(WAITS);
    const closed = popup.waitForEvent('close');
    await lab.button('Cancel').click();
    await closed;
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await lab.signIn(alice);
  });

  await step('the user has cancelled in the window', async () => {
    await click('Cancel')(await lab.askToSignIn());
    await expect(lab.panel).toContainText('The sign-in was cancelled (cancelled).');
    await lab.signIn(alice);
  });

  await step('the user has refused consent', async () => {
    await configure({ askConsent: true });
    const popup = await lab.askToSignIn();
    await typePassword(popup, alice);
    await click('Cancel')(popup);
    await expect(lab.panel).toContainText('You declined consent for Azure (AADSTS65004).');
    const again = await lab.askToSignIn();
    await authenticate(again, alice);
    await click('Accept')(again);
    await expect(lab.panel.getByText(alice.username)).toBeVisible();
  });

  await step('the authority has refused', async () => {
    await configure({ nextAuthorizeError: 'AADSTS50105' });
    await lab.askToSignIn();
    await expect(lab.panel).toContainText('Your account has no role');
    await lab.signIn(alice);
  });

  await step('the code was refused', async () => {
    const text = 'AADSTS53003: Access has been blocked by Conditional Access policies.';
    const refusal = { status: 400, error: 'invalid_grant', error_description: text };
    await configure({ nextTokenError: { ...refusal, suberror: 'message_only' } });
    await typePassword(await lab.askToSignIn(), alice);
    await expect(lab.panel).toContainText('(AADSTS53003)');
    await lab.signIn(alice);
  });
});
