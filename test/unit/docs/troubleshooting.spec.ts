import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The text of a source file from one string up to the next other one. */
function between(path: string, begin: string, end: string): string {
  const text = read(path);
  const from = text.indexOf(begin);
  expect(from).toBeGreaterThan(-1);
  return text.slice(from, text.indexOf(end, from));
}

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, code]) => code ?? '');

/** Read from the source text: types do not exist at run time, and Python is not run here. */
const wire = matches(
  between('src/kernels/protocol.ts', 'export type WireErrorCode', ';'),
  /\| '(\w+)'/g
);
const kernel = matches(
  between('jupyter_azure_auth/errors.py', 'ERRORS: Final', '\n}'),
  /^ {4}"(\w+)": ErrorText/gm
);
const panel = matches(between('src/tokens.ts', 'export type AzureProblemCode', ';'), /\| '(\w+)'/g);

const [inCells = '', inPanel = ''] = read('docs/troubleshooting.md').split(
  '## Problems in the panel'
);
const entries = (part: string): string[] => matches(part, /^#### `(\w+)`\n\n\S/gm);

describe('docs/troubleshooting.md', () => {
  it('finds the codes it compares with', () => {
    expect(wire).toContain('signed_out');
    expect(kernel).toContain('no_page');
    expect(panel).toContain('popup_blocked');
  });

  it('has an entry for every error of the wire and of the kernel, and no other', () => {
    expect(entries(inCells).sort()).toEqual([...new Set([...wire, ...kernel])].sort());
  });

  it('has an entry for every problem of the panel, and no other', () => {
    expect(entries(inPanel).sort()).toEqual([...panel].sort());
  });
});
