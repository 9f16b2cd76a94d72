import type { BrowserContext } from '@playwright/test';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { ANOTHER_USER, GOES_ON, RAISING, refused, SHOWING } from './careless-cells';
import { save } from './front-end-steps';
import { FRONT_END_NAMES } from './front-ends';
import { type Jupyter, writeSettings } from './jupyter';
import { authenticate, type Lab } from './lab';
import {
  placeOfBrowser,
  placeOfMsal,
  placesOfPage,
  placesOnWire,
  tokensSent
} from './secret-places';
import { expect, type LocalAzure, test as base, userOf, whileJupyterRuns } from './fixtures';
import { filesBelow, kindsFoundIn, secretsOf, statesOf } from './secret-scan';
import { Wire } from './wire';

/** A JupyterLab that no other test has used, so that its log and files belong to this test. */
const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) =>
      whileJupyterRuns(azure, use, async folder => {
        await writeSettings(folder, '@jupyter-widgets/jupyterlab-manager:plugin', {
          saveState: true
        });
        const all = { windowingMode: 'none' };
        await writeSettings(folder, '@jupyterlab/notebook-extension:tracker', all);
      }),
    { scope: 'worker', timeout: 180_000 }
  ]
});

const BLOCKED = {
  ...{ status: 400, error: 'invalid_grant', suberror: 'message_only' },
  error_description: 'AADSTS53003: Access has been blocked by Conditional Access policies.'
};

for (const frontEnd of FRONT_END_NAMES) {
  test.describe(frontEnd, () => {
    test.use({ frontEnd });

    test('leaves no secret anywhere', async ({
      lab,
      jupyter,
      azure,
      alice,
      configure,
      context
    }) => {
      await noteWhatOthersHear(context);
      const wire = new Wire(context);
      const careless = [...SHOWING, ...RAISING];
      const last = careless.length;
      // Azure is busy for the first; for the second, the page has its refusal long before the cell
      // ends.
      const [busy, blocked] = [refused(1, 2), refused(2, 10)];
      const cells = [...careless, busy, blocked, GOES_ON, ANOTHER_USER];
      await lab.open(
        await jupyter.write(
          'careless.ipynb',
          cells.map(({ source }) => source)
        )
      );
      await lab.signIn(alice);
      for (const [index, { shows }] of careless.entries()) {
        await run(lab, index, shows);
      }
      await configure({ tokenFault: { kind: 'busy' } });
      await run(lab, last, busy.shows);
      // For all requests: the page may still be at the previous one.
      await configure({ tokenFault: null, tokenError: BLOCKED });
      await run(lab, last + 1, blocked.shows);
      await configure({ tokenError: null });
      // The problem may have ended with its cell, and then there is no button to sign in again.
      await lab.signOut();
      await authenticate(await lab.askToSignIn(), alice);
      await expect(lab.button('Sign out')).toBeVisible();

      await lab.run(last + 2);
      await expect.poll(() => existsSync(jupyter.path('went-on'))).toBe(true);
      await save(lab, jupyter, 'careless.ipynb', '"SignInModel"');
      await lab.reload();
      await writeFile(jupyter.path('stop'), '');
      await lab.ready();
      await lab.showPanel();
      await lab.signOut();
      await configure({ nextAuthorizeError: 'AADSTS50105' });
      await lab.askToSignIn();
      await expect(lab.panel.getByRole('status')).toContainText('AADSTS50105');
      await authenticate(await lab.askToSignIn(), userOf(azure, 'bob'));
      await expect(lab.panel.getByText('bob@contoso.com')).toBeVisible();
      await run(lab, last + 3, ANOTHER_USER.shows);
      await save(lab, jupyter, 'careless.ipynb', ANOTHER_USER.shows);

      await expectNoSecrets({ lab, jupyter, azure, wire });
    });
  });
}

interface ITestRun {
  readonly lab: Lab;
  readonly jupyter: Jupyter;
  readonly azure: LocalAzure;
  readonly wire: Wire;
}

/** Look for every secret in every place; a failure names the place and the kind of secret. */
async function expectNoSecrets({ lab: { page }, jupyter, azure, wire }: ITestRun): Promise<void> {
  const secrets = [...(await secretsOf(azure.controlUrl)), ...statesOf(wire)];
  const places = [
    ...(await filesBelow(jupyter.folder)),
    ...(await placesOfPage(page)),
    ...(await placesOnWire(wire, new URL(azure.controlUrl).origin)),
    await placeOfBrowser(page)
  ];
  for (const place of places) {
    expect.soft(kindsFoundIn(place, secrets), place.name).toEqual([]);
  }
  // Secrets are found where they have to be.
  expect(kindsFoundIn(await placeOfMsal(page), secrets)).toEqual(
    expect.arrayContaining(['accessTokens', 'refreshTokens', 'idTokens'])
  );
  expect(new Set(secrets.map(({ kind }) => kind))).toEqual(
    new Set(['accessTokens', 'refreshTokens', 'idTokens', 'codes', 'verifiers', 'states'])
  );
  const tokens = tokensSent(wire);
  const access = secrets.filter(({ kind }) => kind === 'accessTokens').map(({ value }) => value);
  expect(new Set(tokens.map(({ channel }) => channel))).toEqual(new Set(['control']));
  expect(tokens.filter(({ token }) => !access.includes(String(token)))).toEqual([]);
  // The places are the intended ones.
  const placeOf = (file: string): string => `file ${relative(jupyter.folder, file)}`;
  const written = WRITTEN_BY_CELLS.map(name => placeOf(jupyter.path(name)));
  expect(places.map(({ name }) => name)).toEqual(
    expect.arrayContaining([...written, 'file jupyter.log', HISTORY])
  );
  const saved = places.find(({ name }) => name === written[0]);
  expect(saved?.text).toContain('application/vnd.jupyter.widget-state+json');
  expect(saved?.text).toContain('"model_name": "SignInModel"');
}

/** IPython's input history. */
const HISTORY = 'file ipython/profile_default/history.sqlite';

const WRITTEN_BY_CELLS = [
  'careless.ipynb',
  '.ipynb_checkpoints/careless-checkpoint.ipynb',
  'credential.pickle'
];

async function run(lab: Lab, index: number, shows: RegExp): Promise<void> {
  await lab.run(index);
  await expect(lab.cell(index).locator('.jp-OutputArea').first()).toContainText(shows);
  await lab.kernelIs('idle');
}

/**
 * Names and referrers of all windows, including the sign-in window, go to their consoles. So does
 * what they tell all pages of their origin; a channel for one sign-in has a random name.
 */
function noteWhatOthersHear(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => {
    console.debug(JSON.stringify({ name: window.name, referrer: document.referrer }));
    const { postMessage } = BroadcastChannel.prototype;
    BroadcastChannel.prototype.postMessage = function (message: unknown): void {
      if (!/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.test(this.name)) {
        console.debug(this.name, JSON.stringify(message));
      }
      postMessage.call(this, message);
    };
  });
}
