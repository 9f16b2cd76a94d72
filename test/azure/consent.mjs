/** Who has allowed the application to use which resource. Remembered per user and resource, as at Entra. */

/** @typedef {Set<string>} Consents */

/**
 * @param {Consents} consents
 * @param {string} oid
 * @param {import('./scopes.mjs').Asked} asked
 */
export function needsConsent(consents, oid, { audience }) {
  return !consents.has(consentKey(oid, audience));
}

/**
 * @param {Consents} consents
 * @param {string} oid
 * @param {import('./scopes.mjs').Asked} asked
 */
export function rememberConsent(consents, oid, { audience }) {
  consents.add(consentKey(oid, audience));
}

/** @param {string} oid @param {string} audience */
function consentKey(oid, audience) {
  return `${oid} ${audience.replace(/\/$/, '')}`;
}
