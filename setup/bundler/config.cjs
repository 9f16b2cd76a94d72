const { unusedMsal } = require('./unused-msal.cjs');

/** What we add to the configuration of Jupyter's builder (`jupyterlab.webpackConfig`). */
module.exports = { module: { rules: [unusedMsal] } };
