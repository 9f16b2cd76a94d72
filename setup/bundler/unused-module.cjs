const EXPORTS = /^export \{ (.*) \};$/m;

/**
 * A loader for classes and functions that are never used: all that a module exports, or some of it,
 * without its code and without what that imports. Each throws when it is called or constructed. A
 * class that is only `constructed` has instances, which throw when anything of them is used.
 *
 * @typedef {{names?: string[] | undefined, constructed: boolean}} IOptions
 * @this {{getOptions(): IOptions}}
 * @param {string} source
 * @returns {string}
 */
module.exports = function (source) {
  const { names, constructed } = this.getOptions();
  const [, list = ''] = EXPORTS.exec(source) ?? [];
  const exported = list.split(', ');
  const replace = constructed ? unusedInstance : unusedExport;
  const replaced = (names ?? exported).map(name => {
    const code = codeOf(name, source);
    if (code === undefined || !exported.includes(name)) {
      throw new Error(`Not an exported class or function: ${name || source.slice(0, 80)}`);
    }
    return { code, without: replace(name) };
  });
  return names === undefined
    ? [...replaced.map(({ without }) => without), `export { ${list} };`].join('\n')
    : replaced.reduce((rest, { code, without }) => rest.replace(code, () => without), source);
};

/**
 * @param {string} name
 * @param {string} source
 */
function codeOf(name, source) {
  const [code] =
    new RegExp(`^(class|(async )?function) ${name}\\b.*?^\\}`, 'ms').exec(source) ?? [];
  return code;
}

/** @param {string} name */
function unusedExport(name) {
  return `function ${name}() {
  ${refusal(name)}
}`;
}

/** @param {string} name */
function unusedInstance(name) {
  return `class ${name} {}
Object.setPrototypeOf(${name}.prototype, new Proxy({}, {
  get() {
    ${refusal(name)}
  }
}));`;
}

/** @param {string} name */
function refusal(name) {
  return `throw new Error('${name} is not in this bundle: see setup/bundler.');`;
}
