import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import { expect, test } from './fixtures';

const VERSIONS = `
import ipykernel, jupyterlab
print(ipykernel.__version__, jupyterlab.__version__)
`;

test('a cell waits, the user signs in, and it writes and reads a blob', async ({
  lab,
  jupyter,
  alice
}) => {
  const warnings: string[] = [];
  lab.page.on('console', message => warnings.push(message.text()));
  await lab.open(await jupyter.write('oldest.ipynb', [CREDENTIAL + WRITE, VERSIONS]));
  await lab.run(0);
  await expect(lab.output(0)).toContainText('Sign in');
  await lab.signIn(alice);
  // Next to the output in which it waited, which is empty now: JupyterLab before 4.3 cannot remove
  // single ones.
  await expect(lab.output(0)).toHaveText(['', WRITTEN]);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('6.17.1 4.2.0');
  // The packages that JupyterLab shares are as old as the product claims to accept.
  expect(warnings.filter(text => text.includes('Unsatisfied version'))).toEqual([]);
});
