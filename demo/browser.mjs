import { spawn } from 'node:child_process';

/**
 * Opens the user's browser, if there is one; the address is printed in any case.
 *
 * @param {string} address
 */
export function openBrowser(address) {
  const [file, ...args] = opener(address);
  if (file !== undefined) {
    spawn(file, args, { detached: true, stdio: 'ignore' })
      .once('error', () => {
        // There is none on a server or in a container.
      })
      .unref();
  }
}

/**
 * @param {string} address
 * @returns {string[]} A command line; empty if there is no display.
 */
function opener(address) {
  switch (process.platform) {
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler', address];
    case 'darwin':
      return ['open', address];
    default:
      // Without a display, xdg-open starts a text browser in the terminal.
      return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open', address] : [];
  }
}
