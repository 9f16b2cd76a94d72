const WIDTHS = /** @type {const} */ ([52, 18, 20, 10]);

/**
 * @param {readonly import('./rows.mjs').Row[]} rows
 * @returns {string}
 */
export function table(rows) {
  const lines = rows.map(({ name, value, unit, ratio, note, aim, met }) => [
    name,
    `${number(value)} ${unit}`,
    ratio === undefined ? '' : `${number(ratio)} ${note ?? ''}`,
    aim ?? '',
    met === undefined ? '' : met ? 'met' : 'missed'
  ]);
  return [['', 'median', 'ratio', 'aim', ''], ...lines].map(line).join('\n');
}

/** @param {readonly string[]} cells */
function line(cells) {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd();
}

/** @param {number} value */
function number(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
