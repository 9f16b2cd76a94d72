/** The formats in which hosts write the expiry of a token. */

/** @typedef {'epoch' | 'linux' | 'windows' | 'iso'} EndFormat */

/** @type {Readonly<Record<EndFormat, (seconds: number) => string>>} */
export const END_FORMATS = {
  epoch: String,
  // App Service's protocol of 2017, by its operating system.
  linux: seconds => {
    const { month, day, year, hour, minute, second } = partsOf(seconds);
    return `${two(month)}/${two(day)}/${year} ${two(hour)}:${two(minute)}:${two(second)} +00:00`;
  },
  windows: seconds => {
    const { month, day, year, hour, minute, second } = partsOf(seconds);
    const half = hour < 12 ? 'AM' : 'PM';
    return `${month}/${day}/${year} ${hour % 12 || 12}:${two(minute)}:${two(second)} ${half} +00:00`;
  },
  // As .NET writes it.
  iso: seconds => new Date(seconds * 1000).toISOString().replace('Z', '0000+00:00')
};

/** @param {number} seconds - Since the epoch. */
function partsOf(seconds) {
  const date = new Date(seconds * 1000);
  return {
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    year: date.getUTCFullYear(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds()
  };
}

/** @param {number} part */
function two(part) {
  return String(part).padStart(2, '0');
}
