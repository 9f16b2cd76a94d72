/**
 * Tell the redirect page, when it asks, that this page waits for the response. Only this page can
 * use the response: a reload loses the PKCE verifier.
 *
 * @returns The `state` of the request, and a function that ends the wait.
 */
export function awaitRedirectPage(): { state: string; release(): void } {
  const state = crypto.randomUUID();
  // style/redirect/redirect.js asks on the channel of this name.
  const channel = new BroadcastChannel(`jupyter-azure-auth:${state}`);
  channel.onmessage = () => channel.postMessage('waiting');
  return { state, release: () => channel.close() };
}
