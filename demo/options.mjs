import { parseArgs } from 'node:util';
import { Failure } from '../setup/failure.mjs';

/** The exit code for incorrect usage. */
const USAGE_ERROR = 2;

export const HELP = `JupyterLab with a demo notebook and a local Azure. Press Ctrl-C to stop.

  npm start -- [options]

  --port N          Port of JupyterLab. Default: the first free one from 8888.
  --no-browser      Do not open the browser; only print the address.
  --azure           Use the real Azure instead of the local one, with these options:
    --client-id ID    Single-page app registration. Default: the one in JupyterLab's settings.
    --tenant-id ID    GUID or domain of the tenant. Default: organizations.
    --cloud NAME      AzureCloud (default), AzureChinaCloud or AzureUSGovernment.
  --help            Show this help.

In PowerShell, write '--' with the quotes; otherwise npm does not pass the options on.`;

/**
 * @typedef {object} Options
 * @property {number | null} port - Null: any free one.
 * @property {boolean} browser - Whether to open the browser.
 * @property {boolean} help
 * @property {{client_id?: string, tenant_id?: string, cloud?: string} | null} azure - Traits of
 *   `c.AzureAuth` for the real Azure; null for the local one.
 */

/**
 * @param {readonly string[]} args - Without the arguments of Node.
 * @returns {Options}
 * @throws {Failure} One sentence about the first mistake.
 */
export function readOptions(args) {
  const values = parse(args);
  const real = {
    ...(values['client-id'] === undefined ? {} : { client_id: values['client-id'] }),
    ...(values['tenant-id'] === undefined ? {} : { tenant_id: values['tenant-id'] }),
    ...(values.cloud === undefined ? {} : { cloud: values.cloud })
  };
  if (!values.azure && Object.keys(real).length > 0) {
    throw misused('--client-id, --tenant-id and --cloud are for the real Azure only; add --azure.');
  }
  return {
    port: values.port === undefined ? null : readPort(values.port),
    browser: !values['no-browser'],
    help: values.help,
    azure: values.azure ? real : null
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'no-browser': { type: 'boolean', default: false },
        azure: { type: 'boolean', default: false },
        'client-id': { type: 'string' },
        'tenant-id': { type: 'string' },
        cloud: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false }
      }
    }).values;
  } catch (error) {
    // Node's text continues with advice on positional arguments; its first sentence is enough.
    const [first] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw misused(`${first?.replace(/\.$/, '')}; npm start -- --help lists the options.`);
  }
}

/** @param {string} text */
function readPort(text) {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw misused('--port takes a number from 1 to 65535.');
  }
  return port;
}

/** @param {string} message */
function misused(message) {
  return new Failure(message, { exitCode: USAGE_ERROR });
}
