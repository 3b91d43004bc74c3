/**
 * A number as it is written, without the loss that a double brings: ±digits × 10^exponent, `digits` without zeros at either end ('' is zero).
 * NaN and the infinities exist for YAML and CSV only.
 */
export interface Decimal {
  readonly special?: 'nan' | 'infinity';
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: bigint;
}

/** Bounds inside which two numbers count as equal; one that holds is enough. */
export interface Tolerance {
  /** |a−b| ≤ x. */
  readonly absolute?: number | undefined;
  /** |a−b| ≤ x·max(|a|,|b|). */
  readonly relative?: number | undefined;
  /** At most so many representable doubles apart. */
  readonly ulp?: number | undefined;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** A plain spelling longer than this is written in scientific form, so that `1e999999` stays short. */
export const MAX_PLAIN_LENGTH = 400;
/** Sums of numbers further apart than this many decimal places are not formed. */
const MAX_SPAN_DIGITS = 5000n;

export const NOT_A_NUMBER: Decimal = { special: 'nan', negative: false, digits: '', exponent: 0n };

/** ±∞. */
export function infinity(negative: boolean): Decimal {
  return { special: 'infinity', negative, digits: '', exponent: 0n };
}

/** Reads a decimal spelling (JSON, CSV, YAML core schema); `undefined` when it is none. */
export function readDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  return normalise(sign === '-', whole + fraction, BigInt(power) - BigInt(fraction.length));
}

/** The exact value of a double, in its shortest spelling. */
export function decimalOf(value: number | bigint): Decimal {
  if (Number.isNaN(value)) return NOT_A_NUMBER;
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return infinity(value < 0);
  const text = Object.is(value, -0) ? '-0' : String(value);
  return readDecimal(text) ?? NOT_A_NUMBER;
}

function normalise(negative: boolean, all: string, exponent: bigint): Decimal {
  let start = 0;
  while (start < all.length && all.charCodeAt(start) === 48) start++;
  let end = all.length;
  while (end > start && all.charCodeAt(end - 1) === 48) end--;
  const digits = all.slice(start, end);
  return digits === '' ? { negative, digits, exponent: 0n } : { negative, digits, exponent: exponent + BigInt(all.length - end) };
}

/** The one spelling of a value: plain while short, else scientific. Equal values have equal texts, and −0 is not 0. */
export function decimalText(number: Decimal): string {
  const sign = number.negative ? '-' : '';
  if (number.special) return number.special === 'nan' ? 'NaN' : `${sign}Infinity`;
  if (number.digits === '') return `${sign}0`;
  const { digits, exponent } = number;
  const length = BigInt(digits.length);
  const plainLength = exponent >= 0n ? length + exponent : -exponent >= length ? 2n - exponent : length + 1n;
  if (plainLength + BigInt(sign.length) > MAX_PLAIN_LENGTH) return `${sign}${digits}e${exponent}`;
  const power = Number(exponent);
  if (power >= 0) return sign + digits + '0'.repeat(power);
  if (-power >= digits.length) return `${sign}0.${'0'.repeat(-power - digits.length)}${digits}`;
  return `${sign}${digits.slice(0, power)}.${digits.slice(power)}`;
}

/** Exact equality: 1 = 1.0 = 10e-1, −0 ≠ 0, NaN = NaN. */
export function sameDecimal(a: Decimal, b: Decimal): boolean {
  return a.special === b.special && a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;
}

/** Whether two numbers are equal inside a tolerance; symmetric in its arguments. NaN equals only NaN, an infinity only itself. */
export function withinTolerance(a: Decimal, b: Decimal, tolerance: Tolerance): boolean {
  if (sameDecimal(a, b)) return true;
  if (a.special || b.special) return false;
  const distance = subtract(a, b);
  if (distance !== undefined) {
    if (tolerance.absolute !== undefined && compareMagnitude(distance, decimalOf(tolerance.absolute)) <= 0) return true;
    if (tolerance.relative !== undefined) {
      const largest = compareMagnitude(a, b) >= 0 ? a : b;
      if (compareMagnitude(distance, multiply(largest, decimalOf(tolerance.relative))) <= 0) return true;
    }
  }
  return tolerance.ulp !== undefined && ulpDistance(a, b) <= BigInt(Math.floor(tolerance.ulp));
}

/** How many steps between neighbouring doubles lie between two numbers, each rounded to its nearest double; beyond the finite doubles: 2^64. */
export function ulpDistance(a: Decimal, b: Decimal): bigint {
  const [x, y] = [toDouble(a), toDouble(b)];
  if (!Number.isFinite(x) || !Number.isFinite(y)) return 1n << 64n;
  const difference = ordinal(x) - ordinal(y);
  return difference < 0n ? -difference : difference;
}

/** Nearest double. */
export function toDouble(number: Decimal): number {
  if (number.special === 'nan') return Number.NaN;
  if (number.special === 'infinity') return number.negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (number.digits === '') return number.negative ? -0 : 0;
  return Number(`${number.negative ? '-' : ''}${number.digits}e${number.exponent}`);
}

/** |a−b| in its shortest spelling, for people; `undefined` where it is not a number or too long to write. */
export function distanceText(a: Decimal, b: Decimal): string | undefined {
  if (a.special || b.special) return undefined;
  const distance = subtract(a, b);
  if (distance === undefined) return undefined;
  const text = decimalText({ ...distance, negative: false });
  return text.length <= 40 ? text : String(Math.abs(toDouble(distance)));
}

/** Rounds to `places` decimal places, half away from zero, exactly. */
export function roundDecimal(number: Decimal, places: number): Decimal {
  const dropped = -BigInt(places) - number.exponent;
  if (number.special || number.digits === '' || dropped <= 0n) return number;
  const length = BigInt(number.digits.length);
  if (dropped > length) return { negative: number.negative, digits: '', exponent: 0n };
  const kept = number.digits.slice(0, Number(length - dropped));
  const up = number.digits.charCodeAt(kept.length) >= 53;
  const digits = String(BigInt(kept === '' ? '0' : kept) + (up ? 1n : 0n));
  return normalise(number.negative, digits, -BigInt(places));
}

function ordinal(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

function signed(number: Decimal): bigint {
  const magnitude = BigInt(number.digits === '' ? '0' : number.digits);
  return number.negative ? -magnitude : magnitude;
}

function subtract(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.digits === '') return a;
  if (a.digits === '') return { ...b, negative: !b.negative };
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigint
  const low = a.exponent < b.exponent ? a.exponent : b.exponent;
  const [liftA, liftB] = [a.exponent - low, b.exponent - low];
  if (liftA > MAX_SPAN_DIGITS || liftB > MAX_SPAN_DIGITS) return undefined;
  const difference = signed(a) * 10n ** liftA - signed(b) * 10n ** liftB;
  return normalise(difference < 0n, String(difference < 0n ? -difference : difference), low);
}

function multiply(a: Decimal, b: Decimal): Decimal {
  if (a.digits === '' || b.digits === '') return { negative: false, digits: '', exponent: 0n };
  return normalise(a.negative !== b.negative, String(BigInt(a.digits) * BigInt(b.digits)), a.exponent + b.exponent);
}

/** Order of |a| and |b|; works for any exponents, since digits are aligned at their first. */
function compareMagnitude(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return (a.digits === '' ? 0 : 1) - (b.digits === '' ? 0 : 1);
  const first = a.exponent + BigInt(a.digits.length) - (b.exponent + BigInt(b.digits.length));
  if (first !== 0n) return first < 0n ? -1 : 1;
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}
