import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decimalOf,
  decimalText,
  readDecimal,
  roundDecimal,
  sameDecimal,
  ulpDistance,
  withinTolerance,
} from '../../src/core/structural-diff-number.ts';

const read = (text: string) => readDecimal(text) ?? decimalOf(Number.NaN);

/** A decimal as a fraction of integers, by another way than the code under test: value = n / 10^places. */
function fractionOf(text: string): { n: bigint; places: bigint } {
  const [, sign, whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
  const n = BigInt(whole + fraction) * (sign ? -1n : 1n);
  const places = BigInt(fraction.length) - BigInt(power);
  return places >= 0n ? { n, places } : { n: n * 10n ** -places, places: 0n };
}

const spelling = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 25n }),
    fc.option(fc.stringMatching(/^\d{1,12}$/)),
    fc.option(fc.integer({ min: -30, max: 30 })),
  )
  .map(
    ([negative, whole, fraction, power]) =>
      `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : `e${power}`}`,
  );

describe('exact numbers', () => {
  it('are equal when their values are', () => {
    fc.assert(
      fc.property(spelling, spelling, (a, b) => {
        const [x, y] = [fractionOf(a), fractionOf(b)];
        const isZero = (n: bigint) => n === 0n;
        const equal =
          isZero(x.n) && isZero(y.n) ? a.startsWith('-') === b.startsWith('-') : x.n * 10n ** y.places === y.n * 10n ** x.places;
        expect(sameDecimal(read(a), read(b))).toBe(equal);
        expect(decimalText(read(a)) === decimalText(read(b))).toBe(equal);
        expect(sameDecimal(read(decimalText(read(a))), read(a))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['1', '1.0', true],
    ['1', '10e-1', true],
    ['0', '-0', false],
    ['-0', '-0.00e7', true],
    ['9007199254740992', '9007199254740993', false],
    ['1e400', '10e399', true],
    ['1e999999999999999999', '1e999999999999999998', false],
  ])('%s and %s: %p', (a, b, equal) => {
    expect(sameDecimal(read(a), read(b))).toBe(equal);
  });

  it('keep tolerance symmetric, and hold it exactly', () => {
    fc.assert(
      fc.property(spelling, spelling, fc.double({ min: 0, max: 1e30, noNaN: true }), fc.nat(1000), (a, b, bound, ulp) => {
        const [x, y] = [read(a), read(b)];
        for (const tolerance of [{ absolute: bound }, { relative: bound }, { ulp }, { absolute: bound, ulp }])
          expect(withinTolerance(x, y, tolerance)).toBe(withinTolerance(y, x, tolerance));
        const [p, q] = [fractionOf(a), fractionOf(b)];
        const limit = fractionOf(String(bound).replace('e+', 'e'));
        const scale = p.places + q.places + limit.places;
        const lift = ({ n, places }: { n: bigint; places: bigint }) => n * 10n ** (scale - places);
        const apart = lift(p) - lift(q);
        const both = sameDecimal(x, y) || (apart < 0n ? -apart : apart) <= lift(limit);
        expect(withinTolerance(x, y, { absolute: bound })).toBe(both);
      }),
      { numRuns: 500 },
    );
  });

  it('count units in the last place as the doubles lie', () => {
    const next = (value: number) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value);
      view.setBigInt64(0, view.getBigInt64(0) + 1n);
      return view.getFloat64(0);
    };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e300, noNaN: true }), (value) => {
        expect(ulpDistance(decimalOf(value), decimalOf(next(value)))).toBe(1n);
        expect(ulpDistance(decimalOf(value), decimalOf(next(next(value))))).toBe(2n);
      }),
    );
    expect(ulpDistance(decimalOf(-Number.MIN_VALUE), decimalOf(Number.MIN_VALUE))).toBe(2n);
  });

  it.each([
    ['2.5', 0, '3'],
    ['-2.5', 0, '-3'],
    ['0.0049', 2, '0'],
    ['0.005', 2, '0.01'],
    ['1.005', 2, '1.01'],
    ['99.995', 2, '100'],
    ['1234', -2, '1200'],
    ['5', -1, '10'],
  ])('round %s to %i places: %s', (text, places, rounded) => {
    expect(decimalText(roundDecimal(read(text), places))).toBe(rounded);
  });
});
