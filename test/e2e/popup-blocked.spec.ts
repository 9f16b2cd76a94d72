import { findChromium } from '../chromium.mjs';
import config from './playwright.config';
import { expect, test } from './fixtures';

const chromium = findChromium();

// Playwright turns the blocker off unless told otherwise, and the headless shell has none.
test.use({
  launchOptions: {
    ...config.use?.launchOptions,
    ...(chromium === undefined ? {} : { executablePath: chromium }),
    ignoreDefaultArgs: ['--disable-popup-blocking']
  }
});

const CLICKED = 'the button was clicked without a gesture';

test('says that the browser blocked the window, and signs in at the next click', async ({
  lab,
  jupyter,
  alice
}) => {
  await lab.open(await jupyter.write('popup-blocked.ipynb', ['']));
  // After a reload, JupyterLab shows what it has stored as shown before.
  const stored = lab.page.waitForResponse(response =>
    /"current":"azure-auth-panel"/.test(response.request().postData() ?? '')
  );
  await lab.showPanel();
  await stored;
  // The server's part asks hosts outside of this computer; test/cli/test_doctor.py has it.
  await lab.page.route('**/azure-auth/doctor*', route => route.fulfill({ json: { findings: [] } }));
  await lab.page.addInitScript(clickOnceWhenThere, CLICKED);
  const clicked = lab.page.waitForEvent('console', message => message.text() === CLICKED);
  // Any call of Playwright to a page counts as a user gesture: none until then.
  await lab.page.reload({ waitUntil: 'commit' });
  await clicked;
  await expect(lab.panel).toContainText('Your browser blocked the sign-in window');
  await expect(lab.panel).toContainText('(popup_window_error)');
  await expect(lab.panel).toContainText('Allow pop-up windows for this page, then sign in again.');
  // The check of the installation was clicked in the same way.
  await expect(lab.panel).toContainText('1 problem found.Wrong: pop-up windows');
  await lab.signIn(alice);
});

/** Runs in the page: what a script may do, and a browser does not take for a user gesture. */
function clickOnceWhenThere(text: string): void {
  const observer = new MutationObserver(() => {
    const buttons = document.querySelectorAll<HTMLElement>('#azure-auth-panel button');
    const button = (name: string): HTMLElement | undefined =>
      [...buttons].find(({ innerText }) => innerText === name);
    if (button('Sign in') !== undefined) {
      observer.disconnect();
      button('Check the installation')?.click();
      button('Sign in')?.click();
      console.info(text);
    }
  });
  observer.observe(document, { childList: true, subtree: true });
}
