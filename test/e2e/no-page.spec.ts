import { readFile } from 'node:fs/promises';
import { CREDENTIAL } from './cells';
import type { Jupyter } from './jupyter';
import { Lab } from './lab';
import { expect, test } from './localhost-fixtures';

/** Due for renewal after five seconds, and far from its end then. */
const DUE_SOON = { accessTokenSeconds: 305 };

const ASKS_EACH_SECOND = `
steps = []
begun = time.time()
while not Path("stop").exists():
    token = credential.get_token_info(SCOPE)
    good = token.expires_on > time.time()
    steps.append({"after": time.time() - begun, "token": fingerprint(token), "good": good})
    Path("steps.part").write_text(json.dumps(steps))
    Path("steps.part").replace("steps.json")
    work(1)
Path("result").write_text(f"asked {len(steps)} times")
`;

interface IStep {
  /** Seconds since the cell began. */
  readonly after: number;
  /** Its fingerprint. */
  readonly token: string;
  /** Whether it was still valid when it was given. */
  readonly good: boolean;
}

test('a cell that asks every second gets a new token after its page was closed', async ({
  lab,
  jupyter,
  alice,
  configure
}) => {
  await configure(DUE_SOON);
  await lab.open(await jupyter.write('overnight.ipynb', [CREDENTIAL, ASKS_EACH_SECOND]));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  const seconds = async (): Promise<number> => (await stepsOf(jupyter)).at(-1)?.after ?? 0;
  await expect.poll(seconds).toBeGreaterThan(3);
  await lab.page.close();
  const closed = await seconds();
  const renewed = async (): Promise<boolean> => {
    const steps = await stepsOf(jupyter);
    const before = new Set(steps.filter(({ after }) => after <= closed).map(({ token }) => token));
    return steps.some(({ after, token }) => after > closed && !before.has(token));
  };
  await expect.poll(renewed, { timeout: 200_000, intervals: [1000] }).toBe(true);
  await jupyter.writeFile('stop', '');
  const result = (): Promise<string> => readFile(jupyter.path('result'), 'utf8').catch(() => '');
  await expect.poll(result).toContain('asked');

  const steps = await stepsOf(jupyter);
  expect(await result()).toBe(`asked ${steps.length} times`);
  // Each second, and a little more when Azure is asked for the next one.
  const pauses = steps.slice(1).map(({ after }, index) => after - (steps[index]?.after ?? 0));
  expect(Math.max(...pauses)).toBeLessThan(20);
  expect(steps.every(({ good }) => good)).toBe(true);
});

const SHOW = 'print("token", fingerprint(credential.get_token(SCOPE)))';

/** What a cell does for a page that comes back later. */
const ASKS_ALONE = `
while not Path("closed").exists():
    work()
Path("given").write_text(fingerprint(credential.get_token(SCOPE)))
`;

test('a page that is opened again lists the grants since then, and its sign-out reaches that kernel', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const path = await jupyter.write('alone.ipynb', [CREDENTIAL, ASKS_ALONE, SHOW]);
  await lab.open(path);
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await lab.kernelIs('busy');
  await expect(lab.panel).toContainText('No kernel has a token now.');
  await lab.page.close();
  await jupyter.writeFile('closed', '');
  const given = (): Promise<string> => readFile(jupyter.path('given'), 'utf8').catch(() => '');
  await expect.poll(given).toMatch(/^[0-9a-f]{12}$/);

  const again = new Lab(await context.newPage(), jupyter, 'opened-again');
  await again.open(path);
  await again.showPanel();
  await expect(again.panel.getByText(alice.username)).toBeVisible();
  await expect(again.panel.getByRole('listitem').filter({ hasText: 'alone.ipynb' })).toContainText(
    'Storage'
  );
  await again.run(2);
  await expect(again.output(2)).toHaveText(`token ${await given()}`);
  await again.signOut();
  await again.run(2);
  await expect(again.output(2)).toContainText('Sign in');
});

/** What the cell has written so far. */
async function stepsOf(jupyter: Jupyter): Promise<IStep[]> {
  const text = await readFile(jupyter.path('steps.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as IStep[];
}
