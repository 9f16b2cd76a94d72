import type { Page } from '@playwright/test';
import { Console } from './console';
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

const burst = (target: string): string => `
for count in range(1000):
    send(request(), comm_id=f"${target}-{count}", target_name="${target}")
print("sent")
`;

// Situation: page with a notebook | its kernel opens 1,000 comms at once | another kernel asks, and
// the user clicks **Sign in** | the user's token; 20 of the 1,000 are answered | nothing to do
test('serves its user and another kernel while one opens a thousand comms at once', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const wire = new Wire(context);
  const cells = [RAW, burst('jupyter-azure-auth'), burst('of-nobody')];
  await lab.open(await jupyter.write('burst.ipynb', cells));
  await lab.run(0);
  await lab.showPanel();
  const work = await readWork(lab.page);
  const workOf = async (index: number): Promise<number> => {
    const before = await work();
    await lab.run(index);
    await expect(lab.output(index)).toHaveText('sent');
    return (await work()) - before;
  };
  const ours = await workOf(1);
  await expect(lab.panel).toContainText('and 19 more');
  // JupyterLab itself has to close comms without a handler.
  const theirs = await workOf(2);
  expect(ours).toBeLessThan(2 * theirs);
  const console = await Console.open(lab);
  await console.run(CREDENTIAL + FINGERPRINT);
  await expect(console.output).toContainText('is waiting');
  await lab.signIn(alice);
  await expect(console.output).toHaveText(SOME_TOKEN);
  const answered = wire.answers.filter(({ commId }) => commId.startsWith('jupyter-azure-auth-'));
  expect(new Set(answered.map(({ commId }) => commId)).size).toBe(20);
});

/** @returns Reads the seconds of processor time that the page's thread has used. */
async function readWork(page: Page): Promise<() => Promise<number>> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
}
