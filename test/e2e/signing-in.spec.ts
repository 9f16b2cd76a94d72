import { expect, test } from './fixtures';

test('signs in with a click, and out again', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('signing-in.ipynb', ['']));
  await lab.signIn(alice);
  await expect(lab.panel.getByText('contoso.com', { exact: true })).toBeVisible();
  await lab.button('Sign out').click();
  await expect(lab.button('Sign in')).toBeVisible();
});
