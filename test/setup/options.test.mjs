import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from '../../demo/options.mjs';
import { Failure } from '../../setup/failure.mjs';

const DEFAULTS = { port: null, browser: true, help: false, azure: null };

for (const { args, expected } of [
  { args: [], expected: {} },
  { args: ['--port', '9000'], expected: { port: 9000 } },
  { args: ['--port=1'], expected: { port: 1 } },
  { args: ['--no-browser'], expected: { browser: false } },
  { args: ['--help'], expected: { help: true } },
  { args: ['--azure'], expected: { azure: {} } },
  {
    args: ['--azure', '--client-id', 'x', '--tenant-id', 'y', '--cloud', 'AzureChinaCloud'],
    expected: { azure: { client_id: 'x', tenant_id: 'y', cloud: 'AzureChinaCloud' } }
  }
]) {
  test(`reads ${args.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(readOptions(args), { ...DEFAULTS, ...expected });
  });
}

for (const { args, says } of [
  { args: ['--prot', '1'], says: /^Unknown option '--prot'; .*--help/ },
  { args: ['extra'], says: /^Unexpected argument 'extra'; / },
  { args: ['--port'], says: /--port .*missing/ },
  { args: ['--port', '0'], says: /^--port takes a number/ },
  { args: ['--port', '65536'], says: /^--port takes a number/ },
  { args: ['--port', '80a'], says: /^--port takes a number/ },
  { args: ['--no-browser=yes'], says: /no-browser/ },
  { args: ['--client-id', 'x'], says: /add --azure\.$/ },
  { args: ['--cloud', 'AzureCloud'], says: /add --azure\.$/ }
]) {
  test(`refuses ${args.join(' ')} in one sentence`, () => {
    assert.throws(
      () => readOptions(args),
      error =>
        error instanceof Failure &&
        error.exitCode === 2 &&
        says.test(error.message) &&
        !error.message.includes('\n')
    );
  });
}
