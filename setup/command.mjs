import { spawn } from 'node:child_process';
import { Failure } from './failure.mjs';
import { ROOT, WINDOWS, environment } from './project.mjs';

/** The lines shown of a failed program; the reason is usually at the end. */
const LAST_LINES = 40;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends all programs that `run` has started, with all of their children. */
export function stopCommands() {
  for (const { pid } of running) {
    if (pid !== undefined) {
      process.kill(WINDOWS ? pid : -pid, 'SIGTERM');
    }
  }
}

/**
 * @typedef {object} Result
 * @property {number | null} code - Null: the program could not be started, or a signal ended it.
 * @property {string} output - Its complete output.
 */

/**
 * Runs a program to its end, without input.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, echo?: boolean}} [options] - `echo`: show output as it comes.
 * @returns {Promise<Result>} Never rejects.
 */
export function run(file, args, { env = environment(), cwd = ROOT, echo = false } = {}) {
  return new Promise(resolve => {
    // A separate process group, so that it ends with all of its children.
    const detached = !WINDOWS;
    const child = spawn(file, args, { cwd, env, detached, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    for (const [stream, target] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr]
    ])) {
      stream.setEncoding('utf8').on('data', text => {
        output += text;
        if (echo) {
          target.write(text);
        }
      });
    }
    /** @param {Result} result */
    const finish = result => {
      running.delete(child);
      resolve(result);
    };
    child.once('error', error => finish({ code: null, output: error.message }));
    child.once('close', code => finish({ code, output }));
  });
}

/**
 * Runs a program that must succeed.
 *
 * @param {string} what - The subject of the error text, such as `The build`.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 * @returns {Promise<string>} Its output.
 * @throws {Failure}
 */
export async function mustRun(what, file, args, options) {
  const { code, output } = await run(file, args, options);
  if (code !== 0) {
    const details = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    throw new Failure(`${what} failed. The reason is above.`, { details });
  }
  return output;
}

/**
 * @param {readonly string[]} args
 * @returns {[string, string[]]} The command line of the npm that belongs to this Node.
 */
export function npm(args) {
  // npm sets the variable; on Windows, `npm` is a script that needs a shell to start.
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', [...args]];
}
