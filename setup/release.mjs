/** `npm run release`: builds what is published into `dist/release`. It publishes nothing. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, npm } from './command.mjs';
import { runMain } from './failure.mjs';
import { prepare } from './prepare.mjs';
import { step } from './progress.mjs';
import { ROOT, program } from './project.mjs';
import { billOfMaterials } from './sbom.mjs';

const FOLDER = join(ROOT, 'dist', 'release');

await runMain(async () => {
  await prepare();
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await step('Building the page', () => mustRun('The build', ...npm(['run', 'build:prod'])));
  await step('Building wheel and sdist', () =>
    mustRun('The build', program('python'), [
      ...['-m', 'hatchling', 'build', '-t', 'sdist', '-t', 'wheel', '-d', FOLDER]
    ])
  );
  await step('Packing the npm package', () =>
    mustRun('Packing', ...npm(['pack', '--ignore-scripts', '--pack-destination', FOLDER]))
  );
  const bill = await billOfMaterials();
  await writeFile(join(FOLDER, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
  console.log(`Ready: ${FOLDER}`);
});
