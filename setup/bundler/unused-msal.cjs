/** Stands for all that a module exports. */
const ALL = undefined;

/**
 * What only other options, requests or methods of MSAL.js use than ours (`src/providers/msal-*.ts`),
 * by what would use it. MSAL.js imports all of it statically, so that a bundler cannot tell: it is
 * 30 % of its code.
 *
 * @type {Record<string, Record<string, string[] | undefined>>}
 */
const NEVER_CALLED = {
  'system.allowPlatformBroker': {
    'msal-browser/dist/broker/nativeBroker/PlatformAuthDOMHandler': ALL,
    'msal-browser/dist/broker/nativeBroker/PlatformAuthExtensionHandler': ALL,
    'msal-browser/dist/broker/nativeBroker/PlatformAuthProvider': ['getPlatformAuthProvider'],
    'msal-browser/dist/interaction_client/PlatformAuthInteractionClient': ALL,
    'msal-browser/dist/request/SilentRequestHelpers': ['preparePlatformSilentRequest'],
    // Only the broker's clients create these errors.
    'msal-browser/dist/error/NativeAuthError': ALL
  },
  'loginRedirect, logoutRedirect and other redirects': {
    'msal-browser/dist/interaction_client/RedirectClient': ALL,
    'msal-browser/dist/utils/BrowserUtils': ['redirectPreflightCheck']
  },
  'ssoSilent, and a `cacheLookupPolicy` with hidden frames': {
    'msal-browser/dist/interaction_client/SilentIframeClient': ALL
  },
  acquireTokenByCode: {
    'msal-browser/dist/interaction_client/SilentAuthCodeClient': ALL
  },
  hydrateCache: {
    'msal-common/dist-browser/cache/utils/AccountEntityUtils': [
      'createAccountEntityFromAccountInfo'
    ]
  },
  'cache.cacheLocation': {
    'msal-browser/dist/cache/LocalStorage': ALL
  },
  'auth.popupRelayUri': {
    'msal-browser/dist/popup_relay/relayClient': ALL
  },
  'system.protocolMode for encrypted responses (EAR), and `httpMethod`': {
    'msal-browser/dist/protocol/Authorize': [
      'getEARForm',
      'getEARFormData',
      'handleResponseEAR',
      'getCodeForm',
      'getCodeFormData'
    ],
    'msal-browser/dist/crypto/BrowserCrypto': ['generateEarKey', 'decryptEarResponse']
  },
  'system.enableLegacyPolling': {
    'msal-browser/dist/utils/PopupMonitor': ['monitorPopupForHash'],
    'msal-browser/dist/utils/IframeMonitor': ['monitorIframeForHash']
  },
  'authenticationScheme: proofs of possession': {
    'msal-common/dist-browser/crypto/DpopProofGenerator': ALL,
    'msal-common/dist-browser/crypto/PopTokenGenerator': ALL,
    'msal-browser/dist/crypto/BrowserCrypto': ['computeJwkThumbprint', 'sign']
  },
  'msal-common without msal-browser': {
    'msal-common/dist-browser/cache/CacheManager': ['DefaultStorageClass']
  }
};

/**
 * Classes that MSAL.js creates an instance of, whatever the options are, by what would use it.
 *
 * @type {Record<string, Record<string, string[] | undefined>>}
 */
const ONLY_CONSTRUCTED = {
  'authenticationScheme: proofs of possession, and `clearCache` without an account': {
    'msal-browser/dist/crypto/TokenBindingKeyManager': ALL
  },
  'no system.networkClient': {
    'msal-browser/dist/network/FetchClient': ALL
  },
  'loginRedirect, logoutPopup and other navigation': {
    'msal-browser/dist/navigation/NavigationClient': ALL
  },
  'cache.cacheLocation': {
    'msal-browser/dist/cache/CookieStorage': ['CookieStorage']
  },
  'azureRegionConfiguration, which only msal-node sets': {
    'msal-common/dist-browser/authority/RegionDiscovery': ALL
  },
  // Its subclass, which does nothing, overrides whatever is called.
  'system.serverTelemetryEnabled': {
    'msal-common/dist-browser/telemetry/server/ServerTelemetryManager': ['ServerTelemetryManager']
  }
};

/**
 * For Rspack and webpack: rules of `module.rules`. Their loader checks that there is what it
 * replaces.
 */
exports.unusedMsal = [...rulesFor(NEVER_CALLED, false), ...rulesFor(ONLY_CONSTRUCTED, true)];

/**
 * @param {typeof NEVER_CALLED} unused
 * @param {boolean} constructed
 */
function rulesFor(unused, constructed) {
  return Object.values(unused)
    .flatMap(modules => Object.entries(modules))
    .map(([module, names]) => ({
      test: pathOf(module),
      loader: require.resolve('./unused-module.cjs'),
      options: { names, constructed }
    }));
}

/** @param {string} module */
function pathOf(module) {
  return new RegExp(`${['', '@azure', ...module.split('/')].join('[\\\\/]')}\\.mjs$`);
}
