import type { TranslationBundle } from '@jupyterlab/translation';
import type { AzureProblemCode, IAzureProblem, IAzureTokenRequest } from '../tokens';
import { ENTRA_TEXTS } from './entra';

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
    ...MESSAGES[code](trans, target, problem),
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
  const [what, remedy] = texts(trans, product, nameOf(request, trans));
  return { what: what.replace(/\.$/, ''), remedy };
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

/** Return the alternatives to a code, if codes are forbidden. */
const withoutCode = (trans: TranslationBundle): string =>
  trans.__(
    'Open JupyterLab at http://localhost instead, for example through an SSH tunnel, or run “az login” where Jupyter runs, or ask your administrator for an app registration.'
  );

/** The compiler requires a row for every code. */
const MESSAGES: Readonly<
  Record<
    AzureProblemCode,
    (trans: TranslationBundle, resource: string, problem: IAzureProblem) => IMessage
  >
> = {
  popup_blocked: trans => ({
    what: trans.__('Your browser blocked the sign-in window'),
    remedy: trans.__('Allow pop-up windows for this page, then sign in again.')
  }),
  popup_closed: trans => ({
    what: trans.__('The sign-in window seems to be closed'),
    remedy: trans.__('Sign in again. If the window is still open, finish there instead.')
  }),
  timed_out: trans => ({
    what: trans.__('The sign-in took too long'),
    remedy: trans.__(
      'Sign in again. If the window shows an error, send its text to your administrator.'
    )
  }),
  cancelled: trans => ({
    what: trans.__('The sign-in was cancelled'),
    remedy: trans.__('Nothing has changed. Sign in when you are ready.')
  }),
  consent_declined: (trans, resource) => ({
    what: trans.__('You declined the consent to use %1', resource),
    remedy: trans.__('Nothing has changed. To use it, sign in again and accept.')
  }),
  refused: (trans, resource) => ({
    what: trans.__('The sign-in for %1 was refused', resource),
    remedy: trans.__('Use another account, or send this code to your administrator.')
  }),
  resource_not_allowed: (trans, resource) => ({
    what: trans.__('Your administrator does not allow tokens for %1 here', resource),
    remedy: trans.__('Ask your administrator to add it to c.AzureAuth.allowed_resources.')
  }),
  wrong_tenant: (trans, _, { request, detail }) => ({
    what: detail?.includes('-')
      ? trans.__(
          'Azure returned a token for tenant %2, not for the tenant %1',
          nameOf(request, trans),
          detail
        )
      : trans.__('Azure issues this user no token for the tenant %1', nameOf(request, trans)),
    remedy: trans.__('Sign in as a user or guest of that tenant, or leave out “tenant_id”.')
  }),
  unknown_tenant: (trans, _, { request }) => ({
    what: trans.__('Azure does not know the tenant %1', nameOf(request, trans)),
    remedy: trans.__('Correct “tenant_id”, or leave it out.')
  }),
  consent_required: (trans, resource) => ({
    what: trans.__('Allow this app to use %1 for you', resource),
    remedy: trans.__('Click Continue signing in and accept. If you can’t, ask your administrator.')
  }),
  interaction_required: (trans, resource) => ({
    what: trans.__('Your organization requires another check before you can use %1', resource),
    remedy: trans.__('Click Continue signing in. The window shows what is missing.')
  }),
  sign_in_ended: (trans, _, { detail }) => ({
    what: trans.__('Your sign-in has ended'),
    // MSAL.js's code for the end of a single-page app's refresh token.
    remedy:
      detail === 'refresh_token_expired'
        ? trans.__('Sign in again. A browser sign-in lasts up to 24 hours.')
        : trans.__('Sign in again.')
  }),
  device_code_forbidden: trans => ({
    what: trans.__('Your organization does not allow signing in with a code'),
    remedy: withoutCode(trans)
  }),
  device_code_expired: trans => ({
    what: trans.__('The code was not used in time'),
    remedy: trans.__(
      'Get a new code. If the page refused it, your organization forbids codes. %1',
      withoutCode(trans)
    )
  }),
  wrong_redirect_uri: trans => ({
    what: trans.__('The app registration does not know the address of this JupyterLab'),
    remedy: trans.__(
      'Ask its owner to add the redirect URI, for a sign-in in this page as “Single-page application”.'
    )
  }),
  insecure_page: trans => ({
    what: trans.__('Browsers allow sign-in only on secure pages'),
    remedy: trans.__('Open JupyterLab at an https address, or at http://localhost.')
  }),
  bad_configuration: (trans, _, { sentence }) =>
    sentence === undefined
      ? {
          what: trans.__('The sign-in configuration is invalid'),
          remedy: trans.__(
            'Check the client ID, tenant and cloud in the Azure settings or on the server.'
          )
        }
      : {
          what: trans.__('The Jupyter server’s configuration is invalid'),
          remedy: trans.__('%1 Correct it, restart the server and reload the page.', sentence)
        },
  not_configured: trans => ({
    what: trans.__('Signing in is not set up yet'),
    remedy: trans.__('The Azure panel shows how.')
  }),
  other_cloud: (trans, _, { detail }) => ({
    what: trans.__('This JupyterLab signs in to %1; the cell asks for another cloud', detail),
    remedy: trans.__('Leave out “cloud”, or set the cloud in the Azure settings.')
  }),
  library_missing: trans => ({
    what: trans.__('The sign-in library could not be loaded'),
    remedy: trans.__('Reload the page. If that does not help, install the extension again.')
  }),
  busy: trans => ({
    what: trans.__('Azure is busy or unavailable'),
    remedy: trans.__('Wait a minute, then try again.')
  }),
  no_answer: trans => ({
    what: trans.__('The Jupyter server did not answer'),
    remedy: trans.__('Check that it is still running, then try again.')
  }),
  untrusted_certificate: trans => ({
    what: trans.__('The Jupyter server does not trust the certificate that Azure showed'),
    remedy: trans.__(
      'If a proxy inspects TLS, name its CA file in REQUESTS_CA_BUNDLE, and restart the server.'
    )
  }),
  keychain: trans => ({
    what: trans.__('The keychain of the Jupyter server does not answer'),
    remedy: trans.__('Unlock it, or sign in.')
  }),
  network: trans => ({
    what: trans.__('Azure could not be reached'),
    remedy: trans.__('Check the network, then try again.')
  }),
  failed: (trans, resource) => ({
    what: trans.__('The sign-in for %1 failed', resource),
    remedy: trans.__('Try again. If that does not help, send this code to your administrator.')
  })
};
