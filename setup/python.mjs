import { run } from './command.mjs';
import { Failure } from './failure.mjs';
import { WINDOWS } from './project.mjs';

const OLDEST = /** @type {const} */ ([3, 10]);

/** Prints version and path, so that a launcher's answer is the interpreter itself. */
const PROBE = 'import sys; print(*sys.version_info[:2], sys.executable)';

/** @type {readonly (readonly [string, ...string[]])[]} Command lines, best first. */
const CANDIDATES = [
  ...(WINDOWS ? /** @type {const} */ ([['py', '-3']]) : []),
  ['python3'],
  ['python'],
  // Where `python3` is an old one, a newer one often stands beside it.
  ...['3.14', '3.13', '3.12', '3.11', '3.10'].map(
    version => /** @type {[string]} */ ([`python${version}`])
  )
];

/**
 * Finds a Python for the virtual environment.
 *
 * @param {NodeJS.ProcessEnv} [env] - With `PYTHON` set, that one is taken or nothing.
 * @param {typeof run} [execute]
 * @returns {Promise<string>} Path of the interpreter.
 * @throws {Failure} None is new enough, or it lacks `venv`.
 */
export async function findPython(env = process.env, execute = run) {
  const chosen = env['PYTHON'];
  const candidates = chosen ? [/** @type {const} */ ([chosen])] : CANDIDATES;
  let seen = '';
  for (const [file, ...args] of candidates) {
    const { code, output } = await execute(file, [...args, '-c', PROBE], { env });
    const [, major = '0', minor = '0', path = ''] = /^(\d+) (\d+) (.+)$/m.exec(output) ?? [];
    if (code === 0 && isNewEnough(Number(major), Number(minor))) {
      await requireVenv(path, env, execute);
      return path;
    }
    seen ||= code === 0 ? ` (found ${major}.${minor})` : '';
  }
  const asked = chosen ? ', and the variable PYTHON names none' : '';
  throw new Failure(
    `Python ${OLDEST.join('.')} or newer is needed${seen}${asked}: install it, or set PYTHON to its path.`
  );
}

/**
 * Finds the oldest Python that is supported, or whatever there is instead.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {typeof run} [execute]
 * @returns {Promise<string>} Path of the interpreter.
 * @throws {Failure}
 */
export async function findOldestPython(env = process.env, execute = run) {
  const version = OLDEST.join('.');
  // pyenv has a `python3.10` on the PATH that works only if told so.
  const oldest = { ...env, PYTHON: `python${version}`, PYENV_VERSION: version };
  return findPython(oldest, execute).catch(() => findPython(env, execute));
}

/**
 * @param {number} major
 * @param {number} minor
 */
function isNewEnough(major, minor) {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/**
 * @param {string} path
 * @param {NodeJS.ProcessEnv} env
 * @param {typeof run} execute
 */
async function requireVenv(path, env, execute) {
  // Debian puts `ensurepip` into a package of its own, and `venv` imports without it.
  const { code } = await execute(path, ['-c', 'import venv, ensurepip'], { env });
  if (code !== 0) {
    throw new Failure(
      `${path} lacks the venv module: install it (on Debian and Ubuntu: apt install python3-venv).`
    );
  }
}
