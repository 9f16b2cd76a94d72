import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ARM, askStorage, control, signIn } from './scripted-sign-in.mjs';
import { startLocalAzure } from './local-azure.mjs';
import { userNamed } from './users.mjs';

/** Between two polls, in milliseconds. */
const POLL = 50;

/** For a test that starts a local Azure of its own on a busy machine, in milliseconds. */
const TIME = 60_000;
const SERVE = fileURLToPath(new URL('./serve.mjs', import.meta.url));
const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));

/** @param {string} url */
async function isListening(url) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  return new Promise(resolve => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

describe('storage', () => {
  /** @type {import('./local-azure.mjs').LocalAzure} */
  let azure;
  before(async () => {
    azure = await startLocalAzure();
  });
  afterEach(() => control(azure, 'settings', { reset: true }));
  after(() => azure.stop());

  test('takes a storage token: a blob is written and read back', async () => {
    const { access_token: token } = await signIn(azure, alice);
    const container = { method: 'PUT', path: 'notes?restype=container' };
    assert.equal((await askStorage(azure, token, container)).status, 201);
    const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-length': '5' };
    const blob = { method: 'PUT', path: 'notes/first.txt', body: 'hello', headers };
    assert.equal((await askStorage(azure, token, blob)).status, 201);
    const read = await askStorage(azure, token, { path: 'notes/first.txt' });
    assert.deepEqual(read, { status: 200, body: 'hello' });
  });

  test('refuses a token for another resource', async () => {
    const { access_token: token } = await signIn(azure, alice, { scope: ARM });
    assert.equal((await askStorage(azure, token, { path: '?comp=list' })).status, 403);
  });

  test('refuses an expired token', { timeout: TIME }, async ({ signal }) => {
    await control(azure, 'settings', { accessTokenSeconds: 2 });
    const { access_token: token } = await signIn(azure, alice);
    let { status, body } = await askStorage(azure, token, { path: '?comp=list' });
    assert.equal(status, 200);
    while (status === 200 && !signal.aborted) {
      ({ status, body } = await askStorage(azure, token, { path: '?comp=list' }));
    }
    assert.equal(status, 403);
    assert.match(body, /The token is expired/);
  });
});

describe('starting and stopping', () => {
  test('answers at 127.0.0.1 and localhost, and frees its ports', async () => {
    const azure = await startLocalAzure();
    const urls = [
      azure.controlUrl,
      azure.controlUrl.replace('localhost', '127.0.0.1'),
      azure.storage.accountUrl
    ];
    assert.deepEqual(await Promise.all(urls.map(isListening)), [true, true, true]);
    await azure.stop();
    await azure.stop();
    assert.deepEqual(await Promise.all(urls.map(isListening)), [false, false, false]);
  });

  test('two run side by side with one browser', async () => {
    const [first, second] = await Promise.all([startLocalAzure(), startLocalAzure()]);
    try {
      assert.notEqual(first.controlUrl, second.controlUrl);
      assert.ok((await signIn(first, alice)).access_token);
      assert.ok((await signIn(second, alice)).access_token);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});

describe('serve.mjs', () => {
  /** @param {string[]} more */
  async function serve(...more) {
    const child = spawn(process.execPath, [SERVE, ...more], {
      stdio: ['pipe', 'pipe', 'inherit']
    });
    const [line] = await once(createInterface(child.stdout), 'line');
    /** @type {import('./local-azure.mjs').Description} */
    const azure = JSON.parse(line);
    return { child, azure, ended: once(child, 'exit') };
  }

  for (const [
    how,
    end
  ] of /** @type {[string, (child: import('node:child_process').ChildProcessWithoutNullStreams | ReturnType<typeof spawn>) => void][]} */ ([
    ['at SIGTERM', child => child.kill('SIGTERM')],
    ['at SIGINT', child => child.kill('SIGINT')],
    ['with its parent', child => child.stdin?.end()]
  ])) {
    test(`says where everything is, and ends cleanly ${how}`, async () => {
      const { child, azure, ended } = await serve('--with-parent');
      assert.ok(await isListening(azure.controlUrl));
      assert.ok(azure.users.some(({ key }) => key === 'alice'));
      end(child);
      assert.deepEqual(await ended, [0, null]);
      assert.equal(await isListening(azure.storage.accountUrl), false);
    });
  }

  test('takes storage with it when it is killed', { timeout: TIME }, async ({ signal }) => {
    const { child, azure, ended } = await serve();
    child.kill('SIGKILL');
    await ended;
    // Storage notices through its channel, a moment later, unless it is flooded with connections.
    while (!signal.aborted && (await isListening(azure.storage.accountUrl))) {
      await setTimeout(POLL);
    }
    assert.equal(signal.aborted, false);
  });
});
