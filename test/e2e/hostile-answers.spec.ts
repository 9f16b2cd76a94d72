import { createHash } from 'node:crypto';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import type { Jupyter } from './jupyter';
import { RAW } from './raw-messages';
import { sendOnControl } from './second-client';
import { expect, type LocalAzure, test } from './fixtures';
import { type IHeardRequest, Wire } from './wire';

const CONTOSO = 'c0000000-1111-4222-8333-000000000001';
const FABRIKAM = 'fab00000-1111-4222-8333-000000000002';

const ASK = `
here = JupyterCredential(tenant_id="${CONTOSO}")
print("token", fingerprint(here.get_token(SCOPE)))
`;

/** What a page would send, with a token that no authority issued. */
function forged({ data }: IHeardRequest, change: object = {}): object {
  return {
    request_id: data.get('request_id'),
    kind: 'token',
    token: 'forged',
    token_type: 'Bearer',
    expires_on: 4_000_000_000,
    account: { id: `x.${CONTOSO}`, username: 'alice@contoso.com', tenant_id: CONTOSO },
    ...change
  };
}

/** A kernel that waits for an answer on this comm must ignore each of these. */
function nonsenseFor(asked: IHeardRequest): object[] {
  const deep: unknown = JSON.parse('['.repeat(100) + ']'.repeat(100));
  const million = 'x'.repeat(1_000_000);
  const data: unknown[] = [
    ...[null, 7, 'token', [forged(asked)], deep, {}],
    ...[{ request_id: 'another' }, { request_id: [asked.data.get('request_id')] }].map(change =>
      forged(asked, change)
    ),
    ...[{ token: million }, { token: 7 }, { token_type: deep }, { expires_on: 'soon' }].map(
      change => forged(asked, change)
    ),
    ...[{ expires_on: 1e300 }, { account: null }, { account: deep }, { kind: deep }].map(change =>
      forged(asked, change)
    ),
    { ...forged(asked), kind: 'error', code: 'failed', message: million }
  ];
  const { commId } = asked;
  return [
    ...data.map(one => ({ comm_id: commId, data: one })),
    ...[{ comm_id: 'unknown', data: forged(asked) }, { comm_id: deep, data: forged(asked) }, {}]
  ];
}

test('accepts only requested answers from a second client', async ({
  lab,
  jupyter,
  alice,
  azure,
  context
}) => {
  const wire = new Wire(context);
  const path = await jupyter.write('injected.ipynb', [CREDENTIAL, ASK, 'print("free")']);
  await lab.open(path);
  const kernel = await kernelOf(jupyter, path);
  const ask = async (): Promise<IHeardRequest> => {
    const before = wire.heard.length;
    await lab.run(1);
    await expect(lab.output(1)).toContainText('injected.ipynb is waiting');
    expect(wire.heard.length).toBeGreaterThan(before);
    return wire.heard.at(-1) as IHeardRequest;
  };
  await lab.run(0);
  const first = await ask();
  const elsewhere = { id: `x.${FABRIKAM}`, username: 'alice@contoso.com', tenant_id: FABRIKAM };
  const data = forged(first, { account: elsewhere });
  await sendOnControl(lab.page, kernel, [{ comm_id: first.commId, data }]);
  await expect(lab.output(1)).toContainText('[wrong_tenant]');

  await sendOnControl(lab.page, kernel, nonsenseFor(await ask()));
  await lab.kernelIs('busy');
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  const [, shown] = (await lab.output(1).innerText()).trim().split(' ');
  expect(await fingerprintsOf(azure)).toContain(shown);
  await lab.run(2);
  await expect(lab.output(2)).toHaveText('free');
});

const DEBUG_LOG = `
import logging, io
written = io.StringIO()
noisy = logging.StreamHandler(written)
noisy.setLevel(logging.DEBUG)
get_ipython().kernel.log.addHandler(noisy)
get_ipython().kernel.log.setLevel(logging.DEBUG)
`;

const NO_LONGER = `
get_ipython().kernel.log.removeHandler(noisy)
print(len(written.getvalue()) > 0)
`;

test('sends no token to a kernel whose log would show it', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const wire = new Wire(context);
  const cells = [CREDENTIAL, DEBUG_LOG, FINGERPRINT, NO_LONGER, FINGERPRINT];
  await lab.open(await jupyter.write('debug.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await lab.run(2);
  await expect(lab.output(2)).toContainText("This kernel's debug log is on");
  await expect(lab.output(2)).toContainText('[debug_log]');
  await lab.kernelIs('idle');
  expect(wire.heard.filter(({ data }) => data.get('kind') === 'token')).toEqual([]);
  expect(wire.answers).toEqual([]);
  await lab.run(3);
  await expect(lab.output(3)).toHaveText('True');
  await lab.run(4);
  await expect(lab.output(4)).toHaveText(SOME_TOKEN);
  expect(wire.answers.map(({ data }) => data.get('kind'))).toContain('token');
});

const ATTACHED = `
import jupyter_azure_auth
print("attached")
`;

const REPLAY = `
send(request(request_id="same"), comm_id="first")
send(request(request_id="same", scopes=["https://management.azure.com/.default"]), comm_id="second")
send(request(request_id="same"), comm_id="first")
`;

test('sends one token for each request, on its own comm', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const wire = new Wire(context);
  await lab.open(await jupyter.write('replayed.ipynb', [ATTACHED, RAW, REPLAY]));
  await lab.signIn(alice);
  await lab.run(0);
  await expect(lab.output(0)).toHaveText('attached');
  await lab.run(1);
  await lab.run(2);
  const tokensOn = (commId: string) => () =>
    wire.answers
      .filter(answer => answer.commId === commId && answer.data.get('kind') === 'token')
      .map(({ data }) => data.get('token'));
  await expect.poll(tokensOn('first')).toHaveLength(1);
  await expect.poll(tokensOn('second')).toHaveLength(1);
  expect(tokensOn('first')()).not.toEqual(tokensOn('second')());
  const kinds = wire.heard.map(({ data }) => data.get('kind'));
  expect(kinds).toContain('attach');
  // Importing the package must not bring the kernel any token.
  const attached = wire.heard.find(({ data }) => data.get('kind') === 'attach');
  expect(wire.answersTo(attached?.commId ?? '')).toEqual([]);
});

async function kernelOf({ url, token }: Jupyter, path: string): Promise<string> {
  const answer = await fetch(`${url}api/sessions?token=${token}`);
  const sessions = (await answer.json()) as { path: string; kernel: { id: string } }[];
  const session = sessions.find(one => one.path === path);
  if (session === undefined) {
    throw new Error(`No kernel runs for ${path}.`);
  }
  return session.kernel.id;
}

async function fingerprintsOf({ controlUrl }: LocalAzure): Promise<string[]> {
  const { accessTokens } = await (await fetch(`${controlUrl}/secrets`)).json();
  return accessTokens.map((token: string) =>
    createHash('sha256').update(token).digest('hex').slice(0, 12)
  );
}
