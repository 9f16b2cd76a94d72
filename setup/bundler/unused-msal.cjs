/**
 * Modules of MSAL.js that only other options than ours use (`src/providers/msal-popup.ts`), by
 * package and folder. It imports them statically, so that a bundler cannot tell: they are a fifth of
 * its bundle.
 */
const UNUSED = {
  // system.allowPlatformBroker
  'msal-browser/dist/broker/nativeBroker': [
    'PlatformAuthDOMHandler',
    'PlatformAuthExtensionHandler'
  ],
  'msal-browser/dist/interaction_client': [
    // system.allowPlatformBroker
    'PlatformAuthInteractionClient',
    // loginRedirect and other redirects
    'RedirectClient',
    // ssoSilent, and a `cacheLookupPolicy` with hidden frames
    'SilentIframeClient',
    // acquireTokenByCode
    'SilentAuthCodeClient'
  ],
  // cache.cacheLocation
  'msal-browser/dist/cache': ['LocalStorage'],
  // auth.popupRelayUri
  'msal-browser/dist/popup_relay': ['relayClient'],
  // authenticationScheme
  'msal-common/dist-browser/crypto': ['DpopProofGenerator', 'PopTokenGenerator']
};

/** `unused-module.cjs` checks that they export only what can be replaced. */
const UNUSED_MODULES = Object.entries(UNUSED).map(([folder, names]) => {
  const path = ['', '@azure', ...folder.split('/'), ''].join('[\\\\/]');
  return new RegExp(`${path}(${names.join('|')})\\.mjs$`);
});

/** For Rspack and webpack: a rule of `module.rules`. */
exports.unusedMsal = { test: UNUSED_MODULES, loader: require.resolve('./unused-module.cjs') };
