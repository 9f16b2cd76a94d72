import type { TranslationBundle } from '@jupyterlab/translation';
import type { AzureProblemCode, IAzureProblem, IAzureTokenRequest } from '../tokens';
import { ENTRA_TEXTS } from './entra';
import { PROBLEM_TEXTS, PROBLEM_VARIANTS } from './problem-texts';

/** Texts for a problem: for the panel, for notifications, and for waiting cells. */
export interface IProblemText {
  /** What happened, with the code in parentheses. */
  readonly sentence: string;
  /** The sentence without the code, and the code: Entra's, if there is one. */
  readonly plain: string;
  readonly shown: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Label of the button that starts a sign-in, or continues one. */
  readonly button: string;
}

/**
 * Return the texts for a problem, which contain nothing but what is in `problem`.
 *
 * @param resource - The product that could not be used because of it, if known.
 * @param byCode - Whether the sign-in would use a code.
 */
export function messageFor(
  problem: IAzureProblem,
  resource: string | null,
  trans: TranslationBundle,
  byCode = false
): IProblemText {
  const { code, detail, request } = problem;
  const product = resource ?? trans.__('Azure');
  const target = request?.tenantId
    ? trans.__('%1 in tenant %2', product, request.tenantId)
    : product;
  const { what, remedy } = {
    ...ownText(problem, target, trans),
    ...entraText(problem, target, trans),
    ...explanation(problem)
  };
  const button = CONTINUES.has(code) ? trans.__('Continue signing in') : signIn(byCode, trans);
  // The name of a cloud and the id of a tenant are part of the text already.
  const shown = code === 'other_cloud' || detail?.includes('-') ? code : (detail ?? code);
  const sentence = trans.__('%1 (%2).', what, shown);
  return { sentence, plain: trans.__('%1.', what), shown, remedy, button };
}

/** Return the tenant as requested: a GUID or a domain, validated on the wire. */
function nameOf(request: IAzureTokenRequest | null, trans: TranslationBundle): string {
  return request?.tenantId ?? trans.__('that is configured');
}

/** Return the label of a button that starts a sign-in. */
export function signIn(byCode: boolean, trans: TranslationBundle): string {
  return byCode ? trans.__('Sign in with a code') : trans.__('Sign in');
}

/** The account is known, and the user only has one more question to answer. */
const CONTINUES: ReadonlySet<AzureProblemCode> = new Set([
  'consent_required',
  'interaction_required'
]);

/** Return the texts for a code. */
function ownText(problem: IAzureProblem, product: string, trans: TranslationBundle): IMessage {
  const { code, detail, request, sentence } = problem;
  const variant = variantOf(problem);
  const texts = variant === null ? PROBLEM_TEXTS[code] : PROBLEM_VARIANTS[variant];
  return message(texts(trans, product, nameOf(request, trans), sentence ?? detail ?? ''));
}

function variantOf({
  code,
  detail,
  sentence
}: IAzureProblem): keyof typeof PROBLEM_VARIANTS | null {
  if (code === 'wrong_tenant' && detail?.includes('-')) {
    return 'other_tenant';
  }
  // MSAL.js's code for the end of a single-page app's refresh token.
  if (code === 'sign_in_ended' && detail === 'refresh_token_expired') {
    return detail;
  }
  if (code !== 'bad_configuration') {
    return null;
  }
  return sentence === undefined ? (INVALID_SETTINGS[detail ?? ''] ?? null) : 'server_configuration';
}

/** What is wrong with a setting, by its name. */
const INVALID_SETTINGS: Readonly<Record<string, keyof typeof PROBLEM_VARIANTS>> = {
  clientId: 'invalid_client_id',
  tenantId: 'invalid_tenant',
  cloud: 'invalid_cloud',
  authority: 'invalid_authority',
  redirectUri: 'invalid_redirect_uri'
};

function message([what, remedy]: readonly [string, string]): IMessage {
  return { what: what.replace(/\.$/, ''), remedy };
}

/** Return the texts for an AADSTS number, as far as they say more than those for the code. */
function entraText(
  { code, detail, request }: IAzureProblem,
  product: string,
  trans: TranslationBundle
): Partial<IMessage> {
  const texts = code === 'device_code_forbidden' ? undefined : ENTRA_TEXTS[detail ?? ''];
  if (texts === undefined) {
    return {};
  }
  return message(texts(trans, product, nameOf(request, trans)));
}

/**
 * Return what the server extension says about an ambient identity, with the remedy, or Azure's own
 * sentence about an unknown number.
 */
function explanation(problem: IAzureProblem): Partial<IMessage> {
  const [, what, remedy] = /^(.+?)(?:\. (.+)|\.)?$/.exec(problem.explanation ?? '') ?? [];
  return { ...(what === undefined ? {} : { what }), ...(remedy === undefined ? {} : { remedy }) };
}

interface IMessage {
  /** A sentence without its period, since the code follows. */
  readonly what: string;
  readonly remedy: string;
}
