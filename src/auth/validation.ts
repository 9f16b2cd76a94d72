import { parseJSON } from './parse-json';
import {
  DEFAULT_RESOURCE,
  DOMAIN,
  GUID,
  MAX_CLAIMS_LENGTH,
  MAX_DOMAIN_LENGTH,
  MAX_NAME_LENGTH,
  MAX_SCOPES,
  RESERVED_SCOPES,
  SCOPE,
  UNRESTRICTED_TENANTS
} from './validation-rules';

/**
 * What a tenant, a scope, a claims challenge and a name can be. `_validation.py` has the same
 * functions and rules; `test/cases` has the examples that both are tested with.
 */

/** Whether a text is a GUID in its usual form, with nothing around it. */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** Whether a text names a single tenant, by GUID or domain. */
export function isOneTenant(text: string): boolean {
  return isGuid(text) || (text.length <= MAX_DOMAIN_LENGTH && DOMAIN.test(text));
}

/** Whether a value names a single tenant, or any tenant. */
export function isTenant(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    (isOneTenant(value) || UNRESTRICTED_TENANTS.includes(value.toLowerCase()))
  );
}

/** Whether a value is a list of scopes, not too long. It may be empty. */
export function areScopes(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_SCOPES &&
    value.every(scope => typeof scope === 'string' && SCOPE.test(scope)) &&
    !value.some(scope => RESERVED_SCOPES.includes(scope))
  );
}

/** Whether a value is a list of scopes of one resource: Entra accepts one per request (RFC 8707). */
export function areOfOneResource(value: unknown): value is string[] {
  return areScopes(value) && new Set(value.map(resourceOf)).size === 1;
}

/** Whether a value is a claims challenge, a JSON object, as resources send them. */
export function isClaims(value: unknown): value is string {
  // Half of a surrogate pair cannot be sent on.
  if (typeof value !== 'string' || value.length > MAX_CLAIMS_LENGTH || /\p{Cs}/u.test(value)) {
    return false;
  }
  const claims = parseJSON(value);
  return typeof claims === 'object' && claims !== null && !Array.isArray(claims);
}

/** Whether a value is a line of text that can be sent on and shown. */
export function isName(value: unknown): value is string {
  // Printable as in Python: no control or format characters, and no separators other than a space.
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_NAME_LENGTH &&
    !/\p{C}|(?! )\p{Z}/u.test(value)
  );
}

/**
 * Return the resource of a scope, or a bare resource itself.
 *
 * @returns Empty for a scope without a resource, which belongs to Microsoft Graph.
 */
export function resourceOf(scope: string): string {
  const end = scope.lastIndexOf('/');
  // `https://storage.azure.com//.default` keeps the slash that its audience ends in.
  const resource = scope.slice(0, Math.max(end, 0));
  const isBare = end === scope.length - 1 || resource.endsWith(':/') || isGuid(scope);
  return isBare ? scope : resource;
}

/**
 * Return what two names of one resource have in common, to compare them: neither a slash at the end
 * nor the case distinguishes resources.
 */
export function resourceKey(scopeOrResource: string): string {
  const resource = resourceOf(scopeOrResource) || DEFAULT_RESOURCE;
  return resource.replace(/\/+$/, '').toLowerCase();
}

/** Return a scope that Entra accepts: for a bare resource, all permissions granted there. */
export function withPermission(scope: string): string {
  return scope !== '' && resourceOf(scope) === scope ? `${scope}/.default` : scope;
}
