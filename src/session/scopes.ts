/** What a scope says of its resource; `_validation.py` is the twin, `test/scopes.json` has the cases. */

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The resource of a scope, or of a bare resource itself.
 *
 * @returns Empty for a scope that names none: it is Microsoft Graph's.
 */
export function resourceOf(scope: string): string {
  const end = scope.lastIndexOf('/');
  // `https://storage.azure.com//.default` keeps the slash that its audience ends in.
  const resource = scope.slice(0, Math.max(end, 0));
  const isBare = end === scope.length - 1 || resource.endsWith(':/') || GUID.test(scope);
  return isBare ? scope : resource;
}

/** A scope that Entra takes: of a bare resource, everything that is granted there. */
export function withPermission(scope: string): string {
  return scope !== '' && resourceOf(scope) === scope ? `${scope}/.default` : scope;
}
