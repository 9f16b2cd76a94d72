// Passes the authorization response on to the JupyterLab page that requested it, which holds the
// PKCE verifier; then MSAL.js closes this window.

// If the page is busy and answers later, it still gets the response.
const PAGE_ANSWER_TIMEOUT_MS = 3000;

// MSAL.js also knows sign-ins by redirect, which end with a navigation. We start none, so a link
// with such a state must not make this page navigate.
const stay = { navigateInternal: async () => false, navigateExternal: async () => false };

const handOn = () =>
  msalRedirectBridge.broadcastResponseToMainFrame(stay).catch(() => {
    // Opened without a response in its address. The error's text may repeat the address, and the
    // page already says what to do.
  });

/** @param {string} id - Identifies the sign-in to the page that began it; not a secret. */
function handOnIfAwaited(id) {
  const address = location.href;
  history.replaceState(null, '', location.pathname);
  const timer = setTimeout(() => {
    document.querySelector('p').textContent =
      'This sign-in can no longer be completed, because the JupyterLab page that began it was ' +
      'reloaded or closed. Close this window, then click Sign in again in JupyterLab.';
  }, PAGE_ANSWER_TIMEOUT_MS);
  const channel = new BroadcastChannel(`jupyter-azure-auth:${id}`);
  channel.onmessage = () => {
    clearTimeout(timer);
    channel.close();
    history.replaceState(null, '', address);
    void handOn();
  };
  channel.postMessage('is-waiting');
}

const parameters = new URLSearchParams(`${location.search}&${location.hash.slice(1)}`);
// MSAL.js puts its own state before ours.
const [, id] = parameters.get('state')?.split('|') ?? [];
if (id === undefined) {
  void handOn();
} else {
  handOnIfAwaited(id);
}
