import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemsIn } from './sources.mjs';

for (const [path, text, found] of /** @type {const} */ ([
  ['src/auth/config.ts', "new Map([['AzureCloud', 'login.microsoftonline.com']])", true],
  ['jupyter_azure_auth/kernel/magics/commands.py', '"https://management.usgovcloudapi.net"', true],
  ['jupyter_azure_auth/clouds.json', '"login.chinacloudapi.cn"', false],
  ['src/auth/clouds.ts', "'login.chinacloudapi.cn'", false],
  ['test/server/test_authority.py', '"login.chinacloudapi.cn"', false]
])) {
  test(`${found ? 'finds' : 'permits'} ${text} in ${path}`, () => {
    assert.equal(problemsIn(path, text).length, found ? 1 : 0);
  });
}
