import { mustRun, run } from './command.mjs';
import { program } from './project.mjs';

/** Installs the same packages ten times faster than pip, which installs uv itself. */
const UV = 'uv==0.13.8';

/** @type {Promise<boolean> | undefined} */
let installed;

/**
 * Installs packages with uv, or with pip if uv cannot: uv does not read pip's configuration.
 *
 * @param {string} venv - The environment to install into.
 * @param {readonly string[]} args - That both understand.
 * @param {Parameters<typeof run>[2]} [options]
 * @throws {import('./failure.mjs').Failure} If pip fails as well.
 */
export async function pipInstall(venv, args, options) {
  const python = program('python', venv);
  const install = ['install', '--quiet', ...args];
  if (!(await hasUv())) {
    await mustRun('pip install', python, ['-m', 'pip', ...install], options);
    return;
  }
  const { code } = await run(program('uv'), ['pip', ...install, '--python', python], options);
  if (code !== 0) {
    // The environment may not have its own pip.
    const pip = ['-m', 'pip', '--python', python];
    await mustRun('pip install', program('python'), [...pip, ...install], options);
  }
}

/**
 * Returns whether uv is in the development environment, after trying to install it there.
 *
 * @returns {Promise<boolean>} False as well if there is no such environment.
 */
export function hasUv() {
  installed ??= run(program('python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', UV]).then(
    ({ code }) => code === 0
  );
  return installed;
}
