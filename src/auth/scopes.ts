/** Scopes and their resources; `_validation.py` is the twin, `test/scopes.json` has the cases. */

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Return the resource of a scope, or a bare resource itself.
 *
 * @returns Empty for a scope without a resource, which belongs to Microsoft Graph.
 */
export function resourceOf(scope: string): string {
  const end = scope.lastIndexOf('/');
  // `https://storage.azure.com//.default` keeps the slash that its audience ends in.
  const resource = scope.slice(0, Math.max(end, 0));
  const isBare = end === scope.length - 1 || resource.endsWith(':/') || GUID.test(scope);
  return isBare ? scope : resource;
}

/** Return a scope that Entra accepts: for a bare resource, all permissions granted there. */
export function withPermission(scope: string): string {
  return scope !== '' && resourceOf(scope) === scope ? `${scope}/.default` : scope;
}
