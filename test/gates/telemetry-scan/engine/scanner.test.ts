import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANCHOR, createAnchors, findAnchors, MIN_RUN } from '../../../../src/gates/telemetry-scan/engine/anchors.ts';
import { createScanner, scanBytes } from '../../../../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../../../../src/gates/telemetry-scan/rules/index.ts';

const scanner = createScanner(DEFAULT_RULES);
const MAIL = 'jane.doe@posteo.de';

function found(text: string): string[] {
  const bytes = Buffer.from(text);
  return scanBytes(scanner, bytes, 0, bytes.length).map((hit) => [hit.rule, ...hit.encodings].join(' '));
}

describe('encoded values', () => {
  it.each([
    ['percent', encodeURIComponent(MAIL), ['email percent']],
    ['percent twice', encodeURIComponent(encodeURIComponent(MAIL)), ['email percent percent']],
    ['hexadecimal', Buffer.from(MAIL).toString('hex'), ['email hex']],
    ['base64', Buffer.from(`{"to":"${MAIL}"}`).toString('base64'), ['email base64']],
    ['base64 in base64', Buffer.from(Buffer.from(`to ${MAIL}`).toString('base64')).toString('base64'), ['email base64 base64']],
    ['JSON escapes', MAIL.replace('@', '\\u0040'), ['email escape']],
    ['JSON in a string', JSON.stringify(JSON.stringify({ to: MAIL })), ['email']],
    ['no further than three layers', [1, 2, 3, 4, 5].reduce((text) => Buffer.from(`x ${text}`).toString('base64'), MAIL), []],
  ])('%s', (_, encoded, expected) => {
    expect(found(`{"value":"${encoded}","n":1}`)).toEqual(expected);
  });

  it('of a token are a finding each: the token and what its claims say', () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: '7', email: MAIL })}.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl`;
    expect(found(`session ${token} ended`).sort()).toEqual(['email base64', 'jwt']);
  });
});

describe('where a value lies', () => {
  it('is found in numbers and keys, not only in strings', () => {
    expect(found('{"card":4929325827136822}')).toEqual(['card']);
    expect(found(`{"${MAIL}":1}`)).toEqual(['email']);
  });

  it('does not depend on what surrounds it, nor on how much', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (noise, repeat) => {
        const quiet = noise.replace(/[^a-z ]/g, ' ');
        const text = `${`${quiet}\n`.repeat(10 ** repeat)}user ${MAIL} left\n${quiet}`;
        expect(found(text).filter((rule) => rule === 'email')).toEqual(['email']);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same on any bytes, twice over, within bounds and in order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const bytes = Buffer.concat([noise, Buffer.from(` ${MAIL} `), noise]);
        const first = scanBytes(scanner, bytes, 0, bytes.length);
        expect(scanBytes(scanner, bytes, 0, bytes.length)).toEqual(first);
        for (const hit of first) {
          expect(hit.start).toBeGreaterThanOrEqual(0);
          expect(hit.end).toBeLessThanOrEqual(bytes.length);
          expect(hit.end).toBeGreaterThan(hit.start);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the first pass', () => {
  it('finds every @ and every long run, and no more, by a second way', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'B', '7', '@', ' ', '-', '"', 'é'), maxLength: 200 }), (text) => {
        const bytes = Buffer.from(text);
        const latin = bytes.toString('latin1');
        const anchors = createAnchors(4);
        findAnchors(bytes, 0, bytes.length, scanner.starts.keys, scanner.ends.keys, anchors);
        const of = (kind: number) => Array.from({ length: anchors.count }, (_, i) => i).filter((i) => anchors.kind[i] === kind);
        expect(of(ANCHOR.at).map((i) => anchors.start[i])).toEqual([...latin.matchAll(/@/g)].map((match) => match.index));
        const runs = [...latin.matchAll(new RegExp(`[A-Za-z0-9\\x80-\\xff]{${MIN_RUN},}`, 'g'))];
        expect(of(ANCHOR.run).map((i) => [anchors.start[i], anchors.end[i]])).toEqual(
          runs.map((run) => [run.index, run.index + run[0].length]),
        );
      }),
      { numRuns: 500 },
    );
  });
});
