import { expect, test } from './fixtures';

const ASK = `
import time
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError
from jupyter_azure_auth import JupyterCredential

def ask():
    begun = time.monotonic()
    try:
        JupyterCredential().get_token("https://storage.azure.com/.default")
        print("a token")
    except CredentialUnavailableError as error:
        print("goes on", time.monotonic() - begun < 20, error)
    except ClientAuthenticationError as error:
        print("stops", error)
`;

// Situation: popup | the token endpoint accepts requests and never answers, or answers garbage |
// first token | `unavailable` within 20 s, and a credential chain tries its next | run the cell
// again
const LASTING = [
  ['hang', 'Azure could not be reached'],
  ['garbage', 'Azure could not be reached'],
  ['busy', 'Azure is busy or unavailable']
] as const;

test('gets a first token if the authority fails once, and lets a chain continue if it stays down', async ({
  lab,
  jupyter,
  alice,
  configure
}) => {
  const cells = [ASK, ...Array<string>(6).fill('ask()')];
  await lab.open(await jupyter.write('authority-faults.ipynb', cells));
  await lab.run(0);
  let cell = 0;
  for (const kind of ['reset', 'truncated', 'busy']) {
    await test.step(`once: ${kind}`, async () => {
      await lab.signIn(alice);
      await configure({ tokenFault: { kind, times: 1 } });
      await lab.run(++cell);
      await expect(lab.output(cell)).toContainText('a token');
      // Neither the page nor the kernel keeps a token over a sign-out.
      await lab.signOut();
    });
  }
  await lab.signIn(alice);
  for (const [kind, words] of LASTING) {
    await test.step(`while it is down: ${kind}`, async () => {
      await configure({ tokenFault: { kind } });
      await lab.run(++cell);
      await expect(lab.output(cell)).toContainText('goes on True');
      await expect(lab.output(cell)).toContainText(words);
      await expect(lab.button('Sign out')).toBeVisible();
    });
  }
});
