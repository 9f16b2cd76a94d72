/** What Python and TypeScript read from `catalog/aadsts-numbers.json`. */
import {
  pythonHead,
  pythonTable,
  quoted,
  single,
  translation,
  typescriptHead
} from './catalog-text.mjs';

const SOURCE = 'catalog/aadsts-numbers.json';

/**
 * @typedef {object} EntraNumber
 * @property {string} code - What it means if the refusal ends only one request.
 * @property {string} who - Who can fix it.
 * @property {string} [what] - If the code's own texts do not say enough.
 * @property {string} [next]
 *
 * @typedef {object} EntraCatalog
 * @property {Readonly<Record<string, string>>} suberrors
 * @property {Readonly<Record<string, string>>} errors
 * @property {Readonly<Record<string, string>>} msal - MSAL.js's own codes.
 * @property {readonly string[]} blocked_device_codes
 * @property {Readonly<Record<string, EntraNumber>>} numbers
 */

/**
 * @param {EntraCatalog} catalog
 * @returns {Record<string, string>} Texts by path.
 */
export function entraModules(catalog) {
  return {
    'jupyter_azure_auth/_entra.py': python(catalog),
    'src/auth/entra.ts': typescript(catalog)
  };
}

/**
 * @param {EntraCatalog} catalog
 * @returns {string} A list for readers, in Markdown.
 */
export function entraList({ numbers }) {
  return Object.entries(numbers)
    .map(([number, { code, who, what, next }]) => {
      const texts = what === undefined ? `See \`${code}\`.` : `${what} ${next}`;
      const text = texts
        .replace(/\b(t)he tenant \{tenant\}/gi, '$1he requested tenant')
        .replaceAll('{product}', 'the resource');
      return `- \`AADSTS${number}\` (${who}, \`${code}\`): ${text}\n`;
    })
    .join('');
}

/** @param {EntraCatalog} catalog */
function python({ suberrors, errors, blocked_device_codes, numbers }) {
  const rows = Object.entries(numbers).map(
    ([number, { code, what = '', next = '' }]) =>
      `    "AADSTS${number}": (${[code, what, next].map(quoted).join(', ')}),\n`
  );
  return `${pythonHead(SOURCE, 'E501, RUF001')}
BY_SUBERROR: Final[dict[str, str]] = {
${pythonTable(suberrors)}}

BY_ERROR: Final[dict[str, str]] = {
${pythonTable(errors)}}

BLOCKED_DEVICE_CODES: Final = frozenset({${blocked_device_codes.map(one => `"AADSTS${one}"`).join(', ')}})

BY_NUMBER: Final[dict[str, tuple[str, str, str]]] = {
${rows.join('')}}
"""The code; what happened and the next step, both empty if the code's own texts say it."""
`;
}

/** @param {EntraCatalog} catalog */
function typescript({ suberrors, errors, msal, numbers }) {
  const table = (/** @type {Readonly<Record<string, string>>} */ entries) =>
    Object.entries(entries)
      .map(([key, value]) => `  [${single(key)}, ${single(value)}]`)
      .join(',\n');
  const codes = Object.entries(numbers).map(([number, { code }]) => [`AADSTS${number}`, code]);
  const texts = Object.entries(numbers).flatMap(([number, { what, next }]) =>
    what === undefined || next === undefined
      ? []
      : [`  AADSTS${number}: ${translation(what, next)}`]
  );
  return `${typescriptHead(SOURCE)}import type { TranslationBundle } from '@jupyterlab/translation';
import type { AzureProblemCode } from '../tokens';

export const BY_SUBERROR: ReadonlyMap<string, AzureProblemCode> = new Map<string, AzureProblemCode>([
${table(suberrors)}
]);

/** OAuth's codes, and those of MSAL.js's paragraph "Error codes" (msal-browser 5.29). */
export const BY_ERROR: ReadonlyMap<string, AzureProblemCode> = new Map<string, AzureProblemCode>([
${table({ ...errors, ...msal })}
]);

export const BY_NUMBER: ReadonlyMap<string, AzureProblemCode> = new Map<string, AzureProblemCode>([
${table(Object.fromEntries(codes))}
]);

/** What happened, and the next step, for a number that says more than its code. */
export const ENTRA_TEXTS: Readonly<
  Record<string, (t: TranslationBundle, ...values: string[]) => readonly [string, string]>
> = {
${texts.join(',\n')}
};
`;
}
