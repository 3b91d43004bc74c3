import { describe, expect, it } from '@jest/globals';
import { type Background, explainContent } from '../../../../src/gates/determinism-check/explanation/explain-content.ts';
import type { Explanation } from '../../../../src/gates/determinism-check/facts.ts';

const intrinsic: Background = {
  aspects: ['content'],
  attribution: { kind: 'intrinsic', diverged: 1, comparisons: 1 },
  marks: { left: [], right: [] },
  differingDigests: new Map(),
  variedValues: [],
};
const explain = (left: string | Uint8Array, right: string | Uint8Array, name = 'a.txt', background = intrinsic): Explanation =>
  explainContent({ name, left: Buffer.from(left), right: Buffer.from(right) }, background);
const cause = (left: string, right: string): string | undefined => explain(left, right).causes[0]?.id;

describe('an explanation', () => {
  it('knows times as programs print them', () => {
    const pairs = [
      ['2026-11-22T10:11:12.123Z', '2026-11-22T10:11:13.001Z'],
      ['2026-11-22 10:11:12+01:00', '2026-11-22 10:12:00+01:00'],
      ['Sun Nov 22 10:11:12 UTC 2026', 'Sun Nov 22 10:11:13 UTC 2026'],
      ['Sun, 22 Nov 2026 10:11:12 +0000', 'Mon, 23 Nov 2026 00:00:01 +0000'],
      ['built 1795342272', 'built 1795342275'],
      ['at=1795342272123', 'at=1795342275001'],
      ['Nov 22, 2026', 'Nov 23, 2026'],
      ['20261122T101112Z', '20261122T101113Z'],
      ['10:11:12', '10:11:13'],
    ] as const;
    for (const [left, right] of pairs) expect([left, cause(left, right)]).toEqual([left, 'embedded-time']);
  });

  it('tells identifiers, durations, process numbers, noise and names apart', () => {
    expect(cause('id: 0f2c7a52-5a0e-4c39-9f0e-3c1d2b4a5f60', 'id: 91b4e0d7-2f6c-4b1a-8a53-77d0c2e9b814')).toBe('uuid');
    expect(cause('token 9f8e7d6c5b4a39281706', 'token 00112233445566778899')).toBe('random-id');
    expect(cause('done in 12.25 ms', 'done in 13.5 ms')).toBe('measured-duration');
    expect(cause('pid=4711 ready', 'pid=4723 ready')).toBe('process-id');
    expect(cause('sum 0.30000000000000004', 'sum 0.30000000000000010')).toBe('float-noise');
    expect(cause('see /tmp/tmp.Xy12Zq90 there', 'see /tmp/tmp.Ab34Cd56 there')).toBe('temporary-name');
    expect(cause('<obj at 0x7f3a5c2b1d90>', '<obj at 0x7f11aa00bb40>')).toBe('memory-address');
    expect(cause('a\nb\nc\n', 'b\nc\na\n')).toBe('thread-interleaving');
    expect(cause('x: b, a, c', 'x: c, b, a')).toBe('hash-order');
    expect(cause('one\r\ntwo\r\n', 'one\ntwo\n')).toBe('line-ends');
  });

  it('does not take a difference in plain words for a time or an identifier', () => {
    for (const [left, right] of [
      ['status: green', 'status: red'],
      ['hello', 'hello world'],
    ] as const)
      expect(['random-id', undefined]).toContain(cause(left, right));
    expect(explain('status: green', 'status: red').causes.map(({ id }) => id)).not.toContain('embedded-time');
  });

  it('says when an output only carries the digest of another', () => {
    const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
    const background = { ...intrinsic, differingDigests: new Map([[a, 'out/report.txt']]) };
    expect(explain(`{"report":"${a}"}`, `{"report":"${b}"}`, 'm.json', background).causes[0]).toEqual({
      id: 'digest-of-output',
      sign: 'out/report.txt',
    });
  });

  it('shows binary differences by what can be read in them, or in hexadecimal', () => {
    const binary = (text: string): Buffer => Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(text), Buffer.from([0, 255])]);
    expect(explain(binary('version 1.2'), binary('version 1.3'), 'a.bin').diff.map(({ change, text }) => [change, text])).toEqual([
      ['removed', 'version 1.2'],
      ['added', 'version 1.3'],
    ]);
    const [removed] = explain(Uint8Array.of(0, 1, 2, 3), Uint8Array.of(0, 1, 9, 3), 'a.bin').diff;
    expect(removed?.text).toBe(`00000000  ${'00 01 02 03'.padEnd(47)}  ....`);
  });

  it('stays quick and bounded on one very long line', () => {
    const words = Array.from({ length: 60_000 }, (_, at) => `w${at % 977}`);
    const left = words.join(' ');
    const right = words.map((word, at) => (at % 50 === 0 ? `${word}x` : word)).join(' ');
    const started = performance.now();
    const { diff } = explain(left, right, 'a.min.js');
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(diff.every(({ text }) => text.length < 300)).toBe(true);
  });
});
