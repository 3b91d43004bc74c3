import { describe, expect, it } from '@jest/globals';
import { determinismParts, readLabels, telemetryParts } from '../../src/action/matrix.ts';

describe('runner labels', () => {
  it.each([
    ['lines', ['ubuntu-24.04', 'macos-15'], ['ubuntu-24.04', 'macos-15']],
    ['a JSON list', ['["ubuntu-24.04", "macos-15"]'], ['ubuntu-24.04', 'macos-15']],
    ['a JSON list over several lines', ['[', '"a",', '["self-hosted", "arm64"]', ']'], ['a', ['self-hosted', 'arm64']]],
    ['the same label twice', ['a', 'a'], ['a', 'a']],
  ])('are read from %s', (_name, lines, expected) => expect(readLabels(lines)).toEqual(expected));

  it.each([
    ['one alone', ['a']],
    ['none', []],
    ['more than 16', Array.from({ length: 17 }, (_, at) => `l${at}`)],
    ['a list that is cut off', ['["a", "b"']],
    ['numbers', ['["a", 2]']],
    ['an empty label', ['["a", ""]']],
    ['an empty list of labels', ['["a", []]']],
    ['a control character', ['["a", "b\\u0007"]']],
    ['a mapping in the list', ['["a", {"group": "x"}]']],
  ])('are refused: %s', (_name, lines) => expect(() => readLabels(lines)).toThrow(/determinism-matrix/));
});

describe('matrices', () => {
  it('number their parts from 1', () => {
    expect(determinismParts(['a', ['b', 'c']])).toEqual([
      { index: 1, part: '1-of-2', 'runs-on': 'a' },
      { index: 2, part: '2-of-2', 'runs-on': ['b', 'c'] },
    ]);
    expect(telemetryParts(2, 'a').map(({ shard }) => shard)).toEqual(['1/2', '2/2']);
  });

  it('are not needed for one shard', () => expect(telemetryParts(1, 'a')).toEqual([]));
});
