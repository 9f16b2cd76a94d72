import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { changeKernel, closeUnsaved, openBeside, restartKernel, tabOf } from './commands';
import { Console } from './console';
import type { Lab } from './lab';
import { expect, test } from './fixtures';

test('answers two notebooks that wait at the same time', async ({ lab, jupyter, alice }) => {
  const cells = [CREDENTIAL, FINGERPRINT];
  await lab.open(await jupyter.write('first.ipynb', cells));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');
  await openBeside(lab, await jupyter.write('second.ipynb', cells));
  await lab.run(0);
  await lab.run(1);
  await lab.showPanel();
  await expect(lab.panel.getByText('first.ipynb is waiting')).toBeVisible();
  await expect(lab.panel.getByText('and 1 more')).toBeVisible();
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  await tabOf(lab, 'first.ipynb').click();
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  await expect(kernelsIn(lab)).toContainText(['second.ipynb', 'first.ipynb']);
});

test('answers consoles', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('with-console.ipynb', [CREDENTIAL, FINGERPRINT]));
  await lab.signIn(alice);

  await test.step("on a notebook's kernel", async () => {
    await lab.run(0);
    const console = await Console.ofNotebook(lab);
    await console.run(FINGERPRINT);
    await expect(console.output).toHaveText(SOME_TOKEN);

    await test.step('even after the notebook has been closed', async () => {
      await closeUnsaved(lab, 'with-console.ipynb');
      await console.run(`credential.close()\n${FINGERPRINT}`);
      await expect(console.output).toHaveText(SOME_TOKEN);
    });
  });

  await test.step('with a kernel of its own', async () => {
    const own = await Console.open(lab);
    await own.run(`${CREDENTIAL}\n${FINGERPRINT}`);
    await expect(own.output).toHaveText(SOME_TOKEN);
  });
});

/** Tokens that this kernel holds without having asked. */
const HELD = `
from jupyter_azure_auth.kernel.attach import tokens
print("holds", len(tokens.entries))
`;

test('gives a restarted kernel the tokens that its notebook had, and a new one none', async ({
  lab,
  jupyter,
  alice
}) => {
  const cells = [CREDENTIAL, FINGERPRINT, 'import jupyter_azure_auth', HELD];
  await lab.open(await jupyter.write('restarted.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  await expect(kernelsIn(lab)).toHaveText([/restarted\.ipynb/]);
  await restartKernel(lab);
  await expect(kernelsIn(lab)).toHaveText([]);
  await lab.run(2);
  await expect(kernelsIn(lab)).toHaveText([/restarted\.ipynb/]);
  await lab.run(3);
  await expect(lab.output(3)).toHaveText('holds 1');

  await openBeside(lab, await jupyter.write('fresh.ipynb', cells));
  await lab.run(2);
  await lab.run(3);
  await expect(lab.output(3)).toHaveText('holds 0');
  await lab.showPanel();
  await expect(kernelsIn(lab)).toHaveText([/restarted\.ipynb/]);
});

test('answers the kernel that replaced another', async ({ lab, jupyter, alice }) => {
  const cells = [CREDENTIAL, FINGERPRINT, 'print(os.getpid())'];
  await lab.open(await jupyter.write('changed.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(/\d+/);
  const before = (await lab.output(2).textContent()) ?? '';
  await changeKernel(lab);
  await lab.run(0);
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(/\d+/);
  await expect(lab.output(2)).not.toHaveText(before);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
});

const FROM_THREADS = `
import asyncio
from concurrent.futures import ThreadPoolExecutor

def ask():
    return fingerprint(JupyterCredential().get_token(SCOPE))

async def ask_later():
    while not Path("cell-ended").exists():
        await asyncio.sleep(0.05)
    tokens = [await asyncio.to_thread(ask)]
    credential.close()
    with ThreadPoolExecutor() as pool:
        tokens += pool.map(lambda _: ask(), range(4))
    Path("from-threads").write_text(json.dumps(tokens))

thread = threading.Thread(target=lambda: asyncio.run(ask_later()))
thread.start()
`;

test('answers threads after their cell has ended', async ({ lab, jupyter, alice }) => {
  const cells = [CREDENTIAL, FROM_THREADS, 'Path("cell-ended").touch()'];
  await lab.open(await jupyter.write('threads.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await lab.run(2);
  await expect.poll(() => existsSync(jupyter.path('from-threads'))).toBe(true);
  const tokens: unknown = JSON.parse(await readFile(jupyter.path('from-threads'), 'utf8'));
  expect(tokens).toEqual(Array(5).fill(expect.stringMatching(/^[0-9a-f]{12}$/)));
});

/** The kernels that hold a token, as the panel lists them. */
function kernelsIn({ panel }: Lab) {
  return panel.locator('.jp-AzurePanel-kernel');
}
