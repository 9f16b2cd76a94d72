/** Consents of users to applications. Stored per user, client and resource, as at Entra. */

/** @typedef {Set<string>} Consents */

/**
 * @param {Consents} consents
 * @param {string} oid
 * @param {string} clientId
 * @param {import('./scopes.mjs').Asked} asked
 */
export function needsConsent(consents, oid, clientId, { audience }) {
  return !consents.has(consentKey(oid, clientId, audience));
}

/**
 * @param {Consents} consents
 * @param {string} oid
 * @param {string} clientId
 * @param {import('./scopes.mjs').Asked} asked
 */
export function rememberConsent(consents, oid, clientId, { audience }) {
  consents.add(consentKey(oid, clientId, audience));
}

/** @param {string} oid @param {string} clientId @param {string} audience */
function consentKey(oid, clientId, audience) {
  return `${oid} ${clientId} ${audience.replace(/\/$/, '')}`;
}
