import { readFile, writeFile } from 'node:fs/promises';
import { CREDENTIAL } from './cells';
import type { Jupyter } from './jupyter';
import type { Lab } from './lab';
import { expect, test } from './fixtures';

/** Asks the page repeatedly: a credential that is closed forgets its tokens. */
const SEVERAL_TOKENS = `
for number in range(4):
    credential.get_token(SCOPE)
    credential.close()
    work(1.5)
print("the cell's end")
`;

const SEVERAL_TOKENS_AWAITED = `
import asyncio
from jupyter_azure_auth.aio import JupyterCredential as AsyncJupyterCredential
async_credential = AsyncJupyterCredential()
for number in range(4):
    await async_credential.get_token(SCOPE)
    await async_credential.close()
    await asyncio.to_thread(work, 1.5)
print("the cell's end")
`;

for (const [kind, cell] of [
  ['blocks', SEVERAL_TOKENS],
  ['awaits', SEVERAL_TOKENS_AWAITED]
] as const) {
  test(`shows busy throughout a cell that ${kind}`, async ({ lab, jupyter, alice }) => {
    await lab.open(await jupyter.write(`busy-${kind}.ipynb`, [CREDENTIAL, cell]));
    await lab.signIn(alice);
    await lab.run(0);
    await expect(lab.cell(0).locator('.jp-InputPrompt')).toHaveText('[1]:');
    await lab.ready();
    const statuses = await recordStatuses(lab);
    await lab.run(1);
    await expect(lab.output(1)).toHaveText("the cell's end");
    await expect.poll(statuses).toEqual(['Idle', 'Busy', 'Idle']);
  });
}

/**
 * Every status of the kernel that the page has shown since, without repeats. Read from the status
 * bar: the notebook's own indicator says busy as long as a cell is scheduled, regardless of the
 * kernel. ipykernel's "idle" comes some 5 ms before the "busy" that corrects it, on a busy machine
 * 100 ms; an uncorrected one lasts as long as the cell works.
 */
async function recordStatuses({ page }: Lab): Promise<() => Promise<string[]>> {
  const recorded = await page.evaluateHandle(() => {
    const shown: { status: string; since: number }[] = [];
    const bar = document.querySelector('#jp-main-statusbar') ?? document.body;
    const look = (): void => {
      const status = /\| (Idle|Busy)/.exec(bar.textContent ?? '')?.[1] ?? 'none';
      if (status !== shown.at(-1)?.status) {
        // What is shown at the beginning has lasted long enough, however soon the cell runs.
        shown.push({ status, since: shown.length === 0 ? -Infinity : performance.now() });
      }
    };
    look();
    const everything = { subtree: true, childList: true, characterData: true };
    new MutationObserver(look).observe(bar, everything);
    return shown;
  });
  return () =>
    recorded.evaluate(shown =>
      shown
        .filter(({ since }, index) => (shown[index + 1]?.since ?? Infinity) - since > 750)
        .map(({ status }) => status)
        .filter((status, index, all) => status !== all[index - 1])
    );
}

const SLIDER = `
import ipywidgets
slider = ipywidgets.IntSlider(value=0)
log = Path("slider.log").open("a", buffering=1)

def moved(change):
    log.write(f"moved by {change.new - change.old}\\n")

slider.observe(moved, "value")
slider
`;

/** Works until it is told to stop. */
const job = (step: string, stop: string): string => `
log.write("job begins\\n")
begin = slider.value
while not Path("${stop}").exists():
    ${step}
    work()
log.write(f"job ends, the slider moved by {slider.value - begin}\\n")
`;

const QUEUED = 'log.write(f"queued cell, the slider moved by {slider.value - begin}\\n")';

test('leaves queued cells and widgets as they are without us', async ({ lab, jupyter, alice }) => {
  const token = 'credential.get_token(SCOPE), credential.close()';
  const jobs = [job('pass', 'first.stop'), job('pass', 'alone.stop'), job(token, 'tokens.stop')];
  await lab.open(await jupyter.write('slider.ipynb', [CREDENTIAL, SLIDER, ...jobs, QUEUED]));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  // JupyterLab moves a widget's messages to their own subshell, as soon as that exists.
  await moveDuringJob(lab, jupyter, 2, 'first.stop');
  const alone = await moveDuringJob(lab, jupyter, 3, 'alone.stop');
  expect(alone).toContain('job begins');
  const withTokens = await moveDuringJob(lab, jupyter, 4, 'tokens.stop');
  expect(inOrder(withTokens)).toEqual(inOrder(alone));
});

/**
 * The cells in their order, and every move. Whether a move arrives while the cell runs is a race of
 * the subshell with the cell, with and without us.
 */
function inOrder(log: readonly string[]): string[] {
  const cells = log.filter(line => !isMove(line)).map(line => line.replace(/, the slider.*/, ''));
  return [...cells, ...log.filter(isMove)];
}

/** @returns What happened in the kernel, in order. */
async function moveDuringJob(
  lab: Lab,
  jupyter: Jupyter,
  index: number,
  stop: string
): Promise<string[]> {
  const before = (await linesOf(jupyter, 'slider.log')).length;
  const log = async (): Promise<string[]> => (await linesOf(jupyter, 'slider.log')).slice(before);
  const handle = lab.cell(1).locator('.noUi-handle');
  await handle.press('ArrowRight');
  await expect.poll(log).toEqual(['moved by 1']);
  await lab.run(index);
  await expect.poll(log).toContain('job begins');
  await lab.run(5);
  await handle.press('ArrowRight');
  await handle.press('ArrowRight');
  await expect(lab.cell(5).locator('.jp-InputPrompt')).toHaveText('[*]:');
  await writeFile(jupyter.path(stop), '');
  await expect.poll(async () => (await log()).filter(isMove)).toHaveLength(3);
  await expect.poll(log).toContainEqual(expect.stringContaining('queued cell'));
  await handle.press('ArrowRight');
  await expect.poll(async () => (await log()).filter(isMove)).toHaveLength(4);
  return log();
}

function isMove(line: string): boolean {
  return line.startsWith('moved');
}

async function linesOf(jupyter: Jupyter, name: string): Promise<string[]> {
  const text = await readFile(jupyter.path(name), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}
