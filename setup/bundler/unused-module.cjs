const EXPORTS = /^export \{ (.*) \};$/m;

/**
 * A loader for modules that are never used: their classes and functions without their code, and
 * without what that imports. Each throws when it is called or constructed.
 *
 * @param {string} source
 * @returns {string}
 */
module.exports = source => {
  const [, names = ''] = EXPORTS.exec(source) ?? [];
  return names
    .split(', ')
    .map(name => without(name, source))
    .join('\n');
};

/**
 * @param {string} name
 * @param {string} source
 */
function without(name, source) {
  if (!new RegExp(`^(class|(async )?function) ${name}\\b`, 'm').test(source)) {
    throw new Error(`An unused module exports more than classes and functions: ${name}`);
  }
  return `export function ${name}() {
  throw new Error('${name} is not in this bundle: see setup/bundler.');
}`;
}
