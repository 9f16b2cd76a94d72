/**
 * Calls of MSAL.js that only serve its log and its measurements. Our options keep neither
 * (`src/providers/msal-client.ts`): `loggerCallback` does nothing, and without `telemetry.client` the
 * measurements are methods of a `StubPerformanceClient`, which do nothing either.
 */
const LEVELS = ['error', 'warning', 'info', 'verbose', 'trace'];
const LOG = callsOf(
  ['logger', 'this.logger', 'this.commonLogger'],
  LEVELS.flatMap(level => [level, `${level}Pii`])
);

const MEASURE = callsOf(
  ['performanceClient', 'this.performanceClient'],
  ['addFields', 'addGlobalFields', 'incrementFields', 'startMeasurement']
);

/** What `startMeasurement` returned. */
const MEASUREMENT = callsOf(
  ['atPopup', 'atbc', 'atr', 'ats', 'discovery', 'init', 'root', 'ssoCapable']
    .map(prefix => `${prefix}Measurement`)
    .concat('measurement'),
  ['add', 'discard', 'end', 'increment']
);

/** For a minifier: it removes these calls, and evaluates no more of their arguments than it must. */
exports.unmeasuredCalls = [...LOG, ...MEASURE, ...MEASUREMENT];

/** For Rspack and webpack: a rule of `module.rules`. */
exports.unmeasuredMsal = {
  test: /[\\/]@azure[\\/]msal-common[\\/]dist-browser[\\/]utils[\\/]FunctionWrappers\.mjs$/,
  loader: require.resolve('./unmeasured-calls.cjs')
};

/**
 * @param {string[]} objects
 * @param {string[]} methods
 */
function callsOf(objects, methods) {
  return objects.flatMap(object => methods.map(method => `${object}.${method}`));
}
