import { describe, expect, it } from '@jest/globals';
import { concludeRules } from '../../src/decision/apply-waivers.ts';
import { matchesName, matchesPath } from '../../src/decision/patterns.ts';
import type { RuleOutcome } from '../../src/decision/record.ts';
import { sectionOf } from '../../src/decision/release-notes.ts';
import { parseBetaVersion } from '../../src/decision/versions.ts';

describe('matchesName', () => {
  it.each([
    ['slo-gate', 'slo-gate'],
    ['slo-gate', '*'],
    ['', '*'],
    ['slo-gate', 'slo-*'],
    ['slo-gate', '*gate'],
    ['a.b.c', 'a*b*c'],
    ['aba', 'ab*a'],
    ['http_req_duration: p(95)<300', 'http_req_duration: p(95)<*'],
    ['v2.5.0-beta.10', 'v*-beta*'],
    ['aXbXc', '*X*X*'],
  ])('%j fits %j', (name, pattern) => expect(matchesName(name, pattern)).toBe(true));

  it.each([
    ['slo-gate', 'slo-gat'],
    ['slo-gate', 'lo-*'],
    ['slo-gate', '*gat'],
    ['aba', 'ab*ba'],
    ['ab', 'a*b*b'],
    ['aXc', '*X*X*'],
    ['v2x5', 'v2.5'],
    ['gate', 'g.te'],
    ['gate', 'ga?e'],
    ['gate', ''],
  ])('%j does not fit %j', (name, pattern) => expect(matchesName(name, pattern)).toBe(false));
});

describe('matchesPath', () => {
  it.each([
    ['engine/a/b.ts', ['engine/**'], true],
    ['engine/.a/.b', ['engine/**'], true],
    ['engine', ['ui/**', 'engine'], true],
    ['engines/a.ts', ['engine/**'], false],
    ['a/engine/b.ts', ['engine/**'], false],
    ['engine/a/b.ts', ['engine/*'], false],
  ])('%s in %j: %p', (path, patterns, fits) => expect(matchesPath(path, patterns)).toBe(fits));
});

describe('concludeRules', () => {
  const rule = (outcome: RuleOutcome['outcome']): RuleOutcome => ({ rule: 'subject', match: 'x', outcome, tagOnly: false, codes: [] });
  it.each<readonly [RuleOutcome['outcome'][], string, number]>([
    [[], 'NO-GO', 1],
    [['holds'], 'GO', 0],
    [['holds', 'waived'], 'CONDITIONAL', 0],
    [['waived', 'inconclusive'], 'NO-GO', 2],
    [['inconclusive', 'broken'], 'NO-GO', 1],
  ])('%j is %s', (outcomes, outcome, exit) => expect(concludeRules(outcomes.map(rule))).toEqual({ outcome, exit }));
});

describe('sectionOf', () => {
  const beta = parseBetaVersion('2.5.0-beta.1');
  it.each([
    ['by the beta', '# N\n## 2.5.0\na\n## v2.5.0-beta.1\nb\n## 2.4.0\nc', '## v2.5.0-beta.1\nb'],
    ['by the release', '## [2.5.0] - 2026-11-22\na\n### Added\nb\n## 2.4.0\nc', '## [2.5.0] - 2026-11-22\na\n### Added\nb'],
    ['at the end', '## 2.4.0\nc\n## 2.5.0\na', '## 2.5.0\na'],
    ['not of a longer version', '## 12.5.0\na\n## 2.5.0-beta.10\nb\n## 2.5.0.1\nc', undefined],
    ['not inside a fence', '```\n## 2.5.0\n```\n## 2.4.0', undefined],
    ['not a plain line', '2.5.0\n#2.5.0\n', undefined],
    ['with Windows lines', '## 2.5.0\r\na\r\n## 2.4.0\r\n', '## 2.5.0\na'],
  ])('%s', (_name, markdown, section) => expect(sectionOf(markdown, beta)).toBe(section));
});
