import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nullTranslator } from '@jupyterlab/translation';
import entra from '../../../catalog/aadsts-numbers.json';
import errors from '../../../catalog/errors.json';
import { messageFor } from '../../../src/auth/messages';
import { PROBLEM_TEXTS, PROBLEM_VARIANTS } from '../../../src/auth/problem-texts';
import { errorText } from '../../../src/kernels/error-text';
import { ServerExtensionError } from '../../../src/server-api/client';
import { serverProblem } from '../../../src/server-api/errors';
import { readProblem } from '../../../src/server-api/parse';
import type { WireErrorCode } from '../../../src/kernels/protocol';
import type { AzureProblemCode } from '../../../src/tokens';

interface ICode {
  readonly who: string;
  readonly ends?: string;
  readonly cell?: { readonly raises: string; readonly what: string; readonly next: string };
  readonly panel?: { readonly what: string; readonly next: string };
  readonly server?: {
    readonly what?: string;
    readonly cause_of?: string;
    readonly page: readonly string[];
  };
  readonly parent_server?: { readonly what: string };
  readonly ambient?: { readonly what: string };
}

const ROOT = join(__dirname, '../../..');
const trans = nullTranslator.load('');
const CODES = Object.entries(errors.codes as Readonly<Record<string, ICode>>);
const codesWith = (surface: 'cell' | 'panel' | 'parent_server' | 'ambient'): string[] =>
  CODES.filter(([, row]) => row[surface]).map(([code]) => code);
const sentByServer = CODES.filter(([, { server }]) => server?.what);

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, code]) => code ?? '');

const PAGE = read('docs/troubleshooting.md');
const DOCUMENTED = new Set(matches(PAGE, /`([A-Za-z0-9_]+)`/g));
/** The members of a union of strings; types do not exist at run time. */
function union(path: string, name: string): string[] {
  const text = read(path);
  const from = text.indexOf(`export type ${name}`);
  expect(from).toBeGreaterThan(-1);
  return matches(text.slice(from, text.indexOf(';', from)), /\| '(\w+)'/g);
}

describe('error codes', () => {
  it('are one list: in the catalog, and in the types', () => {
    expect(codesWith('panel').sort()).toEqual(union('src/tokens.ts', 'AzureProblemCode').sort());
    const wire = union('src/kernels/protocol.ts', 'WireErrorCode');
    expect(wire).toContain('signed_out');
    expect(codesWith('cell')).toEqual(expect.arrayContaining(wire));
  });

  it('are all documented', () => {
    expect(CODES.filter(([code]) => !DOCUMENTED.has(code))).toEqual([]);
    const [inCells = '', inPanel = ''] = PAGE.split('## Problems in the panel');
    const entries = (part: string): string[] => matches(part, /^#### `(\w+)`\n\n\S/gm);
    expect(entries(inCells).sort()).toEqual(codesWith('cell').sort());
    expect(entries(inPanel).sort()).toEqual(codesWith('panel').sort());
  });

  it.each(CODES)('%s says who can fix it, and has whole sentences', (code, row) => {
    expect(['user', 'developer', 'administrator']).toContain(row.who);
    const { cell, panel, server, parent_server: parent, ambient } = row;
    const texts = [cell, panel, server, parent, ambient].flatMap(surface =>
      surface === undefined ? [] : Object.entries(surface)
    );
    expect(texts).not.toEqual([]);
    for (const [name, text] of texts) {
      if (name === 'what' || name === 'next') {
        expect([code, text]).toEqual([code, expect.stringMatching(/^\S.*[.}]$/)]);
      }
    }
  });

  it.each(codesWith('panel') as AzureProblemCode[])('%s is shown as one code', code => {
    const details = [null, 'refresh_token_expired', 'aaaaaaaa-0000-4000-8000-000000000001'];
    for (const detail of details) {
      const { sentence, remedy, shown } = messageFor(
        { code, detail, request: null },
        'Storage',
        trans
      );
      expect(matches(sentence, /\(([\w-]+)\)/g)).toEqual([shown]);
      expect(`${sentence} ${remedy}`).not.toMatch(/[{}]|undefined|%\d/);
    }
  });

  it.each(['sign_in_required', 'consent_required', 'denied'] as WireErrorCode[])(
    '%s has the same texts in a page and in a kernel',
    code => {
      const row = CODES.find(([name]) => name === code)?.[1].cell;
      const { message, remedy } = errorText(code, null, null, trans);
      const next = row?.next.replace('{=sign_in}', errors.texts.sign_in);
      expect([message, remedy]).toEqual([row?.what, next]);
    }
  );

  it.each(sentByServer)('%s of the server is shown as one code', (code, { server }) => {
    const cause = server?.cause_of;
    const error = new ServerExtensionError(400, cause ?? code, null, cause && code);
    const { code: thrown, problem } = serverProblem(error, null);
    expect([thrown, problem.code]).toEqual(server?.page);
    const { shown, sentence } = messageFor(problem, null, trans);
    expect(problem.code === 'failed').toBe(code === 'failed');
    expect(DOCUMENTED).toContain(shown);
    expect(matches(sentence, /\((\w+)\)/g)).toEqual([shown]);
  });

  it.each(Object.entries(entra.numbers))('AADSTS%s is shown alone', (number, { code }) => {
    const detail = `AADSTS${number}`;
    const problem = { code: code as AzureProblemCode, detail, request: null };
    expect(matches(messageFor(problem, null, trans).sentence, /\((\w+)\)/g)).toEqual([detail]);
    expect([...DOCUMENTED]).toEqual(expect.arrayContaining([detail, code]));
    // The page and the server have the same code for it, also at the end of a sign-in.
    expect(sentByServer.map(([name]) => name)).toContain(code);
    expect(readProblem(code, 'loopback')).toBe(code);
  });

  it('have their texts in the catalog alone', () => {
    const generated = ['_error_catalog.py', 'problem-texts.ts', 'cell-texts.ts'];
    const sources = ['src', 'jupyter_azure_auth'].flatMap(folder =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter(path => /\.(py|tsx?)$/.test(path) && !generated.some(one => path.endsWith(one)))
        .map(path => join(folder, path))
    );
    const texts = CODES.flatMap(([, row]) =>
      [row.cell, row.panel, row.server, row.parent_server, row.ambient].flatMap(
        surface => surface?.what?.split('{')[0] ?? []
      )
    ).filter(text => text.length > 40);
    expect(texts.length).toBeGreaterThan(50);
    const copies = sources.filter(path => {
      const content = read(path);
      return texts.some(text => content.includes(text));
    });
    expect(copies).toEqual([]);
    expect(Object.keys(PROBLEM_TEXTS)).toHaveLength(codesWith('panel').length);
    expect(Object.keys(PROBLEM_VARIANTS)).toContain('other_tenant');
  });
});
