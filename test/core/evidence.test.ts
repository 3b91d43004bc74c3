import { describe, expect, it } from '@jest/globals';
import { isUserError, MAX_NESTING, nestsTooDeep, parseEvidence } from '../../src/core/index.ts';
import { evidenceOf } from '../decision/example.ts';

const genuine = new TextDecoder().decode(evidenceOf('slo-gate').bytes);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

function foundIn(text: string): string {
  try {
    parseEvidence(bytesOf(text), 'slo-gate.intoto.json');
  } catch (error) {
    if (isUserError(error)) return error.problem.found;
    throw error;
  }
  return 'nothing';
}

describe('parseEvidence', () => {
  it('reads what a gate wrote', () => expect(foundIn(genuine)).toBe('nothing'));

  it.each([
    ['lists', nested('[', ']', 200_000)],
    ['maps', nested('{"a":', '}', 200_000)],
    ['lists that never end', '['.repeat(200_000)],
    ['lists inside of evidence', genuine.replace('"inputs":{}', `"inputs":{"a":${nested('[', ']', 200_000)}}`)],
  ])('refuses %s, 200,000 deep, without running out of stack', (_name, text) => {
    expect(text).not.toBe(genuine);
    expect(foundIn(text)).toMatch(/nests more than 200 deep/);
  });

  it.each([
    ['half a surrogate pair in a value', genuine.replace('"inputs":{}', '"inputs":{"a":"\\ud800"}')],
    ['half a surrogate pair in a key', genuine.replace('"inputs":{}', '"inputs":{"\\udfff":1}')],
  ])('refuses %s as what RFC 8785 cannot hold', (_name, text) => {
    expect(text).not.toBe(genuine);
    expect(foundIn(text)).toBe('bytes that are not canonical JSON');
  });
});

describe('nestsTooDeep', () => {
  it.each<readonly [string, boolean]>([
    [nested('[', ']', MAX_NESTING), false],
    [nested('[', ']', MAX_NESTING + 1), true],
    [`"${'['.repeat(1000)}"`, false],
    [`"\\"${'['.repeat(1000)}"`, false],
    [`["\\\\",${nested('[', ']', MAX_NESTING)}]`, true],
    ['[]'.repeat(1000), false],
  ])('%.40s: %s', (text, expected) => expect(nestsTooDeep(bytesOf(text))).toBe(expected));
});
