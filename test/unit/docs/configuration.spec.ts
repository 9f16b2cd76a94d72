import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { redirectPage } from '../../../src/auth/popup-settings';

const ROOT = join(__dirname, '../../..');

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name ?? '');

const configuration = read('docs/admin/configuration.md');
const registration = read('docs/admin/app-registration.md');
const schema = JSON.parse(read('schema/session.json')) as { properties: object };
const settings = Object.keys(schema.properties);
const traits = all(
  read('jupyter_azure_auth/server/traits.py'),
  /^ {4}(\w+)(?:: [^=]+)? = (?:Unicode|Dict|List|Bool|_Names)\(/gm
);
/** What the server does on behalf of users never depends on a file that kernels can write. */
const SERVERS_OWN = [
  'public_client_id',
  'persistence',
  'prefer_machine',
  'sources',
  'allowed_resources',
  'identity_endpoint',
  'shared'
];
/** What the user decides alone. */
const PAGES_OWN = ['kernelAccess', 'agentAccess'];
const camelCase = (trait: string): string =>
  trait.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('docs/admin', () => {
  it('has a row for every trait of the server, and no other', () => {
    expect(traits).toContain('client_id');
    expect(all(configuration, /^\| `c\.AzureAuth\.(\w+)`/gm)).toEqual(traits);
  });

  it('puts every user setting beside its trait', () => {
    const users = traits.filter(trait => !SERVERS_OWN.includes(trait)).map(camelCase);
    expect([...users, ...PAGES_OWN].sort()).toEqual([...settings].sort());
    PAGES_OWN.forEach(name => expect(configuration).toContain(`| `.concat('`', name, '`')));
    expect(all(configuration, /^\| `c\.AzureAuth\.\w+` +\| `(\w+)`/gm)).toEqual(users);
  });

  it('names the variable that allows an unprotected transport', () => {
    const [name = ''] = all(
      read('jupyter_azure_auth/kernel/transport.py'),
      /^ALLOW_PLAIN_TRANSPORT: Final = "(\w+)"/gm
    );
    expect(name).not.toBe('');
    expect(configuration).toContain(`\`${name}=1\``);
  });

  it('names the variable that turns off the explanation of a 403', () => {
    const [name = ''] = all(
      read('jupyter_azure_auth/kernel/explain_403.py'),
      /^EXPLAIN_403: Final = "(\w+)"/gm
    );
    expect(name).not.toBe('');
    expect(configuration).toContain(`\`${name}=0\``);
  });

  it('gives the redirect URI as it is made', () => {
    expect(registration).toContain(redirectPage('https://host/').replace('https://host', '<base>'));
    expect(registration).toContain(redirectPage('http://localhost/'));
  });
});
