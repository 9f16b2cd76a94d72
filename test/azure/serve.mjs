/**
 * Runs the local Azure as a process: `node test/azure/serve.mjs [--folder D] [--authority-port N] [--storage-port N]
 * [--redirect-path P]… [--with-parent]`. Prints one line of JSON when all is ready, and runs until SIGTERM or SIGINT,
 * with `--with-parent` also until its standard input ends.
 */
import { parseArgs } from 'node:util';
import { startLocalAzure } from './local-azure.mjs';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    'authority-port': { type: 'string', default: '0' },
    'storage-port': { type: 'string', default: '0' },
    'redirect-path': { type: 'string', multiple: true },
    'with-parent': { type: 'boolean', default: false }
  }
});

const { stop, ...description } = await startLocalAzure({
  ...(values.folder === undefined ? {} : { folder: values.folder }),
  ...(values['redirect-path'] === undefined ? {} : { redirectPaths: values['redirect-path'] }),
  authorityPort: Number(values['authority-port']),
  storagePort: Number(values['storage-port'])
});

const end = () => void stop().then(() => process.exit(0));
process.once('SIGTERM', end).once('SIGINT', end);
if (values['with-parent']) {
  process.stdin.once('close', end).resume();
}
console.log(JSON.stringify(description));
