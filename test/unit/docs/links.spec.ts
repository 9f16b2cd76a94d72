import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const ROOT = join(__dirname, '../../..');

const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`)
];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The anchor that GitHub makes of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replace(/ /g, '-');

const anchors = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading));

/** Links of a document that lead nowhere. */
function broken(document: string): string[] {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, to = '']) => to);
  return links.filter(link => {
    const [path = '', part = ''] = link.split('#');
    const target = path === '' ? document : normalize(join(dirname(document), path));
    return !existsSync(join(ROOT, target)) || (part !== '' && !anchors(target).includes(part));
  });
}

/** Where documents say that paths begin. */
const BASES = ['', 'src', 'jupyter_azure_auth', 'test'];

/** Source files and folders that a document names and that do not exist. */
function missing(document: string): string[] {
  const named = /`((?:src|test|server|kernel|ambient|cli|jupyter_azure_auth)\/[\w./-]*)`/g;
  const paths = [...read(document).matchAll(named)].map(([, path = '']) => path);
  return paths.filter(path => !BASES.some(base => existsSync(join(ROOT, base, path))));
}

it.each(DOCUMENTS)('%s names no source file that does not exist', document => {
  expect(missing(document)).toEqual([]);
});

it('the diagram of the architecture names rooms that exist', () => {
  const [, diagram = ''] = /```mermaid\n(.*?)```/s.exec(read('docs/dev/architecture.md')) ?? [];
  const rooms = [...diagram.matchAll(/\["([^":]+)"|\["([^":]+): /g)].flatMap(
    ([, alone = '', named = '']) => (alone || named).split(', ')
  );
  const bases = ['src', 'jupyter_azure_auth', 'jupyter_azure_auth/server'];
  const isThere = (room: string): boolean =>
    bases.some(base => ['', '.py', '.ts'].some(end => existsSync(join(ROOT, base, room + end))));
  expect(rooms).toContain('kernel/request_flow');
  expect(rooms.filter(room => /^[a-z_/-]+$/.test(room) && !isThere(room))).toEqual([]);
});

it.each(DOCUMENTS)('%s has no link that leads nowhere', document => {
  expect(broken(document)).toEqual([]);
});

it('the site has a place for every document, once', () => {
  const [, nav = ''] = /^nav:\n((?: .*\n)+)/m.exec(read('mkdocs.yml')) ?? [];
  const listed = [...nav.matchAll(/: (\S+\.md)$/gm)].map(([, path = '']) => path);
  // The README is for readers who come from a registry or a repository.
  const expected = DOCUMENTS.map(path => path.replace(/^docs\//, '')).filter(
    path => path !== 'README.md'
  );
  expect(listed.sort()).toEqual(expected.sort());
});
