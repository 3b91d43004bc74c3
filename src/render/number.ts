/** At most four significant decimals, no exponent for ordinary sizes. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 || Number.isInteger(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: 1 })
    : String(Number(value.toPrecision(4)));
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A value with its unit; a share (`1`) in percent, a `count` as it is, a multiple (`x`) as `14.4×`, bytes (`By`) in the unit that fits, powers of 1000. */
export function formatQuantity(value: number, unit: string): string {
  switch (unit) {
    case '':
    case 'count':
      return formatNumber(value);
    case '1':
      return `${formatNumber(Number((value * 100).toPrecision(12)))} %`;
    case 'x':
      return `${formatNumber(value)}×`;
    case 'By':
      return formatBytes(value);
    default:
      return `${formatNumber(value)} ${unit}`;
  }
}

function formatBytes(value: number): string {
  let power = 0;
  while (Math.abs(value) / 1000 ** power >= 1000 && power < BYTES.length - 1) power += 1;
  return `${formatNumber(value / 1000 ** power)} ${BYTES[power]}`;
}
