import { Firefox } from './firefox';
import { doMainJob, MAIN_JOB, openMainJob } from './firefox-lab';
import { test } from './fixtures';

// Reach: JupyterLab in Firefox | localhost, with an app registration | `popup` | a waiting cell writes and reads a blob
test('does the main job in Firefox, with a sign-in of the tab', async ({
  jupyter,
  alice
}, info) => {
  await jupyter.beginTest(info.testId);
  const firefox = await Firefox.start();
  try {
    const path = await jupyter.write('firefox.ipynb', MAIN_JOB);
    await doMainJob(firefox, await openMainJob(firefox, jupyter, path), alice);
  } finally {
    await firefox.stop();
    await jupyter.endKernels();
  }
});
