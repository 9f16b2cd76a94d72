import { readFile } from 'node:fs/promises';
import { WHOSE } from '../../test/e2e/cells';
import { whileCollaborating } from '../../test/e2e/collaborative';
import { type LocalAzure, userOf, whileAzureRuns } from '../../test/e2e/fixtures';
import { type Hub, REDIRECT, whileHubRuns } from '../../test/e2e/hub';
import type { Jupyter } from '../../test/e2e/jupyter';
import { answerCode, authenticate, type IUser, Lab, takeCode } from '../../test/e2e/lab';
import { expect, test as base } from '../../test/e2e/localhost-fixtures';

const MINUTES = Number(process.env['MINUTES'] ?? 10);
/** Of each of the two kernels of a place: 1,000 in ten minutes in each place. */
const REQUESTS = 50 * MINUTES;
const NAMES = ['alice', 'bob'] as const;
/** Both users can also sign in as this one, and every fifth request names one of their accounts. */
const SHARED_ACCOUNT = 'gina';

interface IFigures {
  readonly requests: number;
  /** Tokens of another account than the one that was asked for. */
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
def token_of(account):
    return JupyterCredential(account=account).get_token("https://storage.azure.com/.default")
def ask(*usernames, requests=${REQUESTS}, seconds=${MINUTES * 60}):
    """Warm up, as each account may have to be allowed, and then measure."""
    active, username = None, usernames[0]
    for account in (active, *usernames):
        token_of(account)
    Path(username + ".ready").write_text("")
    begun, longest, tokens, crossings, expired = time.monotonic(), 0.0, set(), 0, 0
    for number in range(requests):
        threading.Event().wait(max(0.0, begun + seconds * number / requests - time.monotonic()))
        account = active if number % 5 else usernames[number // 5 % len(usernames)]
        asked = time.monotonic()
        token = token_of(account)
        longest = max(longest, time.monotonic() - asked)
        tokens.add(token.token)
        crossings += account_of(token.token) != (account or username)
        expired += token.expires_on <= time.time()
    figures = dict(requests=requests, crossings=crossings, expired=expired, tokens=len(tokens), longest=longest)
    part = Path(username + ".part")
    part.write_text(json.dumps(figures))
    part.replace(username + ".json")
`;

/** @param usernames - Of the accounts of a user, the active one first. */
const cellsOf = (usernames: readonly string[]): string[] => [
  ...[WHOSE, ASKS],
  `ask(*${JSON.stringify(usernames)})`
];

const test = base.extend<{ hub: Hub }, { azure: LocalAzure; jupyter: Jupyter }>({
  azure: [({}, use) => whileAzureRuns(use, [REDIRECT]), { scope: 'worker' }],
  jupyter: [({ azure }, use) => whileCollaborating(azure, use), { scope: 'worker' }],
  hub: ({ azure }, use) => whileHubRuns(azure, use)
});

test('each kernel has its own user', async ({ hub, jupyter, azure, browser, configure }) => {
  await configure({ deviceCodeIntervalSeconds: 1 });
  await jupyter.beginTest('two-users');
  await hub.addUser('alice');
  const shared = userOf(azure, SHARED_ACCOUNT);
  const kernels = [];
  for (const name of NAMES) {
    const user = userOf(azure, name);
    const both = cellsOf([user.username, shared.username]);
    // A code signs in one account at a time.
    const isByCode = name === 'alice';
    await hub.write(name, 'asks.ipynb', isByCode ? cellsOf([user.username]) : both);
    await hub.startServer(name);
    const onHub = await hub.openBrowser(browser, name);
    await onHub.open('asks.ipynb');
    if (isByCode) {
      await onHub.showPanel();
      await onHub.panel.getByText('Other ways to sign in').click();
      await answerCode(await takeCode(onHub), user, 'Continue');
    } else {
      await signInAsBoth(onHub, user, shared);
    }
    kernels.push({
      ...{ place: 'JupyterHub', lab: onHub },
      file: (end: string) => hub.path(name, user.username + end)
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const together = new Lab(await context.newPage(), jupyter, `of-${name}`);
    await together.open(await jupyter.write(`of-${name}.ipynb`, both));
    await signInAsBoth(together, user, shared);
    kernels.push({
      ...{ place: 'jupyter-collaboration', lab: together },
      file: (end: string) => jupyter.path(user.username + end)
    });
  }
  await configure({ accessTokenSeconds: 60 });
  const limit = { timeout: (MINUTES + 5) * 60_000, intervals: [1000] };
  const read = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
  for (const { lab, file } of kernels) {
    await lab.run(0);
    await lab.run(1);
    await lab.run(2);
    const allow = lab.button('Allow');
    const isReady = async (): Promise<boolean> => {
      if (await allow.isVisible()) {
        await allow.click();
      }
      return (await read(file('.ready'))) !== null;
    };
    await expect.poll(isReady, limit).toBe(true);
  }
  const figures = [];
  for (const { place, lab, file } of kernels) {
    await expect.poll(() => read(file('.json')), limit).not.toBeNull();
    figures.push({ place, ...(JSON.parse((await read(file('.json'))) ?? '{}') as IFigures) });
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

/** Sign in as both; the first one is active. */
async function signInAsBoth(lab: Lab, user: IUser, other: IUser): Promise<void> {
  await lab.signIn(other);
  const menu = lab.panel.getByText('Accounts and directories');
  await menu.click();
  const add = lab.button('Add another account');
  await authenticate(await lab.popupOf(() => add.click()), user);
  await expect(lab.button(`Switch to ${other.username}`)).toBeVisible();
}
