/** At most four significant decimals, no exponent for ordinary sizes. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 || Number.isInteger(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: 1 })
    : String(Number(value.toPrecision(4)));
}

/** A value with its unit; the unit `1` (a share) is shown in percent, bytes (`By`) as they are. */
export function formatQuantity(value: number, unit: string): string {
  if (unit === '1') return `${formatNumber(Number((value * 100).toPrecision(12)))} %`;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}
