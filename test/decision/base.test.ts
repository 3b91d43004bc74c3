import { describe, expect, it } from '@jest/globals';
import type { DecisionInput } from '../../src/decision/index.ts';
import { COMMIT, comparedWith, decideCase, evidenceOf, OTHER_COMMIT, summaryOf, text } from './example.ts';

const version = '2.5.0-beta.1';
const known = comparedWith('version: 1', 'version: 1');
if (!known.base) throw new Error('no base');
const accepted = known.base;
const none = { ...accepted, bases: [], compared: [] };
const tagged = { tag: 'v2.4.0-beta.1', commit: OTHER_COMMIT };
const previousTag = { configuredInputs: { 'snapshot-compare': { baseline: 'tag:previous:snapshots' } } };
const levelsOf = (changes: Partial<DecisionInput>) =>
  decideCase({ version, ...changes }).findings.map(({ code, level }) => `${level} ${code.replace('decision-record/', '')}`);

/** docs/architecture.md. */
describe('base-accepted', () => {
  it.each<readonly [string, Partial<DecisionInput>, string, readonly string[]]>([
    ['a base', {}, 'GO', []],
    ['a first beta', { base: none }, 'GO', ['warning base-absent']],
    ['earlier tags, no base, no tag:previous', { base: { ...none, previous: tagged } }, 'GO', ['warning base-absent']],
    [
      '16: the same with tag:previous, on GitHub',
      { base: { ...none, previous: tagged }, ...previousTag },
      'NO-GO',
      ['error base-unaccepted'],
    ],
    ['16: and elsewhere', { base: { ...none, previous: tagged, asked: false }, ...previousTag }, 'GO', ['warning base-absent']],
    ['29: a first beta with tag:previous', { base: none, ...previousTag }, 'GO', ['warning base-absent']],
    ['12: an accepted beta that is no ancestor', { base: { ...none, elsewhere: tagged } }, 'NO-GO', ['error base-elsewhere']],
    [
      '22: a moved tag',
      { base: { ...accepted, moved: [{ tag: tagged.tag, commit: COMMIT, was: OTHER_COMMIT }] } },
      'GO',
      ['warning tag-moved-since'],
    ],
    ['files that steer measurements', { base: { ...accepted, steering: ['package.json'] } }, 'GO', ['warning steering-changed']],
  ])('%s', (_name, changes, outcome, findings) => {
    expect({ outcome: decideCase({ version, ...changes }).outcome, findings: levelsOf(changes) }).toEqual({ outcome, findings });
  });

  it('a gate has to compare with the previous beta of the bases', () => {
    const gates = { configured: ['snapshot-compare'], evidence: [evidenceOf('snapshot-compare', { previous: tagged })] } as const;
    expect(summaryOf(decideCase({ version, ...gates, base: { ...accepted, previous: tagged } }))).toMatchObject({ outcome: 'GO' });
    for (const previous of [undefined, { ...tagged, commit: COMMIT }, { ...tagged, tag: 'v2.4.0-beta.9' }]) {
      const base = { ...accepted, ...(previous === undefined ? {} : { previous }) };
      expect(summaryOf(decideCase({ version, ...gates, base }))).toMatchObject({ outcome: 'NO-GO', codes: ['previous-differs'] });
    }
  });
});

describe('policy-origin', () => {
  const broken = (code: string) => ({ outcome: 'NO-GO', exit: 1, codes: [code] });

  it('where the default branch is has to be known', () => {
    expect(summaryOf(decideCase({ version, defaultBranch: undefined }))).toEqual(broken('default-branch-not-asked'));
  });

  it.each(['head', 'origin-head', 'flag'] as const)('in a run of GitHub a clone does not say it (%s)', (source) => {
    const defaultBranch = { name: 'main', commit: OTHER_COMMIT, source };
    expect(summaryOf(decideCase({ version, defaultBranch }))).toEqual(broken('default-branch-not-asked'));
  });

  it('a checklist of the judged commit proves nothing', () => {
    const checklist = text('readiness.yml', 'version: 1\nitems: [{ id: a, title: A, evidence: [{ kind: gate, gate: slo-gate }] }]');
    expect(summaryOf(decideCase({ version, checklist }))).toEqual(broken('checklist-from-judged-commit'));
    expect(decideCase({ checklist })).toMatchObject({ outcome: 'GO', outcomeForTag: 'NO-GO' });
  });
});
