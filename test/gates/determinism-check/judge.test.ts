import { describe, expect, it } from '@jest/globals';
import { digestOf, exhibit } from '../../../src/core/index.ts';
import type { DifferenceFacts, Facts, RunsFacts } from '../../../src/gates/determinism-check/facts.ts';
import { type Inputs, inputs as schema } from '../../../src/gates/determinism-check/inputs.ts';
import { judge } from '../../../src/gates/determinism-check/judge.ts';
import { words } from '../../../src/gates/determinism-check/words.ts';
import { measureIn } from './support/measure-plant.ts';
import { workspaceWith } from './support/workspace.ts';

const section = {
  run: 'pwd; mkdir out; echo "$PWD" > out/a.txt; date -d @1700000000 +%H > out/b.txt',
  outputs: ['out/**'],
  vary: ['build-path', 'timezone'],
};
const inputsOf = (more: object = {}): Inputs => schema.parse({ ...section, ...more });

async function measured(more: object = {}): Promise<Facts> {
  using workspace = workspaceWith({ 'in.txt': 'x' });
  return (await measureIn(workspace.path, { ...section, ...more })).facts;
}

describe('the judgement', () => {
  it('of two equal measurements is the same, to the byte', async () => {
    // An output that holds the whole path has another digest in each temporary folder; its last segment is always the same.
    const run = 'mkdir out; basename "$PWD" > out/a.txt; date -d @1700000000 +%H > out/b.txt';
    const [one, other] = [await measured({ run }), await measured({ run })];
    expect(digestOf(one)).toBe(digestOf(other));
    expect(digestOf(judge(one, inputsOf()))).toBe(digestOf(judge(other, inputsOf())));
  });

  it('draws what the report can draw, and says every finding in words', async () => {
    const judgement = judge(await measured(), inputsOf());
    expect(judgement.exhibits.map((one) => exhibit.parse(one).kind)).toEqual(['grid', 'diff', 'diff', 'diff', 'grid', 'table']);
    expect(judgement.headline.length).toBeLessThanOrEqual(80);
    for (const { code, args } of judgement.findings) {
      const text = words[code].message(args as never);
      expect(text).not.toMatch(/undefined|\[object|NaN/);
      expect(text).not.toContain('testops-determinism-');
    }
    expect(judgement.findings.map(({ code, place }) => [code, place?.file])).toEqual([
      ['determinism-check/differs-when-varied', undefined],
      ['determinism-check/differs-when-varied', 'out/a.txt'],
      ['determinism-check/differs-when-varied', 'out/b.txt'],
    ]);
  });

  const runs: RunsFacts = {
    variations: [{ id: 'time', applied: false, reason: { kind: 'no-tool', tool: 'faketime' } }],
    runs: [
      { kind: 'unvaried', ending: { kind: 'exit', code: 0 }, differs: false },
      { kind: 'unvaried', ending: { kind: 'exit', code: 0 }, differs: false },
    ],
    comparisons: 1,
    diverged: 0,
    furtherRuns: 0,
    outputs: { files: 1, bytes: 2, merkleRoot: '0'.repeat(64) },
    stdoutBytes: 0,
    stderrBytes: 0,
    emptyPatterns: [],
    unreadable: [],
    trouble: [],
    leftRunning: [],
    changedOutside: [],
    differences: [],
  };
  const verdictOf = (change: Partial<RunsFacts>, more: object = {}): string =>
    judge({ runs: { ...runs, ...change }, accepted: [] }, inputsOf(more)).verdict;
  const difference: DifferenceFacts = {
    target: { type: 'file', path: 'out/a.txt' },
    aspects: ['content'],
    attribution: { kind: 'not-attributed', rates: [{ of: 'unvaried', diverged: 0, runs: 2 }] },
    explanation: { diff: [], causes: [] },
  };

  it('never passes what was not measured', () => {
    expect(verdictOf({})).toBe('pass');
    expect(verdictOf({ runs: [] })).toBe('inconclusive');
    expect(verdictOf({ emptyPatterns: ['x'] })).toBe('inconclusive');
    expect(verdictOf({ unreadable: [{ path: 'out/a', reason: 'no permission' }] })).toBe('inconclusive');
    expect(verdictOf({ trouble: [{ run: 'varied', detail: 'no space' }] })).toBe('inconclusive');
    expect(verdictOf({}, { 'require-variations': ['all'] })).toBe('inconclusive');
    expect(verdictOf({}, { 'require-variations': ['time'], vary: ['time'] })).toBe('inconclusive');
    expect(verdictOf({ neededUnvaried: 60 }, { 'max-divergence-rate': 0.05 })).toBe('inconclusive');
    expect(
      verdictOf({ stoppedEarly: 'timed-out', runs: [{ kind: 'unvaried', ending: { kind: 'timeout', seconds: 1 }, differs: false }] }),
    ).toBe('inconclusive');
    expect(judge({ accepted: [] }, inputsOf()).verdict).toBe('inconclusive');
  });

  it('lets a difference outrank what could not be measured', () => {
    expect(verdictOf({ differences: [difference], emptyPatterns: ['x'], trouble: [{ run: 'varied', detail: 'no space' }] })).toBe('fail');
  });

  it('fails a command that sometimes fails even when its code is not compared', () => {
    const failing = [...runs.runs, { kind: 'varied' as const, ending: { kind: 'exit' as const, code: 1 }, differs: false }];
    expect(verdictOf({ runs: failing }, { compare: ['outputs'] })).toBe('fail');
  });
});
