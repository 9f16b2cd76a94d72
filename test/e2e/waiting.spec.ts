import { readFile } from 'node:fs/promises';
import { CREDENTIAL } from './cells';
import { runCommand } from './commands';
import { FRONT_END_NAMES } from './front-ends';
import type { Jupyter } from './jupyter';
import { authenticate, type Lab } from './lab';
import { expect, test } from './fixtures';

const ASK = `
print("before")
fingerprint(credential.get_token(SCOPE))
print("after")
`;

for (const frontEnd of FRONT_END_NAMES) {
  test.describe(frontEnd, () => {
    test.use({ frontEnd });

    test('asks in view of the user, continues, and leaves no trace', async ({
      lab,
      jupyter,
      alice
    }) => {
      const name = 'asks-first.ipynb';
      await lab.open(await jupyter.write(name, [CREDENTIAL, ASK]));
      await lab.run(0);
      await lab.run(1);
      await expect(lab.output(1).nth(1)).toContainText(
        'Sign in to continue. The cell resumes automatically.'
      );
      const question = notification(lab);
      await expect(question).toContainText(`${name} is waiting for a token for Storage.`);
      const popup = await lab.popupOf(() =>
        question.getByRole('button', { name: 'Sign in' }).click()
      );
      await authenticate(popup, alice);
      await expect(lab.output(1)).toHaveText([/^before\s*$/, /^after\s*$/]);
      await expect(question).toBeHidden();
      await runCommand(lab, 'Save Notebook');
      // Two, because there was something between them once; a page joins only neighbors.
      const stream = { name: 'stdout', output_type: 'stream' };
      await expect
        .poll(() => savedOutputs(jupyter, name, 1))
        .toEqual([
          { ...stream, text: ['before\n'] },
          { ...stream, text: ['after\n'] }
        ]);
    });
  });
}

test('stops asking when the cell is interrupted', async ({ lab, jupyter }) => {
  await lab.open(await jupyter.write('interrupted.ipynb', [CREDENTIAL, ASK, 'print("free")']));
  await lab.run(0);
  await lab.run(1);
  await expect(notification(lab)).toBeVisible();
  await lab.showPanel();
  await expect(lab.panel.getByText('interrupted.ipynb is waiting')).toBeVisible();
  await lab.page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"]').click();
  await expect(lab.panel.getByText('is waiting')).toBeHidden();
  await expect(lab.output(1)).toHaveText([/^before\s*$/, /KeyboardInterrupt/]);
  await expect(notification(lab)).toBeHidden();
  await lab.run(2);
  await expect(lab.output(2)).toHaveText('free');
});

function notification({ page }: Lab) {
  return page.locator('.Toastify__toast').filter({ hasText: 'is waiting for a token' });
}

async function savedOutputs(jupyter: Jupyter, name: string, index: number): Promise<object[]> {
  const text = await readFile(jupyter.path(name), 'utf8');
  // A file without its end is just being written.
  const notebook = JSON.parse(/}\s*$/.test(text) ? text : '{"cells": []}') as {
    cells: { outputs: object[] }[];
  };
  return notebook.cells[index]?.outputs ?? [];
}
