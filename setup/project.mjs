import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** For files that can be created again at any time; not in git. */
export const CACHE = join(ROOT, '.cache');

/** The development environment: JupyterLab, the tools, and a link to this project. */
export const VENV = join(ROOT, '.venv');

/** With the oldest versions that are supported (requirements-oldest.txt). */
export const OLDEST_VENV = join(ROOT, '.venv-oldest');

/** With the SDKs of Azure ML (requirements-azureml.txt). */
export const AZUREML_VENV = join(ROOT, '.venv-azureml');

/** With the tools for the documentation site and the README's pictures (requirements-docs.txt). */
export const DOCS_VENV = join(ROOT, '.venv-docs');

/** Backends for keyring that a test adds to the path of a subprocess (requirements-keyrings.txt). */
export const KEYRINGS = join(CACHE, 'keyrings');

/** With jupyter-server-documents (requirements-documents.txt), to be added to a Python path. */
export const DOCUMENTS = join(CACHE, 'jupyter-server-documents');

/** With jupyter-collaboration (requirements-collaboration.txt), to be added to Python's and Jupyter's paths. */
export const COLLABORATION = join(CACHE, 'jupyter-collaboration');

/** With JupyterHub (requirements-hub.txt), to be added to a Python path. */
export const HUB = join(CACHE, 'jupyterhub');

/** With programs that a server starts, or that run below it, to be added to a Python path. */
export const PROGRAMS = join(CACHE, 'programs');

export const WINDOWS = process.platform === 'win32';

/**
 * @param {string} name - The name of the program, such as `jupyter-lab`.
 * @param {string} [venv] - Folder of the virtual environment.
 * @returns {string} The path of a program of the virtual environment.
 */
export function program(name, venv = VENV) {
  return WINDOWS ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name);
}

/**
 * Returns the environment variables of every process that tests and the demo start.
 *
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(more = {}) {
  return {
    ...process.env,
    PATH: `${dirname(program('python'))}${delimiter}${process.env['PATH'] ?? ''}`,
    // Nothing listens here. Otherwise libraries of Azure probe the network for a managed identity.
    AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9',
    // The developer's keychain must not be used.
    PYTHON_KEYRING_BACKEND: 'keyring.backends.fail.Keyring',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    // Test machines often set this. Each process then compiles this package again, which takes a
    // quarter of a second in a server; a package that pip installed is already compiled.
    PYTHONDONTWRITEBYTECODE: '',
    ...more
  };
}
