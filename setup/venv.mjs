import { existsSync } from 'node:fs';
import { lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from './command.mjs';
import { fingerprint, readFingerprint } from './fingerprint.mjs';
import { step } from './progress.mjs';
import { ROOT, VENV, environment, program } from './project.mjs';
import { findPython } from './python.mjs';

const REQUIREMENTS = 'setup/requirements.txt';

/** Makes the virtual environment and installs what the project stands on. */
export async function ensureVenv() {
  const stamp = join(VENV, 'requirements.installed');
  const wanted = await fingerprint([REQUIREMENTS]);
  if ((await readFingerprint(stamp)) === wanted) {
    return;
  }
  const python = program('python');
  if (!existsSync(python)) {
    const base = await findPython();
    await step('Making the virtual environment', () =>
      mustRun('python -m venv', base, ['-m', 'venv', '--clear', VENV])
    );
  }
  await step('Installing the Python packages (a minute or two)', () =>
    mustRun('pip install', python, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS])
  );
  await writeFile(stamp, wanted);
}

/** Installs the project itself into it, so that every edit counts at once. Needs a build. */
export async function ensureProject() {
  const stamp = join(VENV, 'project.installed');
  const metadata = ['pyproject.toml', 'package.json', 'install.json', 'jupyter-config'];
  const wanted = await fingerprint(metadata);
  if ((await readFingerprint(stamp)) !== wanted) {
    await step('Installing the project', install);
    await writeFile(stamp, wanted);
  }
}

async function install() {
  const link = join(VENV, 'share', 'jupyter', 'labextensions', 'jupyter-azure-auth');
  // Before pip, which would remove the files behind the link as those of the former version.
  if ((await lstat(link).catch(() => null))?.isSymbolicLink()) {
    await rm(link);
  }
  const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-build-isolation', '-e', '.'];
  await mustRun('pip install -e .', program('python'), args, {
    // Built already, and pip has no need to know how.
    env: environment({ SKIP_JUPYTER_BUILDER: '1' })
  });
  await rm(link, { recursive: true, force: true });
  await mkdir(dirname(link), { recursive: true });
  await symlink(join(ROOT, 'jupyter_azure_auth', 'labextension'), link, 'junction');
}
