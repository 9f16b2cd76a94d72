import { ensureBuild } from './build.mjs';
import { ensureNodePackages, requireNode } from './node.mjs';
import { ensureProject, ensureVenv } from './venv.mjs';

/**
 * Makes a clone ready to run: packages, virtual environment, build. Takes a second if everything is
 * up to date.
 *
 * @throws {import('./failure.mjs').Failure}
 */
export async function prepare() {
  requireNode();
  // In parallel: one waits for the npm registry, the other for PyPI.
  await Promise.all([ensureNodePackages(), ensureVenv()]);
  await ensureBuild();
  await ensureProject();
}
