import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/core/index.ts';
import { type DecisionInput, filesNamedBy, readChecklist } from '../../src/decision/index.ts';
import { decideCase, onMain, summaryOf, text, withSlo } from './example.ts';

const item = (evidence: string) => ({
  checklist: onMain('readiness.yml', `version: 1\nitems:\n  - id: one\n    title: One\n    evidence: [${evidence}]\n`),
});
const waiver = {
  waivers: onMain(
    'waivers.yml',
    'version: 1\nwaivers: [{ rule: readiness, match: one, reason: r, owner: ada, effectiveOn: 2026-11-20, effectiveUntil: 2026-11-25 }]',
  ),
};
const forVersion = { version: '2.5.0-beta.1' };
const files = (name: string, content: string) => ({ files: [text(name, content)] });
const artifact = (name: string, digest = 'a'.repeat(64)) => ({ artifacts: [{ name, sha256: digest }] });
const finding = (code: string) => ({
  evidence: withSlo({ verdict: 'warn', findings: [{ code, level: 'warning', args: {} }] }),
});

type Case = readonly [name: string, changes: Partial<DecisionInput>, outcome: string, exit: number, codes: readonly string[]];

const cases: readonly Case[] = [
  ['gate: passed', item('{ kind: gate, gate: slo-gate }'), 'GO', 0, []],
  [
    'gate: failed, waived as a gate',
    { ...item('{ kind: gate, gate: slo-gate }'), required: ['determinism-check'], evidence: withSlo({ verdict: 'fail' }) },
    'NO-GO',
    1,
    ['readiness-gate'],
  ],
  [
    'gate: inconclusive',
    { ...item('{ kind: gate, gate: slo-gate }'), required: ['determinism-check'], evidence: withSlo({ verdict: 'inconclusive' }) },
    'NO-GO',
    2,
    ['readiness-gate'],
  ],
  ['gate: without evidence', item('{ kind: gate, gate: telemetry-scan }'), 'NO-GO', 1, ['readiness-gate']],
  ['gate: waived', { ...item('{ kind: gate, gate: telemetry-scan }'), ...waiver }, 'CONDITIONAL', 0, []],
  [
    'gate: an open finding',
    { ...item('{ kind: gate, gate: slo-gate, without: ["slo-gate/critical-*"] }'), ...finding('slo-gate/critical-key') },
    'NO-GO',
    1,
    ['readiness-open-finding'],
  ],
  [
    'gate: other findings',
    { ...item('{ kind: gate, gate: slo-gate, without: ["slo-gate/critical-*"] }'), ...finding('slo-gate/minor') },
    'GO',
    0,
    [],
  ],
  ['check: passed', item('{ kind: check, gate: slo-gate, id: main }'), 'GO', 0, []],
  ['check: another id', item('{ kind: check, gate: slo-gate, id: seven days }'), 'NO-GO', 1, ['readiness-check']],
  ['check: of a gate without evidence', item('{ kind: check, gate: telemetry-scan, id: main }'), 'NO-GO', 1, ['readiness-check']],
  [
    'measurement: enough',
    {
      ...item('{ kind: measurement, gate: slo-gate, id: days, at-least: 7 }'),
      evidence: withSlo({ measurements: [{ id: 'days', value: 7, unit: 'days' }] }),
    },
    'GO',
    0,
    [],
  ],
  [
    'measurement: too little',
    {
      ...item('{ kind: measurement, gate: slo-gate, id: days, at-least: 7 }'),
      evidence: withSlo({ measurements: [{ id: 'days', value: 6, unit: 'days' }] }),
    },
    'NO-GO',
    1,
    ['readiness-measurement'],
  ],
  ['measurement: absent', item('{ kind: measurement, gate: slo-gate, id: days, at-least: 7 }'), 'NO-GO', 2, ['readiness-measurement']],
  ['artifact: attached', { ...item('{ kind: artifact, name: report }'), ...artifact('report') }, 'GO', 0, []],
  ['artifact: missing', item('{ kind: artifact, name: report }'), 'NO-GO', 1, ['readiness-artifact-missing']],
  ['artifact: the one', { ...item(`{ kind: artifact, name: report, sha256: ${'a'.repeat(64)} }`), ...artifact('report') }, 'GO', 0, []],
  [
    'artifact: another one',
    { ...item(`{ kind: artifact, name: report, sha256: ${'a'.repeat(64)} }`), ...artifact('report', 'b'.repeat(64)) },
    'NO-GO',
    1,
    ['readiness-artifact-changed'],
  ],
  ['file: there', { ...item('{ kind: file, path: docs/a.md }'), ...files('docs/a.md', 'x') }, 'GO', 0, []],
  ['file: missing', item('{ kind: file, path: docs/a.md }'), 'NO-GO', 1, ['readiness-file-missing']],
  ['file: blank', { ...item('{ kind: file, path: docs/a.md }'), ...files('docs/a.md', ' \n') }, 'NO-GO', 1, ['readiness-file-missing']],
  [
    'file: says so',
    { ...item('{ kind: file, path: docs/a.md, contains: [rehearsed] }'), ...files('docs/a.md', 'was rehearsed') },
    'GO',
    0,
    [],
  ],
  [
    'file: does not say so',
    { ...item('{ kind: file, path: docs/a.md, contains: [rehearsed] }'), ...files('docs/a.md', 'x') },
    'NO-GO',
    1,
    ['readiness-file-differs'],
  ],
  ['file: the digest', { ...item(`{ kind: file, path: docs/a.md, sha256: ${sha256('x')} }`), ...files('docs/a.md', 'x') }, 'GO', 0, []],
  [
    'file: another digest',
    { ...item(`{ kind: file, path: docs/a.md, sha256: ${sha256('y')} }`), ...files('docs/a.md', 'x') },
    'NO-GO',
    1,
    ['readiness-file-differs'],
  ],
  [
    'file: says the version',
    { ...item('{ kind: file, path: docs/a.md, contains: ["docs of {base}"] }'), ...files('docs/a.md', 'docs of 2.5.0'), ...forVersion },
    'GO',
    0,
    [],
  ],
  [
    'file: says another version',
    { ...item('{ kind: file, path: docs/a.md, contains: ["docs of {base}"] }'), ...files('docs/a.md', 'docs of 2.4.0'), ...forVersion },
    'NO-GO',
    1,
    ['readiness-file-differs'],
  ],
  [
    'note: there',
    {
      ...item('{ kind: release-note, contains: ["docs {version}"] }'),
      ...files('VERSIONING_AND_RELEASE_NOTES.md', '# Notes\n## v2.5.0-beta.1\ndocs 2.5.0-beta.1\n## 2.4.0\n'),
      ...forVersion,
    },
    'GO',
    0,
    [],
  ],
  [
    'note: in the section of another version',
    {
      ...item('{ kind: release-note, contains: ["docs"] }'),
      ...files('VERSIONING_AND_RELEASE_NOTES.md', '## v2.5.0-beta.1\n## 2.4.0\ndocs\n'),
      ...forVersion,
    },
    'NO-GO',
    1,
    ['readiness-note-missing'],
  ],
  ['note: no file', { ...item('{ kind: release-note, contains: ["docs"] }'), ...forVersion }, 'NO-GO', 1, ['readiness-note-missing']],
  ['statement: made', item('{ kind: statement, by: ada, on: 2026-11-20, link: "https://example.com/1" }'), 'GO', 0, []],
  [
    'statement: of tomorrow',
    item('{ kind: statement, by: ada, on: 2026-11-23, link: "https://example.com/1" }'),
    'NO-GO',
    1,
    ['readiness-statement-date'],
  ],
  [
    'statement: young enough',
    item('{ kind: statement, by: ada, on: 2026-11-20, link: "https://example.com/1", max-age: 2d }'),
    'GO',
    0,
    [],
  ],
  [
    'statement: too old',
    item('{ kind: statement, by: ada, on: 2026-11-19, link: "https://example.com/1", max-age: 2d }'),
    'NO-GO',
    1,
    ['readiness-statement-date'],
  ],
  [
    'several proofs, all needed',
    { ...item('{ kind: gate, gate: slo-gate }, { kind: artifact, name: report }') },
    'NO-GO',
    1,
    ['readiness-artifact-missing'],
  ],
];

