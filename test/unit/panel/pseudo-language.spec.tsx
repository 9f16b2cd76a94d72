/** @jest-environment jsdom */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { AzureProblemCode } from '../../../src/tokens';
import { PROBLEM_TEXTS } from '../../../src/auth/problem-texts';
import { aRequest, NOW } from './fixtures';
import { Place } from './render';
import { aProblem, CASES, type ICase, showCase } from './states';

/**
 * A language of one sign: of a text that is translated, no Latin letter is left but those of its
 * parts, which are in the text as they were given.
 */
const pseudo = (text: string, parts: readonly unknown[]): string =>
  text
    .replace(/[A-Za-z]/g, '×')
    .replace(/%(\d)/g, (_, number: string) => String(parts[Number(number) - 1]));
const trans = {
  __: (text: string, ...parts: unknown[]) => pseudo(text, parts),
  _n: (one: string, many: string, count: number) => pseudo(count === 1 ? one : many, [count])
} as unknown as TranslationBundle;

/** What is the same in every language: names, addresses, codes. Nothing that is a sentence. */
const NAMES = [
  /\b[\w.-]+@[\w.-]+\.\w+/g,
  // Dates are in the browser's own language.
  /\b(Nov \d+|AM|PM)\b/g,
  /https?:\/\/\S+/g,
  /\b[\w/]*[\w-]+\.ipynb\b/g,
  /\bAADSTS\d+\b/g,
  /\b(Storage|Resource Manager|Blob Storage|Key Vault|Machine Learning|SQL Database|OpenAI|Azure CLI|Alice|alice|Compute instance ci-1|contoso(?:-id|\.com)|Contoso|microsoft\.com)\b/g,
  // Names of settings and of parameters.
  /c\.AzureAuth\.client_id|clientId/g,
  // Codes of problems, as in the documentation.
  /\b[a-z]+(_[a-z]+)+\b|\((?:busy|cancelled|denied|failed|forbidden|keychain|network|refused)\)|: denied\b/g
];

/** Attributes that users read or hear. */
const ATTRIBUTES = ['aria-label', 'title', 'placeholder', 'alt'];

/** Return what looks like English in a place. */
function leftIn({ host }: Place): string[] {
  const shown = [...host.querySelectorAll('*')].flatMap(one => [
    ...[...one.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE),
    ...ATTRIBUTES.map(name => one.getAttributeNode(name)).filter(found => found !== null)
  ]);
  return shown
    .filter(({ parentElement }) => parentElement?.closest('[aria-hidden=true], code') === null)
    .map(({ nodeValue }) => NAMES.reduce((text, name) => text.replace(name, ''), nodeValue ?? ''))
    .filter(text => /[A-Za-z]{2}/.test(text));
}

const PROBLEMS: readonly ICase[] = (Object.keys(PROBLEM_TEXTS) as AzureProblemCode[]).map(code => ({
  ...{ name: code, state: aProblem({ code }) },
  waiting: code === 'consent_required' ? [aRequest({ question: 'consent' })] : []
}));

beforeEach(() => void jest.useFakeTimers({ now: NOW }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

it.each([...CASES, ...PROBLEMS].map(one => [one.name, one] as const))(
  'shows no text that is not translated: %s',
  async (_, shown) => {
    const place = new Place();
    const left: string[] = [];
    await showCase(shown, trans, place, where => {
      left.push(...leftIn(place).map(text => `${where}: ${text}`));
    });
    expect(place.text).not.toBe('');
    place.close();
    expect(left).toEqual([]);
  }
);
