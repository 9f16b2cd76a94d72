// Hands the answer of the authority on to the JupyterLab page that asked for it, which holds the
// PKCE verifier; then MSAL.js closes this window.

// MSAL.js also knows sign-ins by redirect, which end with a navigation. We start none, so whoever
// sends a person here with such a state shall not make this page go anywhere.
const stay = { navigateInternal: async () => false, navigateExternal: async () => false };

const handOn = () =>
  msalRedirectBridge.broadcastResponseToMainFrame(stay).catch(() => {
    // Opened without an answer in its address. The text of the error may repeat the address, and
    // the page says already what to do.
  });

// The page that asked holds this lock while it waits. A reload has ended that, and the verifier is
// lost: nobody can redeem the code.
navigator.locks.query().then(({ held }) => {
  const isAwaited = held.some(({ name }) => name === 'jupyter-azure-auth:popup');
  const hasAnswer = /[#?&](code|error)=/.test(location.href);
  if (isAwaited || !hasAnswer) {
    return handOn();
  }
  history.replaceState(null, '', location.pathname);
  document.querySelector('p').textContent =
    'JupyterLab was reloaded or closed during this sign-in. Close this window, go back to ' +
    'JupyterLab and click Sign in again.';
}, handOn);
