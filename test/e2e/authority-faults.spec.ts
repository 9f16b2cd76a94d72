import { expect, test } from './fixtures';

const CELL = `
import time
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError
from jupyter_azure_auth import JupyterCredential
begun = time.monotonic()
try:
    JupyterCredential().get_token("https://storage.azure.com/.default")
    print("a token")
except CredentialUnavailableError as error:
    print("goes on", time.monotonic() - begun < 20, error)
except ClientAuthenticationError as error:
    print("stops", error)
`;

test.beforeEach(async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('authority-faults.ipynb', [CELL]));
  await lab.showPanel();
  await lab.signIn(alice);
});

for (const kind of ['reset', 'truncated', 'busy']) {
  test(`gets a first token though the authority once failed: ${kind}`, async ({
    lab,
    configure
  }) => {
    await configure({ tokenFault: { kind, times: 1 } });
    await lab.run(0);
    await expect(lab.output(0)).toContainText('a token');
  });
}

// Situation: popup | the token endpoint accepts requests and never answers, or answers garbage |
// first token | `unavailable` within 20 s, and a credential chain tries its next | run the cell
// again
for (const [kind, words] of [
  ['hang', 'Azure could not be reached'],
  ['garbage', 'Azure could not be reached'],
  ['busy', 'Azure is busy or unavailable']
] as const) {
  test(`lets a chain go on while the authority is out: ${kind}`, async ({ lab, configure }) => {
    await configure({ tokenFault: { kind } });
    await lab.run(0);
    await expect(lab.output(0)).toContainText('goes on True');
    await expect(lab.output(0)).toContainText(words);
    await expect(lab.button('Sign out')).toBeVisible();
  });
}
