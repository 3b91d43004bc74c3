import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exhibit } from '../../../src/core/index.ts';
import type { Facts, SeenHealth } from '../../../src/gates/deploy-preview/facts.ts';
import { inputs } from '../../../src/gates/deploy-preview/inputs.ts';
import { judge } from '../../../src/gates/deploy-preview/judge.ts';
import { words } from '../../../src/gates/deploy-preview/words.ts';

const COMMIT = 'a'.repeat(40);
const given = inputs.parse({ url: 'http://a.example' });
const replica = (id: string, ready = true) => ({ id, ready });
const health: SeenHealth = {
  kind: 'seen',
  status: 'ready',
  engine: { ready: true, version: '1' },
  runners: [replica('r2'), replica('r1')],
  gateways: [
    { ...replica('g1'), kind: 'sse' },
    { ...replica('g2'), kind: 'sse' },
  ],
  commit: COMMIT,
};
const facts: Facts = {
  commit: COMMIT,
  deployment: { kind: 'accepted', url: 'http://user:secret@preview.example/x?key=secret', commit: COMMIT, flags: {} },
  health,
};

describe('judging a preview', () => {
  it('passes when everything is there, and shows what is', () => {
    const judgement = judge(facts, given);
    expect(judgement).toMatchObject({ verdict: 'pass', findings: [], headline: '2/2 runners, 2/2 gateways ready' });
    expect(judgement.checks.map(({ id }) => id)).toEqual(['commit', 'deployment', 'engine', 'gateways', 'runners']);
    expect(judgement.measurements).toEqual([
      { id: 'gateways ready', value: 2, unit: 'gateways', limit: { comparison: '>=', value: 2 } },
      { id: 'runners ready', value: 2, unit: 'runners', limit: { comparison: '>=', value: 2 } },
    ]);
    expect(judgement.exhibits.map((shown) => exhibit.parse(shown))).toEqual(judgement.exhibits);
    expect(judgement.exhibits[0]).toMatchObject({ kind: 'topology', groups: [{ parts: [replica('r1'), replica('r2')] }, { needed: 2 }] });
    expect(JSON.stringify(judgement)).not.toContain('secret');
  });

  it('counts only what is ready', () => {
    const judgement = judge(
      { ...facts, health: { ...health, runners: [replica('r1'), replica('r2', false), replica('r3', false)] } },
      given,
    );
    expect(judgement).toMatchObject({ verdict: 'fail', headline: '1/2 runners, 2/2 gateways ready' });
    expect(judgement.findings).toEqual([
      { code: 'deploy-preview/too-few-runners', level: 'error', args: { ready: 1, needed: 2, listed: 3 } },
    ]);
    expect(words['deploy-preview/too-few-runners'].message({ ready: 1, needed: 2, listed: 3 })).toBe(
      '1 runner of 3 listed became ready; 2 are needed.',
    );
  });

  it('never passes on nothing', () => {
    const nothing: readonly Facts[] = [
      { commit: undefined, deployment: undefined, health: undefined },
      { ...facts, deployment: { kind: 'failure', reason: 'unreachable', detail: 'x' }, health: undefined },
      { ...facts, health: { kind: 'failure', reason: 'timeout', detail: 'x' } },
    ];
    for (const less of nothing) {
      const judgement = judge(less, given);
      expect(judgement.verdict).toBe('inconclusive');
      expect(judgement.findings.map(({ level }) => level)).toEqual(['error']);
      expect(judgement.measurements.map(({ value }) => value)).toEqual([null, null]);
    }
  });

  it('takes a flag only with the value that was sent', () => {
    const asked = inputs.parse({ url: 'http://a.example', flags: { a: true, b: 'on', toString: 'x' } });
    const reported = (flags: Record<string, boolean | string>) => judge({ ...facts, health: { ...health, flags } }, asked).findings;
    const differing = (flags: Record<string, boolean | string>) =>
      reported(flags).flatMap((finding) =>
        finding.code === 'deploy-preview/other-flags' && finding.args.call === 'GET /v1/health' ? finding.args.flags : [],
      );
    expect(differing({ a: true, b: 'on', toString: 'x', more: false })).toEqual([]);
    expect(differing({ a: 'true', b: 'on' })).toEqual(['a', 'toString']);
    expect(differing({})).toEqual(['a', 'b', 'toString']);
  });

  it('stays bounded, whatever the service lists', () => {
    const runners = Array.from({ length: 5000 }, (_, index) => ({ ...replica(`r${index}`.padEnd(5000, 'x')), version: `v${index}` }));
    const judgement = judge({ ...facts, health: { ...health, runners } }, given);
    expect(judgement.verdict).toBe('warn');
    expect(JSON.stringify(judgement).length).toBeLessThan(30_000);
  });

  it('has a page for every code, and no other', () => {
    const folder = join(import.meta.dirname, '../../../docs/findings/deploy-preview');
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(words)
        .map((code) => `${code.split('/')[1]}.md`)
        .sort(),
    );
    for (const page of readdirSync(folder)) {
      const text = readFileSync(join(folder, page), 'utf8');
      expect(text.startsWith(`# deploy-preview/${page.replace('.md', '')}\n`)).toBe(true);
      for (const heading of ['## What it means', '## Why it matters', '## How to fix it', '## How to allow it'])
        expect(text).toContain(heading);
    }
  });
});
