import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCorpus } from '../../../../bench/telemetry-corpus.ts';
import { createAnchors, findAnchors } from '../../../../src/gates/telemetry-scan/engine/anchors.ts';
import { findAnchorsFast } from '../../../../src/gates/telemetry-scan/engine/fast-anchors.ts';
import { createScanner } from '../../../../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../../../../src/gates/telemetry-scan/rules/index.ts';

const scanner = createScanner(DEFAULT_RULES);

function expectSame(bytes: Uint8Array, from: number, to: number): void {
  const reference = createAnchors(16);
  findAnchors(bytes, from, to, scanner.starts, scanner.ends, reference);
  const fast = createAnchors(16);
  findAnchorsFast(bytes, from, to, scanner.starts, scanner.ends, fast);
  expect(fast.count).toBe(reference.count);
  const list = (anchors: typeof fast) =>
    [anchors.kind, anchors.start, anchors.end].map((array) => Buffer.from(array.slice(0, reference.count).buffer).toString('base64'));
  expect(list(fast)).toEqual(list(reference));
}

/** Pieces that stand on the edges of what the first pass looks for. */
const piece = fc.oneof(
  fc.constantFrom(
    '@',
    ':',
    '::',
    '%40',
    '$2b$',
    '~',
    '\\u0041',
    '\\',
    ' ',
    '.',
    '-',
    ') -',
    '\n',
    '"',
    'password',
    'userPassword',
    'ghp_',
    'eyJ',
    'phone:',
    '_',
    'é',
    '日本',
  ),
  fc.constantFrom(
    '10.0.0.1',
    '2026-11-22',
    '1763805600000000000',
    '4929 3258 2713 6822',
    '+49 30 901820',
    '00:11:22:33:44:55',
    'a1b2',
    'AAAAAAAAAAAAAAAAAAAAAAAA',
  ),
  fc.string({ maxLength: 12 }),
);

describe('the fast first pass', () => {
  it('equals the reference on text around its edges, wherever it begins and ends', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 80 }), fc.nat({ max: 40 }), fc.nat({ max: 40 }), (pieces, skip, cut) => {
        const text = `${pieces.join('')};`;
        const bytes = Buffer.from(text.repeat(Math.ceil(2_300 / Buffer.byteLength(text))));
        expectSame(bytes, Math.min(skip, bytes.length - 2_200), bytes.length - Math.min(cut, 50));
      }),
      { numRuns: 400 },
    );
  });

  it('equals the reference on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2_048, maxLength: 4_096 }), (bytes) => expectSame(bytes, 0, bytes.length)),
      { numRuns: 60 },
    );
  });

  it.each(['otlp', 'access', 'cloudtrail', 'json'] as const)(
    'equals the reference on %s, and when there are more anchors than it had room for',
    (kind) => {
      const bytes = createCorpus(kind, 1_500_000);
      expectSame(bytes, 0, bytes.length);
      expectSame(Buffer.from('@'.repeat(200_000)), 0, 200_000);
    },
  );
});
