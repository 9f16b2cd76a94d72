import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { type Jupyter, writeSettings } from './jupyter';
import type { Lab } from './lab';
import { expect, test } from './localhost-fixtures';

/** Holds a token, and asks for the next one when the test says so. */
const HOLDS = `
credential.get_token(SCOPE)
Path("held").touch()
ends = time.monotonic() + 240
while not Path("go").exists() and time.monotonic() < ends:
    work()
try:
    credential.get_token(SCOPE)
    outcome = "token"
except Exception as error:
    outcome = str(error)
Path("outcome").write_text(outcome)
`;

test.afterEach(async ({ jupyter }) => choose(jupyter, {}));

// Situation: sign-in at the server | the user revokes a kernel that holds a token, and closes the
// page | its next token | `access_revoked` | Allow again in the panel
test('asks, revokes with and without a page, allows again, and denies', async ({
  lab,
  jupyter,
  alice
}) => {
  await choose(jupyter, { kernelAccess: 'ask' });
  const path = await jupyter.write('access.ipynb', [CREDENTIAL, FINGERPRINT, HOLDS]);
  await lab.open(path);
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await lab.button('Allow').click();
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);

  await lab.run(2);
  await expect.poll(() => existsSync(jupyter.path('held'))).toBe(true);
  await lab.button('Revoke the access of access.ipynb').click();
  await expect(lab.panel).toContainText('Access revoked');
  await lab.page.goto('about:blank');
  await writeFile(jupyter.path('go'), '');
  const outcome = (): Promise<string> => readFile(jupyter.path('outcome'), 'utf8').catch(() => '');
  await expect
    .poll(outcome)
    .toContain("You have revoked this kernel's or program's access to Azure.");

  await lab.open(path);
  await lab.showPanel();
  await expect(lab.panel).toContainText('Access revoked');
  await lab.run(1);
  await expect(lab.output(1)).toContainText('[access_revoked]');
  await lab.button('Allow access.ipynb again').click();
  await lab.run(1);
  await lab.button('Allow for this kernel').click();
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);

  // The kernel holds a token, and the server would give it another one.
  await choose(jupyter, { kernelAccess: 'deny' });
  await runsAfterReload(lab, '[kernel_access_denied]');
});

// Situation: user's settings file with `kernelAccess` `deny` | it has a setting of a newer version, so
// that Jupyter gives pages none of its settings | a cell asks for a token | `kernel_access_denied` |
// correct the file
test('denies what a settings file denies that Jupyter drops', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('denied.ipynb', [CREDENTIAL, FINGERPRINT]));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  const settings = { kernelAccess: 'deny', ofNewerVersion: true };
  await writeSettings(jupyter.folder, 'jupyter-azure-auth:session', settings);
  await runsAfterReload(lab, '[kernel_access_denied]');
});

/** Reload the page, and run the cell until its output contains a text. */
async function runsAfterReload(lab: Lab, text: string): Promise<void> {
  await lab.reload();
  await lab.ready();
  await expect
    .poll(async () => {
      await lab.run(1);
      await lab.kernelIs('idle');
      return lab.output(1).innerText();
    })
    .toContain(text);
}

/** Choose settings as the Settings Editor stores them. */
async function choose({ url, token }: Jupyter, settings: object): Promise<void> {
  const answer = await fetch(`${url}lab/api/settings/jupyter-azure-auth:session`, {
    method: 'PUT',
    headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ raw: JSON.stringify(settings) })
  });
  expect(answer.status).toBe(204);
}
