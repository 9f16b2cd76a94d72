import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * Start a program that writes its output and its errors to the end of a file by itself. Through
 * pipes of this process, the stream that ends first would close the file for the others.
 */
export function spawnLogged(
  logFile: string,
  program: string,
  args: readonly string[],
  options: SpawnOptions
): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    return spawn(program, args, { ...options, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}
