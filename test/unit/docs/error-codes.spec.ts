import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nullTranslator } from '@jupyterlab/translation';
import entra from '../../../catalog/entra.json';
import { messageFor } from '../../../src/auth/messages';
import { ServerExtensionError } from '../../../src/server-api/client';
import { serverProblem } from '../../../src/server-api/errors';
import { readProblem } from '../../../src/server-api/parse';
import type { AzureProblemCode } from '../../../src/tokens';

const read = (path: string): string => readFileSync(join(__dirname, '../../..', path), 'utf8');
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, code]) => code ?? '');

const DOCUMENTED = new Set(matches(read('docs/troubleshooting.md'), /`([A-Za-z0-9_]+)`/g));
const ERRORS = read('jupyter_azure_auth/server/errors.py');
const [, responses = '', causes = ''] =
  /RESPONSES: Final(.*?)\n\}.*?UNAVAILABLE_CAUSES: Final(.*?)\n\}/s.exec(ERRORS) ?? [];
/** Codes of the server's answers, and of the causes of `unavailable`. */
const ANSWERS = matches(responses, /^ {4}"(\w+)":/gm);
const CAUSES = matches(causes, /^ {4}"(\w+)":/gm);

describe('error codes', () => {
  it('finds what it compares', () => {
    expect(ANSWERS).toContain('wrong_redirect_uri');
    expect(CAUSES).toContain('keychain');
  });

  it('shows for each answer of the server one code, which the docs have', () => {
    for (const [code, reason] of [
      ...ANSWERS.map(one => [one, undefined] as const),
      ...CAUSES.map(one => ['unavailable', one] as const)
    ]) {
      const error = new ServerExtensionError(400, code, null, reason);
      const { problem } = serverProblem(error, null);
      const { shown, sentence } = messageFor(problem, null, nullTranslator.load(''));
      expect([code, problem.code === 'failed']).toEqual([code, code === 'failed']);
      expect(DOCUMENTED).toContain(shown);
      expect(matches(sentence, /\((\w+)\)/g)).toEqual([shown]);
    }
  });

  it('shows for each number that number alone, and the docs have it', () => {
    for (const [number, { code }] of Object.entries(entra.numbers)) {
      const detail = `AADSTS${number}`;
      const problem = { code: code as AzureProblemCode, detail, request: null };
      const { sentence } = messageFor(problem, null, nullTranslator.load(''));
      expect(matches(sentence, /\((\w+)\)/g)).toEqual([detail]);
      expect([...DOCUMENTED]).toEqual(expect.arrayContaining([detail, code]));
      // The page and the server have the same code for it, also at the end of a sign-in.
      expect([...ANSWERS, ...CAUSES]).toContain(code);
      expect(readProblem(code, 'loopback')).toBe(code);
    }
  });
});
