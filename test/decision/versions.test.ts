import { describe, expect, it } from '@jest/globals';
import { isUserError } from '../../src/core/index.ts';
import { nextBeta, parseBetaTag, parseBetaVersion } from '../../src/decision/index.ts';

describe('parseBetaVersion', () => {
  it.each([
    ['2.5.0-beta.1', '2.5.0', 1],
    ['0.0.1-beta.0', '0.0.1', 0],
    ['10.20.30-beta.99', '10.20.30', 99],
  ])('reads %s', (version, base, number) => {
    expect(parseBetaVersion(version)).toEqual({ version, base, number, tag: `v${version}` });
  });

  it.each([
    ['2.5.0', 'write 2.5.0-beta.1'],
    ['v2.5.0-beta.1', 'write 2.5.0-beta.1'],
    ['2.5.0-beta', '2.5.0-beta.1'],
    ['2.5.0-beta.1+build.5', 'write 2.5.0-beta.1'],
    ['2.5.0-beta.01', '<number>'],
    ['2.5.0-beta.1.1', '2.5.0-beta.1'],
    ['2.5.0-rc.1', '2.5.0-beta.1'],
    ['2.5-beta.1', '<number>'],
    [' 2.5.0-beta.1', 'write 2.5.0-beta.1'],
    ['2.5.0-Beta.1', '2.5.0-beta.1'],
    ['', '<number>'],
    [`2.5.0-beta.${'9'.repeat(400)}`, '<number>'],
  ])('refuses %j and says what to write', (version, todo) => {
    let thrown: unknown;
    try {
      parseBetaVersion(version);
    } catch (error) {
      thrown = error;
    }
    expect(isUserError(thrown) && thrown.problem).toMatchObject({ where: 'version', todo: expect.stringContaining(todo) });
  });
});

describe('parseBetaTag', () => {
  it('reads a tag', () => expect(parseBetaTag('v2.5.0-beta.3').number).toBe(3));
  it.each(['2.5.0-beta.3', 'vv2.5.0-beta.3', 'v2.5.0', 'refs/tags/v2.5.0-beta.3'])('refuses %s', (tag) => {
    expect(() => parseBetaTag(tag)).toThrow(/beta tag such as v2\.5\.0-beta\.1/);
  });
});

describe('nextBeta', () => {
  it.each([
    ['the first', [], 1],
    ['after the last', ['v2.5.0-beta.1'], 2],
    ['gaps are not filled', ['v2.5.0-beta.1', 'v2.5.0-beta.4'], 5],
    ['by number, not by text', ['v2.5.0-beta.9', 'v2.5.0-beta.10'], 11],
    ['build metadata is the same number', ['v2.5.0-beta.1', 'v2.5.0-beta.2+build.7'], 3],
    ['twice the same', ['v2.5.0-beta.1', 'v2.5.0-beta.1'], 2],
    ['other releases', ['v2.4.0', 'v2.4.0-beta.7', 'v2.6.0', 'v2.50.0-beta.8', 'v12.5.0-beta.9'], 1],
    [
      'what is no version',
      ['beta', 'v2.5.0-beta', 'v2.5.0-beta.x', '2.5.0-beta.8', 'v2.5.0-beta.1.9', 'v2.5.0-alpha.3', 'release/v2.5.0'],
      1,
    ],
    ['beta zero', ['v2.5.0-beta.0'], 1],
  ])('%s', (_name, tags, number) => {
    expect(nextBeta('2.5.0', tags)).toMatchObject({ version: `2.5.0-beta.${number}`, tag: `v2.5.0-beta.${number}` });
    expect(nextBeta('2.5.0', [...tags].reverse()).number).toBe(number);
  });

  it('takes a beta of the release as well', () => expect(nextBeta('2.5.0-beta.1', ['v2.5.0-beta.1']).number).toBe(2));

  it.each([['v2.5.0'], ['v2.5.0+build.1'], ['v2.5.0-rc.1']])('refuses a beta after %s', (tag) => {
    expect(() => nextBeta('2.5.0', ['v2.5.0-beta.1', tag])).toThrow(/ranks above every beta of 2\.5\.0/);
  });

  it.each(['v2.5.0', '2.5', '2.5.0-rc.1', '2.5.0+build', 'latest'])('refuses the release %s', (version) => {
    expect(() => nextBeta(version, [])).toThrow(/a release such as 2\.5\.0/);
  });
});
