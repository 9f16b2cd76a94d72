import { expect, test } from './fixtures';
import { expectProcessWaits, TERMINAL_CELLS } from './waiting-process';

test('a process waits for a sign-in that only the page holds', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('processes.ipynb', TERMINAL_CELLS));
  await expectProcessWaits(lab, alice);
  await lab.signOut();
  await lab.run(0);
  await expect(lab.panel).toContainText('A terminal is waiting');
  await lab.button('Not now').click();
  await lab.run(1);
  await expect(lab.output(1)).toContainText('so this process got no token');
});
