import { existsSync } from 'node:fs';
import { lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from './command.mjs';
import { fingerprint, readFingerprint } from './fingerprint.mjs';
import { step } from './progress.mjs';
import {
  AZUREML_VENV,
  COLLABORATION,
  DOCS_VENV,
  DOCUMENTS,
  HUB,
  KEYRINGS,
  OLDEST_VENV,
  PROGRAMS,
  ROOT,
  VENV,
  environment,
  program
} from './project.mjs';
import { hasUv, pipInstall } from './pip.mjs';
import { findOldestPython, findPython } from './python.mjs';

/** Creates the virtual environment and installs the project's dependencies. */
export function ensureVenv() {
  return ensurePackages(VENV, 'setup/requirements.txt', () => findPython());
}

/**
 * @param {string} venv - Its folder.
 * @param {string} requirements - File below the root.
 * @param {() => Promise<string>} find - Finds the Python to create it with.
 */
async function ensurePackages(venv, requirements, find) {
  const stamp = join(venv, 'requirements.installed');
  const wanted = await fingerprint([requirements]);
  if ((await readFingerprint(stamp)) === wanted) {
    return;
  }
  if (!existsSync(program('python', venv))) {
    const base = await find();
    // Only the first needs pip, which takes most of the time.
    const options = venv !== VENV && (await hasUv()) ? ['--without-pip'] : [];
    await step('Creating the virtual environment', () =>
      mustRun('python -m venv', base, ['-m', 'venv', '--clear', ...options, venv])
    );
  }
  await step('Installing the Python packages (a minute or two)', () =>
    pipInstall(venv, ['-r', requirements])
  );
  await writeFile(stamp, wanted);
}

/** Installs the project itself in editable mode. Needs a build. */
export function ensureProject() {
  return ensureInstalled(VENV, ['--no-build-isolation']);
}

/**
 * Creates the environment of the oldest supported versions, with the project in it. Needs a build.
 * For tests only, so that the demo starts without it.
 */
export async function ensureOldest() {
  await ensurePackages(OLDEST_VENV, 'setup/requirements-oldest.txt', () => findOldestPython());
  // The build tools need newer versions than this environment has.
  await ensureInstalled(OLDEST_VENV, []);
}

/** Creates the environment of the Azure ML SDKs, with the project in it. Needs a build; for tests only. */
export async function ensureAzureml() {
  await ensurePackages(AZUREML_VENV, 'setup/requirements-azureml.txt', () => findPython());
  await ensureInstalled(AZUREML_VENV, []);
}

/** Creates the environment of the documentation site; for `npm run docs` and `npm run picture` only. */
export function ensureDocs() {
  return ensurePackages(DOCS_VENV, 'setup/requirements-docs.txt', () => findPython());
}

/**
 * Unpacks backends of keyring, which would change every test if they were installed, because keyring
 * uses all backends that it finds. For tests only.
 */
export function ensureKeyrings() {
  return ensureUnpacked(KEYRINGS, 'setup/requirements-keyrings.txt');
}

/** Unpacks jupyter-server-documents, which turns off parts of every server it is installed with. */
export function ensureDocuments() {
  return ensureUnpacked(DOCUMENTS, 'setup/requirements-documents.txt');
}

/** Unpacks jupyter-collaboration, which changes the documents of every JupyterLab that finds it. */
export function ensureCollaboration() {
  return ensureUnpacked(COLLABORATION, 'setup/requirements-collaboration.txt');
}

/** Unpacks JupyterHub. */
export function ensureHub() {
  return ensureUnpacked(HUB, 'setup/requirements-hub.txt');
}

/** Unpacks jupyter-scheduler, Streamlit and others, which are more than the demo needs. */
export function ensurePrograms() {
  return ensureUnpacked(PROGRAMS, 'setup/requirements-programs.txt');
}

/**
 * @param {string} folder - Can be added to a Python path.
 * @param {string} requirements - File below the root.
 */
async function ensureUnpacked(folder, requirements) {
  const stamp = join(folder, 'requirements.installed');
  const wanted = await fingerprint([requirements]);
  if ((await readFingerprint(stamp)) !== wanted) {
    await rm(folder, { recursive: true, force: true });
    await step(`Unpacking the packages of ${requirements}`, () =>
      pipInstall(VENV, ['--no-deps', '--target', folder, '-r', requirements])
    );
    await writeFile(stamp, wanted);
  }
}

/**
 * @param {string} venv
 * @param {readonly string[]} options - For pip.
 */
async function ensureInstalled(venv, options) {
  const stamp = join(venv, 'project.installed');
  const metadata = ['pyproject.toml', 'package.json', 'install.json', 'jupyter-config'];
  const wanted = await fingerprint(metadata);
  if ((await readFingerprint(stamp)) !== wanted) {
    await step('Installing the project', () => install(venv, options));
    await writeFile(stamp, wanted);
  }
}

/**
 * @param {string} venv
 * @param {readonly string[]} options - For pip.
 */
async function install(venv, options) {
  const link = join(venv, 'share', 'jupyter', 'labextensions', 'jupyter-azure-auth');
  // Before pip, which would delete the files behind the link as those of the previous version.
  if ((await lstat(link).catch(() => null))?.isSymbolicLink()) {
    await rm(link);
  }
  await pipInstall(venv, ['--no-deps', ...options, '-e', '.'], {
    // The extension is already built, so pip must not build it.
    env: environment({ SKIP_JUPYTER_BUILDER: '1' })
  });
  await rm(link, { recursive: true, force: true });
  await mkdir(dirname(link), { recursive: true });
  await symlink(join(ROOT, 'jupyter_azure_auth', 'labextension'), link, 'junction');
}
