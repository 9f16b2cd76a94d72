/** What the bundles leave out of MSAL.js because nothing keeps its log and its measurements. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { unmeasuredCalls, unmeasuredMsal } from '../../setup/bundler/unmeasured-msal.cjs';
import onlyCalls from '../../setup/bundler/unmeasured-calls.cjs';
import { ROOT } from '../../setup/project.mjs';

const COMMON = join(ROOT, 'node_modules', '@azure', 'msal-common', 'dist-browser');
const WRAPPERS = join(COMMON, 'utils', 'FunctionWrappers.mjs');

/** @param {string} path */
const imported = path => import(join(COMMON, path));

/** @param {string} prefix */
const methods = prefix =>
  unmeasuredCalls
    .filter(call => call.startsWith(`${prefix}.`))
    .map(call => call.slice(prefix.length + 1));

test('what logs and measures has no effect with our options', async () => {
  const { StubPerformanceClient } = await imported(
    'telemetry/performance/StubPerformanceClient.mjs'
  );
  const client = new StubPerformanceClient();
  for (const method of methods('performanceClient')) {
    if (method !== 'startMeasurement') {
      assert.equal(client[method]({}, 'id'), undefined, method);
    }
  }
  const measurement = client.startMeasurement('name', 'id');
  const before = JSON.stringify(measurement.event);
  for (const method of methods('measurement')) {
    assert.ok(!measurement[method]({}), method);
  }
  assert.equal(JSON.stringify(measurement.event), before);

  const { Logger } = await imported('logger/Logger.mjs');
  const log = new Logger({ logLevel: 0, loggerCallback: () => undefined }, 'name', '1');
  const own = JSON.stringify(log);
  for (const method of methods('logger')) {
    assert.equal(log[method]('text', 'id'), undefined, method);
  }
  assert.equal(JSON.stringify(log), own);
});

test('what wrapped calls return and throw is the same', async () => {
  assert.match(WRAPPERS.split('node_modules').join(''), unmeasuredMsal.test);
  const original = await import(WRAPPERS);
  const source = await readFile(WRAPPERS, 'utf8');
  const ours = await import(`data:text/javascript,${encodeURIComponent(onlyCalls(source))}`);
  assert.deepEqual(Object.keys(ours), Object.keys(original));

  const { StubPerformanceClient } = await imported(
    'telemetry/performance/StubPerformanceClient.mjs'
  );
  const rest = ['event', { trace: () => undefined }, new StubPerformanceClient(), 'id'];
  for (const { invoke, invokeAsync } of [original, ours]) {
    const fault = new Error('fault');
    const sum = (/** @type {number[]} */ ...all) => all.reduce((one, other) => one + other);
    const fail = () => {
      throw fault;
    };
    assert.equal(invoke(sum, ...rest)(1, 2, 3), 6);
    assert.throws(() => invoke(fail, ...rest)(), fault);
    assert.equal(
      await invokeAsync(async (/** @type {number[]} */ ...all) => sum(...all), ...rest)(1, 2),
      3
    );
    await assert.rejects(() => invokeAsync(async () => fail(), ...rest)(), fault);
  }
});

test('a module that measures otherwise is refused', () => {
  assert.throws(() => onlyCalls('export { invoke };'), /exports something else/);
});

test('no code of ours has calls that the minifier would remove', async () => {
  const folder = join(ROOT, 'src');
  const names = await readdir(folder, { recursive: true });
  const modules = names.filter(name => /\.tsx?$/.test(name));
  assert.notEqual(modules.length, 0);
  for (const name of modules) {
    const code = await readFile(join(folder, name), 'utf8');
    const removed = unmeasuredCalls.filter(call => code.includes(`${call}(`));
    assert.deepEqual(removed, [], name);
  }
});
