/**
 * Classes of MSAL.js that only other options than ours construct (`src/providers/msal-popup.ts`).
 * It imports them statically, so that a bundler cannot tell: they are a fifth of its bundle.
 */
const UNUSED = {
  // system.allowPlatformBroker
  'broker/nativeBroker': ['PlatformAuthDOMHandler', 'PlatformAuthExtensionHandler'],
  // system.allowPlatformBroker; redirects; hidden frames, which `cacheLookupPolicy` excludes;
  // acquireTokenByCode
  interaction_client: [
    'PlatformAuthInteractionClient',
    'RedirectClient',
    'SilentIframeClient',
    'SilentAuthCodeClient'
  ],
  // cache.cacheLocation
  cache: ['LocalStorage']
};

const FOLDER = '[\\\\/]@azure[\\\\/]msal-browser[\\\\/]dist[\\\\/]';

/** Modules with one of them, and with nothing else: `unused-class.cjs` checks that. */
const UNUSED_MODULES = Object.entries(UNUSED).map(
  ([folder, classes]) =>
    new RegExp(`${FOLDER}${folder.replace('/', '[\\\\/]')}[\\\\/](${classes.join('|')})\\.mjs$`)
);

/** For Rspack and webpack: a rule of `module.rules`. */
exports.unusedMsal = { test: UNUSED_MODULES, loader: require.resolve('./unused-class.cjs') };
