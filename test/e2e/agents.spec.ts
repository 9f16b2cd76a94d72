import { readFile } from 'node:fs/promises';
import { expectAccessible } from './accessible';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { expect, test } from './fixtures';
import { authenticate } from './lab';
import { runByProgram } from './second-client';

/** Writes the outcome, since no document shows the output of a program's cell. */
const asked = (scope: string, file: string): string => `
try:
    outcome = "token " + fingerprint(credential.get_token("${scope}"))
except Exception as error:
    outcome = str(error)
Path("${file}").write_text(outcome)
`;

/** The user's own cell, which does not use what the program's cell got. */
const OWN = `credential.close()\n${FINGERPRINT}`;

const STORAGE = 'https://storage.azure.com/.default';
const MANAGEMENT = 'https://management.azure.com/.default';

// Situation: page | an agent runs a cell in the user's kernel | its first token | the user is asked
// | Allow, or Deny for the agent alone
test('asks before a cell that a program runs gets a token', async ({ lab, jupyter, alice }) => {
  const outcome = (file: string): Promise<string> =>
    readFile(jupyter.path(file), 'utf8').catch(() => '');
  const path = await jupyter.write('agents.ipynb', [CREDENTIAL, OWN]);
  await lab.open(path);
  await lab.showPanel();
  const popup = await lab.askToSignIn();
  await lab.button('Show window').click();
  await authenticate(popup, alice);
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await lab.run(0);
  await lab.kernelIs('idle');
  const kernelId = await jupyter.kernelOf(path);

  await runByProgram(lab.page, kernelId, asked(STORAGE, 'allowed'));
  await expect(lab.panel).toContainText(
    'A program ran a cell in agents.ipynb that wants to use Storage with your account.'
  );
  await expectAccessible(lab.page, '.jp-AzurePanel');
  await lab.button('Allow').click();
  await expect.poll(() => outcome('allowed')).toMatch(SOME_TOKEN);
  await expect(lab.panel).toContainText('Run by a program');

  await runByProgram(lab.page, kernelId, asked(MANAGEMENT, 'denied'));
  await lab.button('Deny').click();
  await expect.poll(() => outcome('denied')).toContain('[denied]');
  // The user's own cells are not refused with it.
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  await expect(lab.panel).not.toContainText('Run by a program');
});
