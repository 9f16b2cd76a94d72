import { ensureBuild } from './build.mjs';
import { ensureNodePackages, requireNode } from './node.mjs';
import { ensureProject, ensureVenv } from './venv.mjs';

/**
 * Brings a clone to where it can run: packages, virtual environment, build. What is there already
 * and up to date costs a second.
 *
 * @throws {import('./failure.mjs').Failure}
 */
export async function prepare() {
  requireNode();
  // The one waits for the npm registry, the other for PyPI.
  await Promise.all([ensureNodePackages(), ensureVenv()]);
  await ensureBuild();
  await ensureProject();
}
