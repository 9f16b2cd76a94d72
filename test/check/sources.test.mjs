import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FACTS } from './facts.mjs';
import { problemsIn } from './sources.mjs';

for (const [path, text, found] of /** @type {const} */ ([
  ['src/auth/config.ts', "new Map([['AzureCloud', 'login.microsoftonline.com']])", true],
  ['jupyter_azure_auth/kernel/magics/commands.py', '"https://management.usgovcloudapi.net"', true],
  ['src/panel/resource-names.ts', '/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i', true],
  ['jupyter_azure_auth/_tenants.py', '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?', true],
  ['src/providers/msal-errors.ts', "['AADSTS50020', 'wrong_tenant']", true],
  ['jupyter_azure_auth/server/errors.py', '"AADSTS50020": "wrong_tenant",', true],
  ['jupyter_azure_auth/_entra.py', '"AADSTS50020": ("wrong_tenant", "", "")', false],
  ['jupyter_azure_auth/server/grants.py', 'return [vars(grant) for grant in grants]', true],
  ['jupyter_azure_auth/server/record.py', 'json.dumps(asdict(self))', true],
  ['jupyter_azure_auth/server/record.py', 'json.dumps(self.to_wire())', false],
  ['jupyter_azure_auth/clouds.json', '"login.chinacloudapi.cn"', false],
  ['src/auth/clouds.ts', "'login.chinacloudapi.cn'", false],
  ['test/server/test_authority.py', '"login.chinacloudapi.cn"', false]
])) {
  test(`${found ? 'finds' : 'permits'} ${text} in ${path}`, () => {
    assert.equal(problemsIn(path, text).length, found ? 1 : 0);
  });
}

for (const { name, owners, example } of FACTS) {
  test(`finds a second definition of ${name}`, () => {
    for (const path of ['src/panel/body.tsx', 'jupyter_azure_auth/server/grants.py']) {
      assert.deepEqual(problemsIn(path, example), [`${path} holds a second definition: ${name}.`]);
    }
    for (const path of [...owners, 'test/unit/auth/config.spec.ts']) {
      assert.deepEqual(problemsIn(path, example), []);
    }
  });
}