describe('the readiness checklist', () => {
  it.each(cases)('%s', (_name, changes, outcome, exit, codes) => {
    expect(summaryOf(decideCase(changes))).toEqual({ outcome, exit, codes: [...codes] });
  });

  it('cannot be met for a tag without a version, and says so', () => {
    const decision = decideCase({
      ...item('{ kind: release-note, contains: ["docs"] }'),
      ...files('VERSIONING_AND_RELEASE_NOTES.md', 'docs'),
    });
    expect(decision).toMatchObject({ outcome: 'GO', outcomeForTag: 'NO-GO' });
    expect(decision.findings).toMatchObject([{ code: 'decision-record/readiness-needs-version', level: 'note' }]);
  });

  it('names the files that it needs', () => {
    const { checklist } = item(
      '{ kind: release-note, contains: [x] }, { kind: file, path: b.md }, { kind: file, path: a.md }, { kind: file, path: b.md }',
    );
    expect(filesNamedBy(readChecklist(checklist))).toEqual(['VERSIONING_AND_RELEASE_NOTES.md', 'a.md', 'b.md']);
  });

  it.each([
    ['an unknown kind', item('{ kind: tick }'), /items\.0\.evidence\.0/],
    ['a statement without a link', item('{ kind: statement, by: ada, on: 2026-11-20 }'), /link/],
    ['a link that is not https', item('{ kind: statement, by: ada, on: 2026-11-20, link: "javascript:alert(1)" }'), /link/],
    ['a key of another kind', item('{ kind: gate, gate: slo-gate, sha256: x }'), /sha256/],
    ['an item without proof', item(''), /evidence/],
  ])('refuses %s', (_name, changes, message) => expect(() => decideCase(changes)).toThrow(message));
});
