import type { IAzureSignInMethod, IPageAuth, SignInObstacle } from '../auth/page-auth';
import type { AzureAuthState, IAzureTokenRequest, SignInMethodName } from '../tokens';

/** Return the method that the main button uses; null if none is available. */
export function bestMethod(methods: readonly IAzureSignInMethod[]): IAzureSignInMethod | null {
  return methods.find(({ obstacle }) => obstacle === null) ?? null;
}

/** Whether a code is the best that is left. */
export function needsCode(methods: readonly IAzureSignInMethod[]): boolean {
  return bestMethod(methods)?.name === 'device-code';
}

/** Return the obstacle to a method; null if there is none, or no such method. */
export function obstacleOf(
  methods: readonly IAzureSignInMethod[],
  name: SignInMethodName
): SignInObstacle | null {
  return findMethod(methods, name)?.obstacle ?? null;
}

export function findMethod(
  methods: readonly IAzureSignInMethod[],
  name: SignInMethodName
): IAzureSignInMethod | null {
  return methods.find(method => method.name === name) ?? null;
}

/**
 * Sign in by a method. Without an `await` before this call: browsers open windows only inside a
 * click.
 *
 * @param showPanel - Shows the panel, if this is outside of it: a code is shown there only.
 */
export function signInBy(
  name: SignInMethodName,
  request: IAzureTokenRequest | null,
  auth: Pick<IPageAuth, 'signIn'>,
  showPanel: (() => void) | undefined
): void {
  if (name === 'device-code' && showPanel) {
    showPanel();
  } else {
    void auth.signIn(request, name);
  }
}

/** Whether localhost offers a better method than this address. */
export function leadsToLocalhost(
  state: AzureAuthState,
  methods: readonly IAzureSignInMethod[]
): boolean {
  const byCode = state.kind === 'signed-out' && needsCode(methods);
  return (
    (state.kind === 'not-configured' || byCode) &&
    obstacleOf(methods, 'loopback') === 'not_localhost'
  );
}
