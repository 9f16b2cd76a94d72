// Hands the answer of the authority on to the JupyterLab page that asked for it, which holds the
// PKCE verifier; then MSAL.js closes this window.

// MSAL.js also knows sign-ins by redirect, which end with a navigation. We start none, so whoever
// sends a person here with such a state shall not make this page go anywhere.
const stay = { navigateInternal: async () => false, navigateExternal: async () => false };

msalRedirectBridge.broadcastResponseToMainFrame(stay).catch(() => {
  // Opened without an answer in its address. The text of the error may repeat the address, and the
  // page says already what to do.
});
