import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The test's own folders, by the place where the program and its children see them. */
export type PrivateFolders = Readonly<Record<string, string>>;

/**
 * A command line that runs a program with folders at fixed places which no other process sees: some
 * hosts are recognized by files that only an administrator could write.
 *
 * @throws Error if neither the kernel nor the current user's rights allow it.
 */
export async function withPrivateFolders(
  folders: PrivateFolders,
  command: readonly string[]
): Promise<string[]> {
  if (Object.keys(folders).length === 0) {
    return [...command];
  }
  const all = Object.entries(folders);
  for (const unshare of [
    ['unshare', '-rm'],
    ['unshare', '-m']
  ]) {
    if (await succeeds([...unshare, 'mount', '-t', 'tmpfs', 'none', '/mnt'])) {
      return [...unshare, ...after(all.map(mount), command)];
    }
  }
  if (process.getuid?.() === 0) {
    // Visible to all processes; it leads nowhere once the folder of the test is gone.
    return after(all.map(link), command);
  }
  throw new Error(
    'This test gives a server files at fixed places (/mnt/azmnt, /var/opt/azcmagent). That needs ' +
      'user namespaces (unshare -rm) or root, and this run has neither.'
  );
}

function after(steps: readonly string[], command: readonly string[]): string[] {
  return ['sh', '-ec', `${steps.join('\n')}\nexec "$@"`, 'sh', ...command];
}

function link([place, folder]: [string, string]): string {
  return `mkdir -p '${dirname(place)}'\nln -sfn '${folder}' '${place}'`;
}

/** Below a folder of root that every Linux has; this hides its content. */
function mount([place, folder]: [string, string]): string {
  const hidden = /^\/mnt|^\/var\/opt/.exec(place)?.[0];
  if (hidden === undefined) {
    throw new Error(`Cannot hide the files around ${place}.`);
  }
  return [
    `mount -t tmpfs none ${hidden}`,
    `mkdir -p ${place}`,
    `mount --bind '${folder}' ${place}`
  ].join('\n');
}

async function succeeds([program = '', ...args]: string[]): Promise<boolean> {
  return promisify(execFile)(program, args).then(
    () => true,
    () => false
  );
}
