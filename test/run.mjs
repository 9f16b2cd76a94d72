/** `npm test`: every suite, whatever becomes of the others; the last line is `N passed, N failed`. */
import { run, stopCommands } from '../setup/command.mjs';
import { INTERRUPTED, whenAskedToEnd } from '../setup/ending.mjs';
import { runMain } from '../setup/failure.mjs';
import { prepare } from '../setup/prepare.mjs';
import { step } from '../setup/progress.mjs';
import { ensureAzureml, ensureDocuments, ensureKeyrings, ensureOldest } from '../setup/venv.mjs';
import { ensureChromium } from './chromium-install.mjs';
import { SUITES } from './suites.mjs';

/** Of a suite that failed; the start is worth less than the end. */
const LAST_LINES = 400;

void whenAskedToEnd().then(() => {
  stopCommands();
  process.exit(INTERRUPTED);
});

await runMain(async () => {
  await prepare();
  await ensureOldest();
  await ensureAzureml();
  await ensureKeyrings();
  await ensureDocuments();
  await ensureChromium();
  const total = { passed: 0, failed: 0 };
  for (const suite of SUITES) {
    const { passed, failed } = await runSuite(suite);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
});

/** @param {import('./suites.mjs').Suite} suite */
async function runSuite({ name, command: [file, ...args], count }) {
  const { code, output } = await step(`Suite ${name}`, () => run(file, args));
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
