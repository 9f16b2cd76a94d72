/**
 * Tell the redirect page, when it asks, that this page waits for its answer. Only this page can use
 * that answer: a reload loses the PKCE verifier.
 *
 * @returns What the request has to carry as its state, and what ends the waiting.
 */
export function awaitRedirectPage(): { state: string; release(): void } {
  const state = crypto.randomUUID();
  // style/redirect/redirect.js asks on the channel of this name.
  const channel = new BroadcastChannel(`jupyter-azure-auth:${state}`);
  channel.onmessage = () => channel.postMessage('waiting');
  return { state, release: () => channel.close() };
}
