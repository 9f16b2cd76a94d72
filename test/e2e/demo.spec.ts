import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../setup/project.mjs';
import { expect, test } from './fixtures';

test('runs the cells of the demo', async ({ lab, jupyter, alice, configure }) => {
  // As in `npm start`, only faster: the loop outlives its first token.
  await configure({ accessTokenSeconds: 6 });
  const demo = await readFile(join(ROOT, 'demo', 'demo.ipynb'), 'utf8');
  expect(demo).toContain('sleep(3)');
  const hurried = demo.replace('sleep(3)', 'sleep(0.4)');

  await lab.open(await jupyter.writeFile('demo.ipynb', hurried));
  await lab.signIn(alice);
  for (const index of [0, 1, 2, 3, 4]) {
    await lab.run(index);
  }
  await expect(lab.output(1)).toHaveText('Hello from a notebook');
  await expect(lab.output(2)).toContainText('step 29');
  await expect(lab.output(2)).toContainText(/tokens so far: [2-9]/);
  await expect(lab.output(3)).toHaveText('Hello again, asynchronously');
  await expect(lab.output(4)).toHaveText('step 29');
});
