const { unmeasuredCalls, unmeasuredMsal } = require('./unmeasured-msal.cjs');
const { unusedMsal } = require('./unused-msal.cjs');

/**
 * What is used of Rspack, whose package only the builder can resolve.
 *
 * @template T
 * @typedef {{tap: (name: string, call: (value: T) => void) => void}} IHook
 */
/**
 * @typedef {{apply: (compiler: ICompiler) => void}} IPlugin
 * @typedef {{hooks: {statsNormalize: IHook<{orphanModules?: boolean}>}}} ICompilation
 * @typedef {object} ICompiler
 * @property {{SwcJsMinimizerRspackPlugin: new (options: object) => IPlugin}} rspack
 * @property {{compilation: IHook<ICompilation>}} hooks
 */

/**
 * Has the statistics name every module of a chunk. Rspack counts those that it joins with others as
 * orphans and leaves them out unless asked; the builder's license plugin, written for webpack, does
 * not ask, and would find no package.
 *
 * @type {IPlugin}
 */
const statisticsOfJoinedModules = {
  apply: compiler =>
    compiler.hooks.compilation.tap('joined-modules', compilation =>
      compilation.hooks.statsNormalize.tap('joined-modules', options => {
        options.orphanModules = true;
      })
    )
};

/** What we add to the configuration of Jupyter's builder (`jupyterlab.webpackConfig`). */
module.exports = {
  module: {
    rules: [
      ...unusedMsal,
      unmeasuredMsal,
      // Without comments and spaces.
      { test: /\.css$/, loader: 'builtin:lightningcss-loader', options: { minify: true } }
    ]
  },
  plugins: [statisticsOfJoinedModules],
  optimization: {
    // MSAL.js is used by the one module that is loaded with it: as one chunk, they are smaller.
    splitChunks: false,
    // The shortest names: a release replaces all scripts at once.
    mangleExports: 'size',
    chunkIds: 'natural',
    moduleIds: 'natural',
    minimizer: [
      (/** @type {ICompiler} */ compiler) =>
        new compiler.rspack.SwcJsMinimizerRspackPlugin({
          minimizerOptions: {
            compress: {
              // A pass simplifies what the last one left.
              passes: 4,
              // Shorter, but less alike: larger after gzip.
              collapse_vars: false,
              pure_funcs: unmeasuredCalls
            }
          }
        }).apply(compiler)
    ]
  }
};
