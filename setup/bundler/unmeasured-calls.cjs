/**
 * A loader for the functions by which MSAL.js calls others to log and measure them: they only call.
 *
 * @param {string} source
 * @returns {string}
 */
module.exports = source => {
  if (!/^export \{ invoke, invokeAsync \};$/m.test(source)) {
    throw new Error('The module that measures calls exports something else.');
  }
  return `const call = callback => callback;
export { call as invoke, call as invokeAsync };`;
};
