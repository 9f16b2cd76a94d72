/**
 * Builds the page at `<base>/azure-auth/`, which needs no front end: the panel's components and
 * everything they use, since a server without JupyterLab shares no modules.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WPPlugin } from '@jupyter/builder/lib/webpack-plugins.js';
import webpack from 'webpack';
import { unmeasuredMsal } from './bundler/unmeasured-msal.cjs';
import { unusedMsal } from './bundler/unused-msal.cjs';
import { ROOT } from './project.mjs';

const TARGET = join(ROOT, 'jupyter_azure_auth', 'server', 'page', 'static');
const mode = process.argv.includes('--development') ? 'development' : 'production';

await rm(TARGET, { recursive: true, force: true });
const names = await build();
const html = await readFile(join(ROOT, 'style', 'page.html'), 'utf8');
// Last: exists once a build is complete.
await writeFile(
  join(TARGET, 'index.html'),
  html.replace('{style}', pick('.css')).replace('{script}', pick('.js'))
);

/** @param {string} extension */
function pick(extension) {
  const name = names.find(one => one.startsWith('page.') && one.endsWith(extension));
  if (name === undefined) {
    throw new Error(`The build has no ${extension}.`);
  }
  return name;
}

/** @returns {Promise<string[]>} The names of the files. */
async function build() {
  const compiler = webpack(await configuration());
  return new Promise((resolve, reject) =>
    compiler.run((error, stats) => {
      const failed =
        error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : null);
      compiler.close(() =>
        failed ? reject(failed) : resolve(Object.keys(stats?.compilation.assets ?? {}))
      );
    })
  );
}

/** @returns {Promise<webpack.Configuration>} */
async function configuration() {
  const license = await readFile(join(ROOT, 'LICENSE'), 'utf8');
  // Jupyter's packages name their license, and leave its text to their repositories.
  const ofJupyter = license.replace(/^Copyright.*$/m, 'Copyright (c) Project Jupyter Contributors');
  const texts = { handleMissingLicenseText: () => ofJupyter };
  const page = join(ROOT, 'lib', 'page');
  return {
    mode,
    devtool: false,
    entry: { page: join(page, 'index.js') },
    output: {
      path: TARGET,
      filename: '[name].[contenthash:16].js',
      cssFilename: '[name].[contenthash:16].css',
      chunkFilename: '[contenthash:16].js'
    },
    // Styles in a file of their own: the page allows no inline ones.
    experiments: { css: true },
    module: {
      rules: [
        ...unusedMsal,
        unmeasuredMsal,
        { test: /\.svg$/, type: 'asset/source' },
        { test: /\.raw\.css$/, type: 'asset/source' },
        { test: /(?<!\.raw)\.css$/, type: 'css/global' }
      ]
    },
    // The shortest names, as in the extension: a release replaces all scripts at once.
    optimization: { mangleExports: 'size', chunkIds: 'natural', moduleIds: 'natural' },
    resolve: {
      alias: {
        '@jupyterlab/services$': join(page, 'services.js'),
        '@jupyterlab/ui-components$': join(page, 'icons.js')
      }
    },
    plugins: mode === 'production' ? [licenses(texts)] : [],
    performance: false
  };
}

/**
 * The same list as the builder makes for the extension.
 *
 * @param {object} texts
 */
function licenses(texts) {
  const plugin = new WPPlugin.JSONLicenseWebpackPlugin(texts);
  // Its types are from an older webpack.
  return /** @type {webpack.WebpackPluginInstance} */ (/** @type {unknown} */ (plugin));
}
