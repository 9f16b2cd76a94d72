import type { Page } from '@playwright/test';
import { authenticate, type IUser, type Lab, stepsAtFreshAuthority, typePassword } from './lab';
import { expect, test } from './fixtures';

/** What goes wrong between the click and the response, and what the panel says about it. */
interface ITrouble {
  readonly words: RegExp;
  /** What the user, the authority or the network does in the window that has opened. */
  readonly happen: (popup: Page) => Promise<unknown>;
  /** Repairs it, if it does not pass by itself. */
  readonly pass?: () => Promise<void>;
}

/** The problem is reported as text with a code, and the same page signs in at the next click. */
async function failsOnceOnly(lab: Lab, alice: IUser, trouble: ITrouble): Promise<void> {
  await trouble.happen(await lab.askToSignIn());
  await expect(lab.panel.getByRole('status')).toContainText(trouble.words);
  await trouble.pass?.();
  await lab.signIn(alice);
  await expect(lab.panel.getByRole('status')).not.toContainText(trouble.words);
  await lab.signOut();
}

const click = (name: string) => (popup: Page) => popup.getByRole('button', { name }).click();

test.beforeEach(async ({ lab, jupyter }) => {
  await lab.open(await jupyter.write('popup-trouble.ipynb', ['']));
  await lab.showPanel();
});

test('signs in on the same page after each failure', async ({ lab, alice, configure, context }) => {
  const step = stepsAtFreshAuthority(configure, context);

  await step('the user has closed the window', () =>
    failsOnceOnly(lab, alice, {
      words: /The sign-in window seems to be closed \(popup_closed\)\.\s*Sign in again\./,
      happen: async popup => {
        await popup.getByLabel('User name').fill('half a na');
        await popup.close();
      }
    })
  );

  await step('the user has cancelled in the window', () =>
    failsOnceOnly(lab, alice, {
      words: /The sign-in was cancelled \(access_denied\)\.\s*Nothing has changed\./,
      happen: click('Cancel')
    })
  );

  await step('the user has cancelled in the panel', async () => {
    const popup = await lab.askToSignIn();
    await expect(lab.panel.getByText('Continue in the sign-in window.')).toBeVisible();
    const closed = popup.waitForEvent('close');
    await lab.button('Cancel').click();
    await closed;
    await expect(lab.panel.getByText('Sign in once, and your notebooks')).toBeVisible();
    await lab.signIn(alice);
    await lab.signOut();
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
    await lab.signOut();
  });

  await step('the password was mistyped', async () => {
    const popup = await lab.askToSignIn();
    await typePassword(popup, { ...alice, password: 'mistyped' });
    await expect(popup.getByRole('alert')).toContainText('AADSTS50126');
    await typePassword(popup, alice);
    await expect(lab.panel.getByText(alice.username)).toBeVisible();
    await lab.signOut();
  });

  await step('the authority has refused', async () => {
    await configure({ nextAuthorizeError: 'AADSTS50105' });
    await failsOnceOnly(lab, alice, {
      words: /Your account has no role .* \(AADSTS50105\)\..*Ask your administrator to assign you/,
      happen: async () => undefined
    });
  });

  await step('the code was refused', async () => {
    const text = 'AADSTS53003: Access has been blocked by Conditional Access policies.';
    const refusal = { status: 400, error: 'invalid_grant', error_description: text };
    await configure({ nextTokenError: { ...refusal, suberror: 'message_only' } });
    await failsOnceOnly(lab, alice, {
      words: /\(AADSTS53003\)/,
      happen: popup => typePassword(popup, alice)
    });
  });

  await step('the authority was out of order', async () => {
    await configure({ tokenFault: { kind: 'busy' } });
    await failsOnceOnly(lab, alice, {
      words:
        /Azure is busy or unavailable \(temporarily_unavailable\)\.\s*Wait a minute, then try again\./,
      happen: popup => typePassword(popup, alice),
      pass: () => configure({ tokenFault: null })
    });
  });

  // Situation: popup | one reset or 500 while the code is redeemed | sign-in | the user is signed
  // in | nothing to do
  for (const kind of ['reset', 'busy']) {
    await step(`one answer was lost: ${kind}`, async () => {
      await configure({ tokenFault: { kind, times: 1 } });
      await lab.signIn(alice);
      await lab.signOut();
    });
  }

  await step('the network was gone', async () => {
    const token = /\/oauth2\/v2\.0\/token/;
    await context.route(token, route => route.abort());
    await failsOnceOnly(lab, alice, {
      words: /Azure could not be reached \(\w+\)\.\s*Check the network, then try again\./,
      happen: popup => typePassword(popup, alice),
      pass: () => context.unroute(token)
    });
  });
});

// Situation: page | reloaded while its user is at the sign-in window of `popup` | sign-in | no
// token: the window says what happened | sign in again
test('says in the window that the page was reloaded', async ({ lab, alice }) => {
  await lab.signIn(alice);
  await lab.signOut();
  const popup = await lab.askToSignIn();
  await lab.reload();
  await lab.ready();
  await authenticate(popup, alice);
  await expect(popup.getByRole('status')).toContainText('reloaded or closed');
  expect(popup.url()).not.toContain('code=');
  await popup.close();
  await lab.showPanel();
  for (let times = 0; times < 3; times++) {
    await lab.signIn(alice);
    await lab.signOut();
  }
});
