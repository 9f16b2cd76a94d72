const EXPORT = /^export \{ (.*) \};$/m;

/**
 * A loader for modules whose only export is a class that is never constructed: the class without
 * its code, and without what that imports.
 *
 * @param {string} source
 * @returns {string}
 */
module.exports = source => {
  const [, name = ''] = EXPORT.exec(source) ?? [];
  if (!source.includes(`\nclass ${name} `)) {
    throw new Error(`The module of an unused class exports other things: ${name}`);
  }
  return `export class ${name} {
  constructor() {
    throw new Error('${name} is not in this bundle: see setup/bundler.');
  }
}`;
};
