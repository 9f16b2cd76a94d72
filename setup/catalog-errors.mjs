/** What Python and TypeScript read from `catalog/errors.json`: each code, and its text per surface. */
import { pythonHead, quoted, single, translation, typescriptHead } from './catalog-text.mjs';

const SOURCE = 'catalog/errors.json';

/** The codes that the page sends to a kernel without a problem of its own, with translated texts. */
const SENT_BY_PAGE = ['sign_in_required', 'consent_required', 'denied'];

/**
 * @typedef {object} Texts
 * @property {string} what - What happened.
 * @property {string} next - What to do.
 *
 * @typedef {object} ErrorCode
 * @property {'user' | 'developer' | 'administrator'} who - Who can fix it.
 * @property {'sign_in'} [ends] - If it ends the sign-in and not one request only.
 * @property {Texts & {raises: string}} [cell] - In a cell or a program, as an exception.
 * @property {Texts & {variants?: Readonly<Record<string, Texts>>}} [panel]
 * @property {{status?: number, cause_of?: string, what?: string, page: [string, string]}} [server] -
 *   In an HTTP answer; `page` is what a page makes of it: its own code and the panel's.
 * @property {{what: string, means?: 'no_user' | 'refused' | 'decided'}} [parent_server] - Why a
 *   process got no token of the server that started it; `decided`: no sign-in changes that.
 * @property {{what: string, is?: readonly string[]}} [ambient] - Why an ambient source is not used.
 *
 * @typedef {object} ErrorCatalog
 * @property {Readonly<Record<string, string>>} texts - For `{=name}` in other texts.
 * @property {Readonly<Record<string, ErrorCode>>} codes
 */

/**
 * @param {ErrorCatalog} catalog
 * @returns {Record<string, string>} Texts by path.
 */
export function errorModules(catalog) {
  const codes = expanded(catalog);
  return {
    'jupyter_azure_auth/_error_catalog.py': python(codes),
    'src/auth/problem-texts.ts': problemTexts(codes),
    'src/kernels/cell-texts.ts': cellTexts(codes),
    'src/server-api/server-codes.ts': serverCodes(codes)
  };
}

/**
 * @param {ErrorCatalog} catalog
 * @returns {string} A table for readers, in Markdown.
 */
