import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { CREDENTIAL, FINGERPRINT, WRITE, WRITTEN } from './cells';
import {
  control,
  goesOnAfterReload,
  isAccessibleInBothThemes,
  SHORT_LIFE,
  UNTIL_RENEWED,
  WIDGET,
  writesABlob
} from './front-end-steps';
import type { Jupyter } from './jupyter';
import { Notebook } from './notebook';
import { placeOfBrowser, placesOfPage, placesOnWire } from './secret-places';
import { filesBelow, type ISecret, kindsFoundIn, secretsOf } from './secret-scan';
import { expect, type LocalAzure, test } from './fixtures';
import { Wire } from './wire';

const CELLS = [CREDENTIAL, FINGERPRINT, WRITE, WIDGET, UNTIL_RENEWED];
const [TOKEN, MAIN_JOB, CARD, RENEWAL] = [1, 2, 3, 4];

/**
 * Jupyter Notebook, served by the same server as JupyterLab. It has no status bar, and its
 * sidebars are hidden: the item at the right of the menu bar is where a new user finds Azure. With
 * `popup`, each notebook is a tab of its own.
 */
// Reach: Jupyter Notebook 7 | localhost, with an app registration | `popup` | a waiting cell
// continues, even after a reload; a cell writes and reads a blob
// Reach: Jupyter Notebook 7, a second notebook | localhost, with an app registration | `popup` | uses the sign-in of the first one; a cell outlives its token
test('does all of its work in Jupyter Notebook, with one sign-in for all notebooks', async ({
  page,
  lab: { page: samePage },
  jupyter,
  azure,
  alice,
  configure,
  context
}, info) => {
  expect(samePage).toBe(page);
  await configure(SHORT_LIFE);
  const before = await secretsOf(azure.controlUrl);
  const wire = new Wire(context);
  const first = new Notebook(page, jupyter, '');

  await test.step('an item leads to the panel, even if no notebook is open', async () => {
    await page.goto(`${jupyter.url}tree?token=${jupyter.token}`);
    await expect(first.item).toHaveText('○Sign in to Azure');
    await first.item.click();
    await expect(first.button('Sign in')).toBeVisible();
    await page.screenshot({ path: info.outputPath('tree.png') });
    await chooseInMenu(page, 'View', 'Left Sidebar', 'Show Azure');
    await expect(first.panel).toBeHidden();
    await chooseInMenu(page, 'Settings', 'Azure', 'Show the Azure panel');
    await expect(first.button('Sign in')).toBeVisible();
  });

  await test.step('a waiting cell continues, even after a reload during its wait', async () => {
    await first.open(await jupyter.write('first.ipynb', CELLS));
    await first.run(0);
    await first.run(TOKEN);
    await expect(first.item).toHaveText('⚠1 waiting');
    await page.screenshot({ path: info.outputPath('waiting.png') });
    await first.item.click();
    await expect(first.button('Sign in')).toBeFocused();
    await isAccessibleInBothThemes(first, '.jp-AzurePanel, .jp-AzureControl');
    await expectAccessible(page, '#azure-auth-status');
    const waiting = { name: 'first.ipynb', cell: TOKEN, user: alice };
    await goesOnAfterReload(first, jupyter, waiting);
    await expect(first.item).toHaveText(`◉${alice.username}`);
    await writesABlob(first, MAIN_JOB);
  });

  const windows: Page[] = [];
  context.on('page', opened => windows.push(opened));
  const second = new Notebook(await context.newPage(), jupyter, '');
  await test.step('a second notebook does not ask its user again', async () => {
    await second.open(await jupyter.write('second.ipynb', CELLS));
    await expect(second.item).toHaveText(`◉${alice.username}`);
    await second.run(0);
    await writesABlob(second, MAIN_JOB);
    await second.run(CARD);
    await expect(control(second, CARD)).toContainText(alice.username);
    await second.showPanel();
    await expect(second.panel).toContainText('Signed in from another tab. Keep that tab open.');
    await expectAccessible(second.page, '.jp-AzurePanel, .jp-AzureControl');
    await second.page.screenshot({ path: info.outputPath('second.png') });
    await second.run(RENEWAL);
    await expect(second.output(RENEWAL)).toHaveText('renewed', { timeout: 120_000 });
    expect(windows).toEqual([second.page]);
  });

  await test.step('a sign-out in the first ends it in the second, and a sign-in returns', async () => {
    await first.page.bringToFront();
    await first.showPanel();
    await first.signOut();
    await second.page.bringToFront();
    await expect(second.button('Sign in')).toBeVisible();
    await second.run(MAIN_JOB);
    await expect(control(second, MAIN_JOB)).toBeVisible();
    await first.page.bringToFront();
    await first.signIn(alice);
    await second.page.bringToFront();
    await expect(second.output(MAIN_JOB)).toHaveText(WRITTEN);
  });

  await expectNoSecrets(second, jupyter, azure, wire, before);

  await test.step('the second says that the first was closed', async () => {
    await first.page.close();
    // Headless browsers show every tab.
    await second.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect(second.panel).toContainText('is closed or not responding (other_tab_closed).');
    await expect(second.button('Sign in')).toBeVisible();
  });
});

/** Choose an entry of the menu bar. */
async function chooseInMenu(page: Page, menu: string, ...entries: string[]): Promise<void> {
  await page.locator('#menu-panel').getByRole('menuitem', { name: menu, exact: true }).click();
  for (const [index, name] of entries.entries()) {
    // Each submenu is a menu of its own.
    await page.locator('.lm-Menu').nth(index).getByText(name, { exact: true }).click();
  }
}

/** Look for every secret of this test, except where one tab sends its access tokens to another. */
async function expectNoSecrets(
  { page }: Notebook,
  jupyter: Jupyter,
  azure: LocalAzure,
  wire: Wire,
  before: readonly ISecret[]
): Promise<void> {
  const known = new Set(before.map(({ value }) => value));
  const secrets = (await secretsOf(azure.controlUrl)).filter(({ value }) => !known.has(value));
  const places = [
    ...(await filesBelow(jupyter.folder)),
    ...(await placesOfPage(page)),
    ...(await placesOnWire(wire, new URL(azure.controlUrl).origin)),
    await placeOfBrowser(page)
  ];
  const given = places.filter(({ name }) => name.endsWith('/azure-auth/tabs/answer'));
  for (const place of places) {
    const allowed = given.includes(place) ? ['accessTokens'] : [];
    expect.soft(kindsFoundIn(place, secrets), place.name).toEqual(allowed);
  }
  expect(given).not.toEqual([]);
  // The second tab holds nothing that renews a token.
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('refreshtoken');
  const kinds = secrets.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['accessTokens', 'refreshTokens', 'codes']));
}
