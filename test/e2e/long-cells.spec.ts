import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { CREDENTIAL, WHOSE } from './cells';
import { FRONT_END_NAMES } from './front-ends';
import type { Jupyter } from './jupyter';
import type { Lab } from './lab';
import { expect, test } from './fixtures';

/** Short enough to end within a test, long enough for a blob to be written with it. */
const SHORT_LIFE = { accessTokenSeconds: 6 };

const OUTLIVES_ITS_TOKEN = `
from azure.storage.blob import BlobServiceClient
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=credential)
container = service.create_container(f"c{time.time_ns()}")
first = credential.get_token_info(SCOPE)
while time.time() < first.expires_on + 1:
    container.upload_blob("progress", str(time.time()), overwrite=True)
    work()
later = credential.get_token_info(SCOPE)
print("went on with", "the same" if fingerprint(first) == fingerprint(later) else "another", "token")
print("written:", float(container.download_blob("progress").readall()) > first.expires_on)
`;

test('renews the token underneath a cell that outlives it', async ({
  lab,
  jupyter,
  alice,
  configure
}) => {
  await configure(SHORT_LIFE);
  await lab.open(await jupyter.write('outlives.ipynb', [CREDENTIAL, OUTLIVES_ITS_TOKEN]));
  await lab.signIn(alice);
  const windows = countWindows(lab);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('went on with another token\nwritten: True');
  expect(windows()).toBe(0);
});

/** Writes a line for each token it gets, until it is told to stop. */
const keepGoing = (name: string): string => `
progress = open("${name}.progress", "w", buffering=1)
while not Path("${name}.stop").exists():
    asked = time.time()  # a token may expire on its way
    token = credential.get_token_info(SCOPE)
    line = {"at": time.time() * 1000, "token": fingerprint(token), "good": token.expires_on > asked}
    progress.write(json.dumps(line) + "\\n")
    work()
print("stopped")
`;

const WRITE_FINGERPRINT = `
Path("waited").write_text(fingerprint(credential.get_token(SCOPE)))
`;

// Reach: JupyterLab | localhost, with an app registration | `popup` | a cell outlives its tokens, even after a reload
// Reach: Jupyter Notebook 7 | localhost, with an app registration | `popup` | a cell outlives its tokens, even after a reload
for (const frontEnd of FRONT_END_NAMES) {
  test.describe(frontEnd, () => {
    test.use({ frontEnd });

    test('serves a cell across a reload: one that waits, and one that outlives its tokens', async ({
      lab,
      jupyter,
      alice,
      configure
    }) => {
      // Only the reloaded page can help with the next token.
      await configure({ accessTokenSeconds: 8 });
      const cells = [CREDENTIAL, WRITE_FINGERPRINT, keepGoing('reloaded'), `${WHOSE}\nwhose()`];
      await lab.open(await jupyter.write('reloaded.ipynb', cells));
      await test.step('one that waits', async () => {
        await lab.run(0);
        await lab.run(1);
        await expect(lab.output(1)).toContainText('Sign in');
        await lab.reload();
        await lab.signIn(alice);
        await expect.poll(() => existsSync(jupyter.path('waited'))).toBe(true);
        await lab.ready();
      });

      await lab.run(2);
      await expect.poll(() => progressOf(jupyter, 'reloaded')).not.toHaveLength(0);
      const windows = countWindows(lab);
      await lab.reload();
      const ready = Date.now();
      const before = new Set((await progressOf(jupyter, 'reloaded')).map(({ token }) => token));
      const wentOn = async (): Promise<boolean> =>
        (await progressOf(jupyter, 'reloaded')).some(
          ({ at, token }) => at > ready && !before.has(token)
        );
      await expect.poll(wentOn).toBe(true);
      await lab.showPanel();
      await expect(lab.panel.getByText(alice.username)).toBeVisible();
      await writeFile(jupyter.path('reloaded.stop'), '');
      await lab.run(3);
      await expect(lab.output(3)).toHaveText(alice.username);
      expect((await progressOf(jupyter, 'reloaded')).every(({ good }) => good)).toBe(true);
      expect(windows()).toBe(0);
    });
  });
}

const ASYNC = `
from azure.storage.blob.aio import BlobServiceClient
from jupyter_azure_auth.aio import JupyterCredential as AsyncJupyterCredential

async with (
    AsyncJupyterCredential() as async_credential,
    BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=async_credential) as service,
):
    container = await service.create_container(f"c{time.time_ns()}")
    await container.upload_blob("hello", b"written asynchronously")
    print((await (await container.download_blob("hello")).readall()).decode())
`;

test('writes and reads a blob asynchronously', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('async.ipynb', [CREDENTIAL, ASYNC]));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText('written asynchronously');
});

interface IStep {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Its fingerprint. */
  readonly token: string;
  /** Whether it was still valid when it was given. */
  readonly good: boolean;
}

async function progressOf(jupyter: Jupyter, name: string): Promise<IStep[]> {
  const text = await readFile(jupyter.path(`${name}.progress`), 'utf8').catch(() => '');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as IStep]));
}

/** @returns The number of windows that have opened since. */
function countWindows({ page }: Lab): () => number {
  let count = 0;
  page.on('popup', () => (count += 1));
  return () => count;
}
