import { expect } from '@playwright/test';
import type { IUser, Lab } from './lab';

/** Asks for a token, and prints what comes of it. */
export const SCRIPT = `
from jupyter_azure_auth import JupyterCredential
try:
    token = JupyterCredential().get_token("https://storage.azure.com/.default")
    print("GOT A TOKEN" if token.token else "EMPTY")
except Exception as error:
    print(error)
`;

/** Cells that start a script in a terminal of its own, which has no page, and show what it says. */
export const TERMINAL_CELLS = [
  `
import pty, subprocess, sys
def start(code):
    _, terminal = pty.openpty()
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=terminal, text=True
    )
process = start(${JSON.stringify(SCRIPT)})
`,
  'print(process.communicate(timeout=100)[0])',
  `print(start(${JSON.stringify(SCRIPT)}).communicate(timeout=100)[0])`
];

/** A process without a page waits, the page says so, and it continues when the user has signed in. */
export async function expectProcessWaits(lab: Lab, user: IUser): Promise<void> {
  await lab.showPanel();
  await lab.run(0);
  await expect(lab.panel).toContainText('A terminal is waiting for a token for Storage.');
  await lab.run(1);
  await lab.signIn(user);
  await expect(lab.output(1)).toHaveText('GOT A TOKEN');
  await expect(lab.panel).not.toContainText('is waiting for');
  // A second process, from then on, needs no user.
  await lab.run(2);
  await expect(lab.output(2)).toHaveText('GOT A TOKEN');
}
