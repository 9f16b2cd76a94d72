import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalAzure } from './fixtures';
import { Jupyter, ROOT } from './jupyter';
import { plainEnvironment } from './localhost-fixtures';

const PACKAGES = join(ROOT, '.cache', 'jupyter-collaboration');

/**
 * A server with jupyter-collaboration; everyone logs in with the same token.
 *
 * @param traits - What the administrator configures, by class.
 */
export async function whileCollaborating(
  azure: LocalAzure,
  use: (jupyter: Jupyter) => Promise<void>,
  traits: Record<string, object> = {}
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'collaboration-'));
  const environment = {
    ...(await plainEnvironment(azure)),
    PYTHONPATH: PACKAGES,
    JUPYTER_PATH: join(PACKAGES, 'share', 'jupyter'),
    JUPYTER_CONFIG_PATH: join(PACKAGES, 'etc', 'jupyter')
  };
  const jupyter = await Jupyter.start(folder, traits, environment);
  await use(jupyter);
  await jupyter.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
