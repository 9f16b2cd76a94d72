import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** For what can be made again at any time; not in git. */
export const CACHE = join(ROOT, '.cache');

/** The development environment: JupyterLab, the tools, and this project by a link. */
export const VENV = join(ROOT, '.venv');

/** With the oldest versions that are supported (requirements-oldest.txt). */
export const OLDEST_VENV = join(ROOT, '.venv-oldest');

/** With the SDKs of Azure ML (requirements-azureml.txt). */
export const AZUREML_VENV = join(ROOT, '.venv-azureml');

/** With what makes the documentation site and the pictures of the README (requirements-docs.txt). */
export const DOCS_VENV = join(ROOT, '.venv-docs');

/** Backends for keyring that a test puts on the path of a process of its own (requirements-keyrings.txt). */
export const KEYRINGS = join(CACHE, 'keyrings');

/** With jupyter-server-documents (requirements-documents.txt), to be put on a Python path. */
export const DOCUMENTS = join(CACHE, 'jupyter-server-documents');

export const WINDOWS = process.platform === 'win32';

/**
 * @param {string} name - E.g. `jupyter-lab`.
 * @param {string} [venv] - Folder of the virtual environment.
 * @returns {string} Path of a program of the virtual environment.
 */
export function program(name, venv = VENV) {
  return WINDOWS ? join(venv, 'Scripts', `${name}.exe`) : join(venv, 'bin', name);
}

/**
 * The environment of everything that tests and the demo start.
 *
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(more = {}) {
  return {
    ...process.env,
    PATH: `${dirname(program('python'))}${delimiter}${process.env['PATH'] ?? ''}`,
    // Else libraries of Azure probe for a machine's identity on the network: nobody listens here.
    AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9',
    // Nothing of it belongs into the keychain of whoever runs it.
    PYTHON_KEYRING_BACKEND: 'keyring.backends.fail.Keyring',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    ...more
  };
}
