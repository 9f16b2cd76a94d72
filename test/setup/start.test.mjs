/** `npm start` itself, with the packages and the build that are there. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import WebSocket from 'ws';
import { choosePort } from '../../demo/port.mjs';
import { ROOT, program } from '../../setup/project.mjs';

/** @param {string[]} args */
function start(...args) {
  const file = join(ROOT, 'demo', 'start.mjs');
  return spawn(process.execPath, [file, '--no-browser', ...args], { cwd: ROOT });
}

/** @param {import('node:child_process').ChildProcessWithoutNullStreams} child */
async function outcome(child) {
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', text => (errors += text));
  child.stdout.resume();
  const [code] = await once(child, 'close');
  return { code, errors };
}

/**
 * @param {number} root
 * @returns {number[]} It and all processes below it.
 */
function tree(root) {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim();
  const pairs = rows.split('\n').map(row => row.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const pid of found) {
    found.push(...pairs.filter(([, parent]) => parent === pid).map(([child]) => Number(child)));
  }
  return found;
}

/** @param {number} pid */
function lives(pid) {
  try {
    // What has ended and waits for its parent to hear of it counts as ended.
    const state = execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' });
    return !state.startsWith('Z');
  } catch {
    return false;
  }
}

/**
 * @param {URL} address - With the token.
 * @param {string} path
 * @param {object} [body] - To be posted.
 */
async function api(address, path, body) {
  const answer = await fetch(new URL(path, address), {
    headers: { Authorization: `token ${address.searchParams.get('token')}` },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

/**
 * Types a line into a new terminal, and returns when its output contains a text.
 *
 * @param {URL} address - With the token.
 * @param {string} line
 * @param {string} expected
 */
async function typeInTerminal(address, line, expected) {
  const { name } = await api(address, '/api/terminals', {});
  const url = new URL(`/terminals/websocket/${name}${address.search}`, address);
  url.protocol = 'ws:';
  const socket = new WebSocket(url.href);
  let output = '';
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify(['stdin', `${line}\r`])));
    socket.on('message', data => {
      const [kind, text] = JSON.parse(data.toString());
      output += kind === 'stdout' ? text : '';
      if (output.includes(expected)) {
        resolve(null);
      }
    });
    socket.on('close', () => reject(new Error(output)));
  });
  socket.close();
}

for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
  test(`prints one address, and ${signal} ends every process`, { timeout: 120_000 }, async () => {
    const port = await choosePort(null);
    const child = start('--port', `${port}`);
    const ended = once(child, 'exit');
    /** @type {string[]} */
    const addresses = [];
    /** @type {string[]} */
    const steps = [];
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      addresses.push(...(line.match(/http:\S+/g) ?? []));
      steps.push(...(line.match(/^Starting .+/) ?? []));
      if (line.startsWith('Ctrl-C')) {
        break;
      }
    }
    assert.equal(addresses.length, 1);
    assert.deepEqual(steps, ['Starting the local Azure …', 'Starting JupyterLab …']);
    const address = new URL(String(addresses[0]));
    assert.equal(address.origin, `http://localhost:${port}`);
    assert.equal(address.pathname, '/lab/tree/demo.ipynb');

    assert.equal((await api(address, '/api/contents/demo.ipynb')).type, 'notebook');
    assert.equal((await fetch(new URL('/api/contents', address))).status, 403);
    await api(address, '/api/kernels', {});
    await typeInTerminal(address, 'stty cols 500; command -v jupyter', program('jupyter'));
    const processes = tree(Number(child.pid));
    // Ourselves, the storage, the server, the kernel.
    assert.ok(processes.length >= 4, `${processes}`);

    child.kill(signal);
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(processes.filter(lives), []);
    assert.equal(await choosePort(port), port);
  });
}

test('ends when the shell that npm put between is gone', { timeout: 120_000 }, async () => {
  const port = await choosePort(null);
  const env = { ...process.env, npm_lifecycle_event: 'start' };
  const command = `"${process.execPath}" demo/start.mjs --no-browser --port ${port}; exit $?`;
  const shell = spawn('sh', ['-c', command], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'ignore']
  });
  for await (const line of createInterface({ input: shell.stdout })) {
    if (line.startsWith('Ctrl-C')) {
      break;
    }
  }
  const processes = tree(Number(shell.pid));
  assert.ok(processes.length >= 4, `${processes}`);
  const closed = once(shell, 'close');
  shell.kill('SIGKILL');
  // When the last of them has let go of the pipe.
  await closed;
  assert.deepEqual(processes.filter(lives), []);
});

test('a port in use is reported in one sentence', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const { code, errors } = await outcome(start('--port', `${port}`));
  server.close();
  assert.equal(code, 1);
  assert.equal(
    errors,
    `Port ${port} is in use. Choose another with --port, or leave the option out.\n`
  );
});

test('an unknown option is reported in one sentence', async () => {
  const { code, errors } = await outcome(start('--frobnicate'));
  assert.equal(code, 2);
  assert.equal(errors, "Unknown option '--frobnicate'; npm start -- --help lists the options.\n");
});
