/**
 * The local Azure Resource Manager, and the services of a workspace behind it: enough for the SDKs of Azure ML to list
 * and open workspaces. Everything except discovery requires a fully valid token.
 */
import {
  ML,
  ML_HOST,
  OTHERS,
  describeOther,
  describeSubscription,
  describeTenant,
  describeWorkspace,
  subscriptions
} from './arm-resources.mjs';
import { TokenRefusal, callerOf } from './arm-token.mjs';
import { allowAnyOrigin, readBody, sendJson } from './http.mjs';
import { tenants, users } from './users.mjs';

export const ARM_HOSTS = ['management.azure.com', ML_HOST];

/** @typedef {import('./arm-resources.mjs').Subscription} Subscription */
/** @typedef {import('./arm-token.mjs').Caller} Caller */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * @typedef {object} Books
 * @property {object} key - JWK that signs the tokens.
 * @property {import('./settings.mjs').Settings} settings
 * @property {import('./request-log.mjs').RequestLog} requestLog
 */

/** The properties that a workspace reports; azureml-core requires all of them. */
const SERVICES =
  'api catalog experimentation history hyperdrive modelmanagement notebooks pipelines studio'.split(
    ' '
  );

const WORKSPACES = `resourcegroups/([^/]+)/providers/${ML.toLowerCase()}`;

/** Keyed by the path below a subscription, in lower case, as Resource Manager compares them. @type {[RegExp, (subscription: Subscription, parts: string[]) => object | undefined][]} */
const BELOW = [
  [/^$/, describeSubscription],
  [
    new RegExp(`^${WORKSPACES}$`),
    (subscription, [group]) =>
      list(
        subscription,
        subscription.workspaces.filter(one => one.group === group)
      )
  ],
  [
    new RegExp(`^${WORKSPACES}/([^/]+)$`),
    (subscription, [group, name]) => {
      const found = subscription.workspaces.find(one => one.name === name && one.group === group);
      return found && describeWorkspace(subscription, found);
    }
  ]
];

/**
 * @param {Books} books - Of the authority.
 * @returns {import('./authority.mjs').Listener}
 */
export function makeArm(books) {
  return (request, response) =>
    void answer(books, request, response).catch(error => {
      console.error(error);
      response.destroy();
    });
}

/** @param {Books} books @param {Request} request @param {Response} response */
async function answer({ key, settings, requestLog }, request, response) {
  const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
  await readBody(request);
  if (allowAnyOrigin(request, response)) {
    return;
  }
  if (request.headers.host === ML_HOST && pathname === '/discovery') {
    sendJson(response, Object.fromEntries(SERVICES.map(name => [name, `https://${ML_HOST}`])));
    return;
  }
  const entry = { kind: /** @type {const} */ ('arm'), path: `${request.method} ${pathname}` };
  try {
    const caller = callerOf(request.headers.authorization, key);
    requestLog.note({
      ...entry,
      user: caller.user,
      tenant: caller.tenantId,
      scope: caller.audience
    });
    const wanted = settings.armWantsContext;
    if (wanted !== null && !caller.acrs.includes(wanted)) {
      challenge(response, wanted);
      return;
    }
    const found = find(caller, pathname, searchParams.get('$filter') ?? '');
    sendJson(response, found ?? notFound(pathname), found ? 200 : 404);
  } catch (error) {
    if (!(error instanceof TokenRefusal)) {
      throw error;
    }
    requestLog.note({ ...entry, error: error.code });
    response.setHeader('www-authenticate', `Bearer error="invalid_token"`);
    sendJson(response, { error: { code: error.code, message: error.message } }, 401);
  }
}

/**
 * @param {Caller} caller - Sees only the subscriptions of its token's tenant.
 * @param {string} pathname
 * @param {string} filter - Of a list of resources.
 */
function find({ tenantId, user }, pathname, filter) {
  const mine = subscriptions.filter(subscription => subscription.tenantId === tenantId);
  if (pathname === '/subscriptions') {
    return { value: mine.map(describeSubscription) };
  }
  if (pathname === '/tenants') {
    return { value: tenantsOf(user).map(describeTenant) };
  }
  if (pathname.startsWith('/history/v1.0/') && pathname.endsWith('/experiments:query')) {
    return { value: [] };
  }
  const [, id, rest = ''] = /^\/subscriptions\/([^/]+)\/?(.*)$/.exec(pathname.toLowerCase()) ?? [];
  const subscription = mine.find(one => one.id === id);
  if (subscription && rest === 'resources') {
    return { value: resources(subscription, filter) };
  }
  for (const [pattern, describe] of subscription ? BELOW : []) {
    const match = pattern.exec(rest);
    if (subscription && match) {
      return describe(subscription, match.slice(1));
    }
  }
  return undefined;
}

/** @param {Subscription} subscription @param {import('./arm-resources.mjs').Workspace[]} workspaces */
function list(subscription, workspaces) {
  return { value: workspaces.map(workspace => describeWorkspace(subscription, workspace)) };
}

/** @param {Subscription} subscription @param {string} filter - `resourceType eq '…' or …`; all if empty. */
function resources(subscription, filter) {
  const types = [...filter.matchAll(/resourceType eq '([^']*)'/g)].map(([, type]) => type);
  const all = [
    ...list(subscription, subscription.workspaces).value,
    ...OTHERS.map(one => describeOther(subscription, one))
  ];
  return all.filter(({ type }) => types.length === 0 || types.includes(type));
}

/** @param {string} username @returns Home tenant and guest tenants. */
function tenantsOf(username) {
  const user = users.find(one => one.username === username);
  return tenants.filter(({ id }) => id === user?.tenantId || id in (user?.guestIn ?? {}));
}

/** @param {string} pathname */
function notFound(pathname) {
  const message = `The Resource ${pathname} was not found.`;
  return { error: { code: 'ResourceNotFound', message } };
}

/**
 * A claims challenge: the caller has to return with a token for a stronger authentication of the user.
 *
 * @param {Response} response
 * @param {string} context - The authentication context that a policy requires, e.g. `c1`.
 */
function challenge(response, context) {
  const wanted = { access_token: { acrs: { essential: true, value: context } } };
  const claims = Buffer.from(JSON.stringify(wanted)).toString('base64');
  response.setHeader(
    'www-authenticate',
    `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`
  );
  const error = { code: 'RequestDisallowedByPolicy', message: 'Another factor is wanted.' };
  sendJson(response, { error }, 401);
}
