import { readFile } from 'node:fs/promises';
import { WHOSE } from '../../test/e2e/cells';
import { whileCollaborating } from '../../test/e2e/collaborative';
import { type LocalAzure, userOf, whileAzureRuns } from '../../test/e2e/fixtures';
import { type Hub, REDIRECT, whileHubRuns } from '../../test/e2e/hub';
import type { Jupyter } from '../../test/e2e/jupyter';
import { answerCode, Lab, takeCode } from '../../test/e2e/lab';
import { expect, test as base } from '../../test/e2e/localhost-fixtures';

const MINUTES = Number(process.env['MINUTES'] ?? 10);
/** Of each of the two kernels of a place. */
const REQUESTS = 500;
const NAMES = ['alice', 'bob'] as const;

interface IFigures {
  readonly requests: number;
  /** Tokens of another user than the kernel's. */
  readonly crossings: number;
  /** Tokens that had expired when they were given. */
  readonly expired: number;
  /** Different tokens: the first, and its renewals. */
  readonly tokens: number;
  /** Seconds of the longest request. */
  readonly longest: number;
}

/** Asks at even intervals, each time with a new credential. */
const ASKS = `
import threading, time
from pathlib import Path
def ask(username, requests=${REQUESTS}, seconds=${MINUTES * 60}):
    held()
    begun, longest, tokens, crossings, expired = time.monotonic(), 0.0, set(), 0, 0
    for number in range(requests):
        threading.Event().wait(max(0.0, begun + seconds * number / requests - time.monotonic()))
        asked = time.monotonic()
        token = JupyterCredential().get_token("https://storage.azure.com/.default")
        longest = max(longest, time.monotonic() - asked)
        tokens.add(token.token)
        crossings += account_of(token.token) != username
        expired += token.expires_on <= time.time()
    figures = dict(requests=requests, crossings=crossings, expired=expired, tokens=len(tokens), longest=longest)
    Path("figures.part").write_text(json.dumps(figures))
    Path("figures.part").replace(username + ".json")
`;

const cellsOf = (username: string): string[] => [WHOSE, ASKS, `ask("${username}")`];

const test = base.extend<{ hub: Hub }, { azure: LocalAzure; jupyter: Jupyter }>({
  azure: [({}, use) => whileAzureRuns(use, [REDIRECT]), { scope: 'worker' }],
  jupyter: [({ azure }, use) => whileCollaborating(azure, use), { scope: 'worker' }],
  hub: ({ azure }, use) => whileHubRuns(azure, use)
});

test('each kernel has its own user', async ({ hub, jupyter, azure, browser, configure }) => {
  await configure({ deviceCodeIntervalSeconds: 1 });
  await jupyter.beginTest('two-users');
  await hub.addUser('alice');
  const kernels = [];
  for (const name of NAMES) {
    const user = userOf(azure, name);
    const cells = cellsOf(user.username);
    await hub.write(name, 'asks.ipynb', cells);
    await hub.startServer(name);
    const onHub = await hub.openBrowser(browser, name);
    await onHub.open('asks.ipynb');
    if (name === 'alice') {
      await onHub.showPanel();
      await onHub.panel.getByText('Other ways to sign in').click();
      await answerCode(await takeCode(onHub), user, 'Continue');
    } else {
      await onHub.signIn(user);
    }
    kernels.push({
      ...{ place: 'JupyterHub', lab: onHub, mustAllow: false },
      file: hub.path(name, `${user.username}.json`)
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const together = new Lab(await context.newPage(), jupyter, `of-${name}`);
    await together.open(await jupyter.write(`of-${name}.ipynb`, cells));
    await together.signIn(user);
    kernels.push({
      ...{ place: 'jupyter-collaboration', lab: together, mustAllow: true },
      file: jupyter.path(`${user.username}.json`)
    });
  }
  await configure({ accessTokenSeconds: 60 });
  for (const { lab, mustAllow } of kernels) {
    await lab.run(0);
    await lab.run(1);
    await lab.run(2);
    if (mustAllow) {
      await lab.button('Allow').click();
    }
  }
  const limit = { timeout: (MINUTES + 5) * 60_000, intervals: [1000] };
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const figures = [];
  for (const { place, lab, file } of kernels) {
    await expect.poll(() => read(file), limit).not.toBe('');
    figures.push({ place, ...(JSON.parse(await read(file)) as IFigures) });
    await lab.page.context().close();
  }
  console.table(figures);
  for (const { crossings, expired, longest } of figures) {
    expect({ crossings, expired, stalls: longest > 5 }).toEqual({
      crossings: 0,
      expired: 0,
      stalls: false
    });
  }
});
