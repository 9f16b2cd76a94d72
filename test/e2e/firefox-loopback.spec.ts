import { Firefox } from './firefox';
import { doMainJob, MAIN_JOB, openMainJob } from './firefox-lab';
import { test } from './localhost-fixtures';

// Reach: JupyterLab in Firefox | localhost | `loopback` | a waiting cell writes and reads a blob
test('does the main job in Firefox, without configuration', async ({
  azure,
  jupyter,
  alice
}, info) => {
  await jupyter.beginTest(info.testId);
  const firefox = await Firefox.start(azure.realHost.proxyUrl);
  try {
    const path = await jupyter.write('firefox.ipynb', MAIN_JOB);
    await doMainJob(firefox, await openMainJob(firefox, jupyter, path), alice);
  } finally {
    await firefox.stop();
    await jupyter.endKernels();
  }
});
