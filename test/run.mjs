/**
 * `npm test`: every suite, even if one fails; the last line is `N passed, N failed`.
 * `npm test -- kernel e2e`: only these, with what they need.
 */
import { run, stopCommands } from '../setup/command.mjs';
import { INTERRUPTED, whenAskedToEnd } from '../setup/ending.mjs';
import { Failure, runMain } from '../setup/failure.mjs';
import { prepare } from '../setup/prepare.mjs';
import { step } from '../setup/progress.mjs';
import { inLanes } from './lanes.mjs';
import { suitesNamed } from './suites.mjs';

/** Of a suite that failed; the start is worth less than the end. */
const LAST_LINES = 400;

/** Several times what the longest suite takes on two cores: a suite that hangs must say where. */
const SUITE_LIMIT_SECONDS = 45 * 60;

/** @type {Map<() => Promise<void>, Promise<void>>} */
const ensured = new Map();

void whenAskedToEnd().then(() => {
  stopCommands();
  process.exit(INTERRUPTED);
});

await runMain(async () => {
  const names = process.argv.slice(2);
  const suites = suitesNamed(names);
  if (suites.length === 0) {
    const known = [...new Set(suitesNamed([]).map(({ name }) => name.replace(/[ ,].*/, '')))];
    throw new Failure(`No suite is named ${names.join(' or ')}. Use one of: ${known.join(', ')}.`);
  }
  await prepare();
  const total = { passed: 0, failed: 0 };
  void prepareOthers(suites);
  await inLanes(suites, async suite => {
    const { passed, failed } = await runSuite(suite);
    total.passed += passed;
    total.failed += failed;
  });
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
});

/**
 * Sets up what later suites need while the first ones run. If that fails, their suite says so.
 *
 * @param {readonly import('./suites.mjs').Suite[]} suites
 */
async function prepareOthers(suites) {
  for (const ensure of suites.flatMap(({ needs = [] }) => needs)) {
    await once(ensure).catch(() => null);
  }
}

/** @param {() => Promise<void>} ensure - What several suites may need. */
function once(ensure) {
  const begun = ensured.get(ensure) ?? ensure();
  ensured.set(ensure, begun);
  return begun;
}

/** @param {import('./suites.mjs').Suite} suite */
async function runSuite({ name, command: [file, ...args], count, needs = [] }) {
  for (const ensure of needs) {
    await once(ensure);
  }
  const { code, output } = await step(`Suite ${name}`, () =>
    run(file, args, { limitSeconds: SUITE_LIMIT_SECONDS })
  );
  const counted = count(output);
  // It broke off, or ran nothing at all.
  const crashed = counted.failed === 0 && (code !== 0 || counted.passed === 0);
  const counts = crashed ? { ...counted, failed: 1 } : counted;
  if (counts.failed > 0) {
    console.log(output.trimEnd().split('\n').slice(-LAST_LINES).join('\n'));
  }
  // Not in the words of the last line, which stands alone.
  console.log(
    `  ${name}: ${counts.passed} ok, ${counts.failed} not ok${crashed ? ' (crashed)' : ''}`
  );
  return counts;
}