export function errorTable({ codes }) {
  const rows = Object.entries(codes).map(([code, row]) => [
    `\`${code}\``,
    [
      ...(row.cell ? ['cell'] : []),
      ...(row.panel ? ['panel'] : []),
      ...(row.server ? ['HTTP'] : []),
      ...(row.parent_server ? ['parent server'] : []),
      ...(row.ambient ? ['source'] : [])
    ].join(', '),
    row.who,
    row.ends === 'sign_in' ? 'sign-in' : 'request',
    row.cell ? `\`${row.cell.raises}\`` : ''
  ]);
  const head = ['Code', 'Shown in', 'Who can fix it', 'Ends the', 'Raises'];
  const width = head.map((one, i) => Math.max(one.length, ...rows.map(row => row[i]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, i) => cell.padEnd(width[i] ?? 0)).join(' | ')} |\n`;
  return [line(head), line(width.map(one => '-'.repeat(one))), ...rows.map(line)].join('');
}

/**
 * @param {ErrorCatalog} catalog
 * @returns {[string, ErrorCode][]} With `{=name}` replaced.
 */
function expanded({ texts, codes }) {
  const expand = (/** @type {string} */ text) => {
    let before;
    do {
      before = text;
      text = text.replace(/\{=(\w+)\}/g, (_, name) => {
        const known = texts[name];
        if (known === undefined) {
          throw new Error(`${SOURCE} has no text "${name}".`);
        }
        return known;
      });
    } while (text !== before);
    return text;
  };
  return Object.entries(
    JSON.parse(JSON.stringify(codes), (_, value) =>
      typeof value === 'string' ? expand(value) : value
    )
  );
}

/** @param {[string, ErrorCode][]} codes */
function python(codes) {
  const table = (/** @type {(row: ErrorCode) => string | undefined} */ value) =>
    codes
      .flatMap(([code, row]) => {
        const text = value(row);
        return text === undefined ? [] : [`    ${quoted(code)}: ${text},\n`];
      })
      .join('');
  const set = (/** @type {(row: ErrorCode) => boolean | undefined} */ belongs) =>
    codes
      .filter(([, row]) => belongs(row))
      .map(([code]) => quoted(code))
      .join(', ');
  const kind = (/** @type {string} */ name) =>
    `frozenset({${set(({ ambient }) => ambient?.is?.includes(name))}})`;
  return `${pythonHead(SOURCE)}
CELL: Final[dict[str, tuple[str, str, bool]]] = {
${table(({ cell }) => cell && `(${quoted(cell.what)}, ${quoted(cell.next)}, ${cell.raises.includes('Unavailable') ? 'True' : 'False'})`)}}
"""What happened, the next step, and whether it is an \`\`AzureAuthUnavailableError\`\`."""

SERVER: Final[dict[str, tuple[int, str]]] = {
${table(({ server }) => (server?.what && server.status ? `(${server.status}, ${quoted(server.what)})` : undefined))}}
"""Status and sentence of an HTTP answer."""

UNAVAILABLE_CAUSES: Final[dict[str, str]] = {
${table(({ server }) => (server?.what && server.cause_of ? quoted(server.what) : undefined))}}
"""The causes of \`\`unavailable\`\` that can be distinguished."""

PARENT_SERVER: Final[dict[str, str]] = {
${table(row => row.parent_server && quoted(row.parent_server.what))}}
"""Why the parent server issued no token."""

NO_USER: Final = frozenset({${set(row => row.parent_server?.means === 'no_user')}})
"""Reasons with which no user can be signed in there, so that an ambient identity is allowed."""

REFUSED: Final = frozenset({${set(({ parent_server: parent }) => parent?.means === 'refused' || parent?.means === 'decided')}})
"""Refusals for the signed-in user, which other sources must not circumvent."""

DECIDED: Final[dict[str, str]] = {
${table(({ server, parent_server: parent }) => (parent?.means === 'decided' ? server && quoted(server.page[0]) : undefined))}}
"""Refusals by the user or the administrator, and the code with which a page refuses the same."""

AMBIENT: Final[dict[str, str]] = {
${table(row => row.ambient && quoted(row.ambient.what))}}
"""Why an ambient source is not used."""

TRANSIENT: Final = ${kind('transient')}
"""Temporary reasons, about the state of a host that can change within a minute."""

FIXABLE: Final = ${kind('fixable')}
"""Reasons that the user of a machine without an identity can fix."""

REQUEST_SPECIFIC: Final = ${kind('request_specific')}
"""Reasons about a request, not about the identity."""
`;
}

const TEXTS_TYPE = `import type { TranslationBundle } from '@jupyterlab/translation';
`;

const FUNCTION_TYPE = '(t: TranslationBundle, ...values: string[]) => readonly [string, string]';

/** @param {[string, Texts | undefined][]} rows */
function functions(rows) {
  return rows
    .flatMap(([code, texts]) =>
      texts === undefined ? [] : [`  ${code}: ${translation(texts.what, texts.next)}`]
    )
    .join(',\n');
}

/** @param {[string, ErrorCode][]} codes */
function problemTexts(codes) {
  const variants = codes.flatMap(([, { panel }]) => Object.entries(panel?.variants ?? {}));
  return `${typescriptHead(SOURCE)}${TEXTS_TYPE}import type { AzureProblemCode } from '../tokens';

type ProblemTexts = ${FUNCTION_TYPE};

/** What happened, and the next step, of every problem of the panel. */
export const PROBLEM_TEXTS: Readonly<Record<AzureProblemCode, ProblemTexts>> = {
${functions(codes.map(([code, { panel }]) => [code, panel]))}
};

/** These replace them if more is known. */
export const PROBLEM_VARIANTS = {
${functions(variants)}
} satisfies Record<string, ProblemTexts>;
`;
}

/** @param {[string, ErrorCode][]} codes */
function cellTexts(codes) {
  const sent = codes.filter(([code]) => SENT_BY_PAGE.includes(code));
  return `${typescriptHead(SOURCE)}${TEXTS_TYPE}
/** What happened, and the next step, of a refusal without a problem of the panel. */
export const CELL_TEXTS: Readonly<
  Record<
    ${SENT_BY_PAGE.map(single).join(' | ')},
    ${FUNCTION_TYPE}
  >
> = {
${functions(sent.map(([code, { cell }]) => [code, cell]))}
};
`;
}

/** @param {[string, ErrorCode][]} codes */
function serverCodes(codes) {
  const rows = codes.flatMap(([code, { server }]) => (server ? [{ code, ...server }] : []));
  const named = rows.filter(({ code, page: [, problem] }) => code === problem);
  const others = rows.filter(row => !named.includes(row));
  const list = (/** @type {typeof rows} */ some) => some.map(({ code }) => single(code)).join(', ');
  return `${typescriptHead(SOURCE)}import type { AzureProblemCode } from '../tokens';

/** The problems that the server extension names. */
export const SERVER_PROBLEMS: readonly AzureProblemCode[] = [${list(named)}];

/** The problems that its other codes stand for. */
export const SERVER_CODES: ReadonlyMap<string, AzureProblemCode> = new Map([
${others.map(({ code, page: [, problem] }) => `  [${single(code)}, ${single(problem)}]`).join(',\n')}
]);

/** Causes of \`unavailable\`. */
export const UNAVAILABLE_CAUSES = [${list(rows.filter(row => row.cause_of))}] as const;
`;
}
