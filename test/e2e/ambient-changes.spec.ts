import { authenticate, Lab } from './lab';
import { ALICE, VM, WRITE } from './ambient-cells';
import { expect, test } from './ambient-fixtures';

const AGAIN = 'credential.get_token("https://management.azure.com/.default")';

for (const odd of ['sso failure', 'no page']) {
  test(`a compute instance that has not authenticated its user, by “${odd}”, until it has`, async ({
    on,
    answer
  }) => {
    answer({ odd });
    const { jupyter, lab } = await on({ place: 'compute-instance' });
    await lab.open(await jupyter.write('machine.ipynb', [WRITE]));
    await lab.showPanel();
    await lab.panel.getByText('How this was chosen').click();
    await expect(lab.panel).toContainText('click Authenticate');
    await expect(lab.button('Sign in')).toBeVisible();
    await expect(lab.panel).not.toContainText('acts as');
    // The user has clicked Authenticate in the studio.
    answer({ singleSignOn: true });
    await lab.button('Try again').click();
    await expect(lab.panel).toContainText(`acts as ${ALICE.name}`);
    await lab.run(0);
    await expect(lab.output(0)).toHaveText(`written by ${ALICE.oid}`);
  });
}

test('the machine does not replace an interactive sign-in when the tab is closed', async ({
  on,
  alice,
  context
}) => {
  const { jupyter, lab } = await on({ place: 'app-service' });
  const notebook = await jupyter.write('machine.ipynb', [WRITE, AGAIN]);
  await lab.open(notebook);
  await lab.showPanel();
  await expect(lab.panel).toContainText(`acts as ${VM.name}`);
  const popup = await lab.popupOf(() => lab.button('Sign in as someone else').click());
  await authenticate(popup, alice);
  await expect(lab.panel).toContainText(alice.username);
  await lab.run(0);
  await expect(lab.output(0)).toHaveText(`written by ${ALICE.oid}`);
  await lab.page.keyboard.press('Control+s');
  await lab.page.close();

  const later = new Lab(await context.newPage(), jupyter, 'later');
  await later.open(notebook);
  await later.showPanel();
  await expect(later.panel).toContainText(`acts as ${VM.name}`);
  await later.run(1);
  await expect(later.output(1)).toContainText('[other_identity]');
});
