import { run } from './command.mjs';
import { Failure } from './failure.mjs';
import { WINDOWS } from './project.mjs';

const OLDEST = /** @type {const} */ ([3, 10]);

/** Prints version and path, so that a launcher reports the interpreter that it starts. */
const PROBE = 'import sys; print(*sys.version_info[:2], sys.executable)';

/** @type {readonly (readonly [string, ...string[]])[]} Command lines, best first. */
const CANDIDATES = [
  ...(WINDOWS ? /** @type {const} */ ([['py', '-3']]) : []),
  ['python3'],
  ['python'],
  // If `python3` is an old version, a newer one is often installed as well.
  ...['3.14', '3.13', '3.12', '3.11', '3.10'].map(
    version => /** @type {[string]} */ ([`python${version}`])
  )
];

/**
 * Finds a Python for the virtual environment.
 *
 * @param {NodeJS.ProcessEnv} [env] - If `PYTHON` is set, no other interpreter is tried.
 * @param {typeof run} [execute]
 * @returns {Promise<string>} The path of the interpreter.
 * @throws {Failure} If none is new enough, or it lacks `venv`.
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
  const asked = chosen ? ', but the variable PYTHON names none' : '';
  throw new Failure(
    `Python ${OLDEST.join('.')} or newer is required${seen}${asked}. Install it, or set PYTHON to its path.`
  );
}

/**
 * Finds the oldest Python that is supported, otherwise any supported one.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {typeof run} [execute]
 * @returns {Promise<string>} The path of the interpreter.
 * @throws {Failure}
 */
export async function findOldestPython(env = process.env, execute = run) {
  const version = OLDEST.join('.');
  // pyenv's `python3.10` on the PATH works only if that version is selected.
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
  // Debian has `ensurepip` in a separate package, and `venv` can be imported without it.
  const { code } = await execute(path, ['-c', 'import venv, ensurepip'], { env });
  if (code !== 0) {
    throw new Failure(
      `${path} lacks the venv module. Install it (on Debian and Ubuntu: apt install python3-venv).`
    );
  }
}
