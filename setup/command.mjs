import { spawn } from 'node:child_process';
import { Failure } from './failure.mjs';
import { ROOT, WINDOWS, environment } from './project.mjs';

/** The lines shown of a failed program; the reason is usually at the end. */
const LAST_LINES = 40;

/** The time that the output of an ended program may take to arrive. */
const OUTPUT_MILLISECONDS = 5_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends all programs that `run` has started, with all of their children. */
export function stopCommands() {
  for (const child of running) {
    signal(child, 'SIGTERM');
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child - The first of its process group.
 * @param {NodeJS.Signals} name
 */
function signal({ pid }, name) {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(WINDOWS ? pid : -pid, name);
  } catch {
    // The whole group has ended.
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
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, echo?: boolean, limitSeconds?: number}} [options] -
 *   `echo`: show output as it comes. `limitSeconds`: a program that takes longer is killed.
 * @returns {Promise<Result>} Never rejects.
 */
export function run(
  file,
  args,
  { env = environment(), cwd = ROOT, echo = false, limitSeconds } = {}
) {
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
      clearTimeout(limit);
      running.delete(child);
      // Processes that it started and left behind.
      signal(child, 'SIGKILL');
      resolve(result);
    };
    const limit =
      limitSeconds === undefined
        ? undefined
        : setTimeout(() => {
            output += `\nKilled: it took longer than ${limitSeconds} s.\n`;
            finish({ code: null, output });
          }, limitSeconds * 1000);
    child.once('error', error => finish({ code: null, output: error.message }));
    child.once('close', code => finish({ code, output }));
    // A process that it left behind can hold its output open forever.
    child.once('exit', code =>
      setTimeout(() => finish({ code, output }), OUTPUT_MILLISECONDS).unref()
    );
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
