const { unmeasuredCalls, unmeasuredMsal } = require('./unmeasured-msal.cjs');
const { unusedMsal } = require('./unused-msal.cjs');

/**
 * What is used of Rspack, whose package only the builder can resolve.
 *
 * @typedef {{apply: (compiler: ICompiler) => void}} IPlugin
 * @typedef {{rspack: {SwcJsMinimizerRspackPlugin: new (options: object) => IPlugin}}} ICompiler
 */

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
          // A pass simplifies what the last one left. A fourth one finds nothing.
          minimizerOptions: { compress: { passes: 3, pure_funcs: unmeasuredCalls } }
        }).apply(compiler)
    ]
  }
};
