import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { expectNoMarkup, watch } from './misbehavior';
import { MARKUP, MARKUP_NAME, RAW } from './raw-messages';
import { expect, test } from './fixtures';
import { Wire } from './wire';

/** Lasts for seconds, so that the test can check that the page still works. */
const FLOOD = `
from threading import Event
pace = Event()
for count in range(1000):
    send(request(scopes=["${MARKUP}/.default"], account="${MARKUP}"))
    if count % 20 == 19:
        pace.wait(0.1)
print("flooded")
`;

const ONE_MORE = `
send(request(request_id="one more"), comm_id="one-more")
`;

test('asks once, in plain text, and stays usable while a loop asks a thousand times', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const wire = new Wire(context);
  const cells = [RAW, FLOOD, ONE_MORE, CREDENTIAL + FINGERPRINT, ''];
  await lab.open(await jupyter.write(MARKUP_NAME, cells));
  await lab.run(0);
  const seen = await watch(lab.page);
  await lab.run(1);
  const question = lab.page.locator('.Toastify__toast').filter({ hasText: 'is waiting' });
  await expect(question).toContainText(`${MARKUP_NAME} is waiting for a token for img.`);
  await lab.cell(4).locator('.jp-InputArea-editor').click();
  await lab.page.keyboard.type('typed');
  await expect(lab.cell(4)).toContainText('typed');
  await lab.showPanel();
  await expect(lab.panel.getByText('is waiting')).toContainText(MARKUP_NAME);
  await expect(question).toBeHidden();
  await lab.page.locator('.jp-SideBar [data-id="azure-auth-panel"]').click();
  await question.getByRole('button', { name: 'Not now' }).click();
  await expect(lab.output(1)).toHaveText('flooded');
  await expect(question).toBeHidden();
  await lab.run(2);
  // Perhaps after a `pending`: the page first asks the server for a sign-in.
  await expect.poll(() => wire.endsOf('one-more')).toEqual(['denied']);
  await expect(question).toBeHidden();
  expect(await seen.mostPrompts()).toBe(1);
  expect(await seen.slowest()).toBeLessThan(1000);
  await expectNoMarkup(lab.page);
  await lab.signIn(alice);
  await lab.run(3);
  await expect(lab.output(3)).toHaveText(SOME_TOKEN);
  await expectNoMarkup(lab.page);
});
