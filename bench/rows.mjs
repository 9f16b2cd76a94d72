/** The results of the measurements, with their targets. */
import { LIMITS } from '../test/check/bundle.mjs';

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {string} [note] - For example, the reference of the ratio.
 * @property {number} [ratio]
 * @property {string} [aim]
 * @property {boolean} [met]
 */

/** Minimum factor by which it is faster than the peer with a signed-in user. */
const FASTER = 20;

/** Maximum duration, relative to a bare ping. */
const SLOWER = 1.3;

const IMPORT_MILLISECONDS = 15;

/** Maximum duration, relative to a start without the extension; allows for variation. */
const START = 1.1;

/** Maximum duration from the start of a server to a usable notebook, relative to one without the extension. */
const LAB_START = 1.02;

const ROUTE_MILLISECONDS = 50;

/** Maximum duration, relative to the same server without the extension. */
const STATUS = 1.5;

/** Maximum for the end of a cell after **Not now**, also below a client that retries. */
const REFUSED_MILLISECONDS = 2000;

/** The same name as in `slow_sources.py`. */
const WITHOUT = 'nothing, without the extension';

const OURS = 'JupyterCredential';
const USER = 'DeviceCodeCredential';

/**
 * @param {Record<string, number>} medians - Microseconds by credential.
 * @returns {Row[]}
 */
export function cacheRows(medians) {
  const ours = medians[OURS] ?? NaN;
  return Object.entries(medians).map(([name, value]) => ({
    ...{ name: `token held: ${name}`, value, unit: 'µs' },
    ...(name === OURS ? {} : { ratio: value / ours, note: 'times ours' }),
    ...(name === USER ? { aim: `≥ ${FASTER}`, met: value / ours >= FASTER } : {})
  }));
}

/**
 * @param {Record<string, number>} medians - Milliseconds by module.
 * @returns {Row[]}
 */
export function importRows(medians) {
  const ours = medians['jupyter_azure_auth'] ?? NaN;
  return Object.entries(medians).map(([module, value]) => ({
    ...{ name: `import ${module}`, value, unit: 'ms' },
    ...(value === ours
      ? { aim: `≤ ${IMPORT_MILLISECONDS} ms`, met: value <= IMPORT_MILLISECONDS }
      : { ratio: value / ours, note: 'times ours' })
  }));
}

/**
 * @param {{without: number, with: number, route: number}} medians - Milliseconds.
 * @returns {Row[]}
 */
export function startRows({ without, with: ours, route }) {
  const name = 'server start, metadata service hangs';
  return [
    { name: `${name}: without the extension`, value: without, unit: 'ms' },
    {
      ...{ name: `${name}: with it`, value: ours, unit: 'ms', ratio: ours / without },
      ...{ note: 'times without', aim: `≤ ${START}`, met: ours / without <= START }
    },
    {
      ...{ name: 'config route during the lookup, slowest of ten', value: route, unit: 'ms' },
      ...{ aim: `≤ ${ROUTE_MILLISECONDS} ms`, met: route <= ROUTE_MILLISECONDS }
    }
  ];
}

/**
 * @param {{without: readonly number[], with: readonly number[]}} samples - Milliseconds.
 * @returns {Row[]}
 */
export function labStartRows(samples) {
  const name = 'JupyterLab, from the server’s start to a usable notebook';
  const without = median(samples.without);
  const ratio = median(samples.with) / without;
  return [
    { name: `${name}: without the extension`, value: without, unit: 'ms' },
    {
      ...{ name: `${name}: with it`, value: median(samples.with), unit: 'ms', ratio },
      ...{ note: 'times without', aim: `≤ ${LAB_START}`, met: ratio <= LAB_START }
    }
  ];
}

/**
 * @param {Record<string, number>} percentiles - The 99th, in milliseconds by source.
 * @returns {Row[]}
 */
export function slowSourceRows(percentiles) {
  const without = percentiles[WITHOUT] ?? NaN;
  return Object.entries(percentiles).map(([source, value]) => ({
    ...{ name: `GET /api/status, p99 beside ${source}`, value, unit: 'ms' },
    ...(source === WITHOUT
      ? {}
      : {
          ...{ ratio: value / without, note: 'times without the extension' },
          ...{ aim: `≤ ${STATUS}`, met: value / without <= STATUS }
        })
  }));
}

/**
 * @param {Record<string, number>} durations - Milliseconds.
 * @returns {Row[]}
 */
export function refusedRows(durations) {
  return Object.entries(durations).map(([which, value]) => ({
    ...{ name: `Not now to the end of a Storage cell: ${which}`, value, unit: 'ms' },
    ...{ aim: `≤ ${REFUSED_MILLISECONDS} ms`, met: value <= REFUSED_MILLISECONDS }
  }));
}

/**
 * @param {'idle' | 'busy'} kernel
 * @param {Record<string, {ping: number[], token: number[]}>} samples - Seconds, by distance.
 * @returns {Row[]}
 */
export function roundTripRows(kernel, samples) {
  return Object.entries(samples).flatMap(([distance, { ping, token }]) => {
    const name = `round trip, ${kernel} kernel, ${distance}`;
    const ratio = median(token) / median(ping);
    return [
      { name: `${name}: ping`, value: median(ping) * 1000, unit: 'ms' },
      {
        ...{ name: `${name}: token`, value: median(token) * 1000, unit: 'ms', ratio },
        ...{ note: 'times the ping', aim: `≤ ${SLOWER}`, met: ratio <= SLOWER }
      }
    ];
  });
}

/**
 * @param {Record<keyof typeof LIMITS, number>} sizes - Bytes.
 * @returns {Row[]}
 */
export function bundleRows(sizes) {
  return /** @type {(keyof typeof LIMITS)[]} */ (Object.keys(LIMITS)).map(part => ({
    ...{ name: `JavaScript: ${part}`, value: sizes[part] / 1000, unit: 'kB gzip' },
    ...{ aim: `≤ ${LIMITS[part] / 1000} kB`, met: sizes[part] <= LIMITS[part] }
  }));
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
