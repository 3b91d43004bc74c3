import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isUserError } from '../../../src/core/index.ts';
import { measureIn } from './support/measure-plant.ts';
import { workspaceWith } from './support/workspace.ts';

const someday = { reason: 'known', owner: 'team', effectiveOn: '2020-01-01' };

describe('runs', () => {
  it('see equal copies at one path, and another path when that is varied', async () => {
    using workspace = workspaceWith({ 'in.txt': 'x' });
    const { facts } = await measureIn(workspace.path, { run: 'pwd', runs: 4, vary: ['build-path'] });
    expect(facts.runs?.runs.slice(0, 4).map(({ kind, differs }) => [kind, differs])).toEqual([
      ['unvaried', false],
      ['unvaried', false],
      ['unvaried', false],
      ['varied', true],
    ]);
    expect(facts.runs?.comparisons).toBe(2);
  });

  it('go side by side, and see one path all the same, where mounts are allowed', async () => {
    using workspace = workspaceWith({ 'in.txt': 'x' });
    const { facts, verdict } = await measureIn(workspace.path, {
      run: 'pwd; echo "$TMPDIR"; cat in.txt > out.txt',
      outputs: ['out.txt'],
      runs: 7,
      vary: ['umask', 'home'],
      concurrency: 3,
    });
    expect([verdict, facts.runs?.differences]).toEqual(['pass', []]);
  });

  it('stop early on a divergence when a rate is asked for, and make as many as it needs when there is none', async () => {
    using workspace = workspaceWith();
    const random = await measureIn(workspace.path, {
      run: 'cat /proc/sys/kernel/random/uuid',
      vary: ['umask'],
      'max-divergence-rate': 0.05,
    });
    expect([random.verdict, random.facts.runs?.stoppedEarly]).toEqual(['fail', 'diverged']);
    expect(random.facts.runs?.runs.length).toBeLessThan(6);
    // 0.3 at 95 %: ln 0.05 / ln 0.7 = 8.4, so 9 comparisons, 10 unvaried runs and a varied one.
    const steady = await measureIn(workspace.path, { run: 'echo x', vary: ['umask'], 'max-divergence-rate': 0.3 });
    expect([steady.verdict, steady.facts.runs?.runs.length, steady.facts.runs?.comparisons]).toEqual(['pass', 11, 9]);
  });

  it('attribute by variable and count what that took', async () => {
    using workspace = workspaceWith();
    const { facts } = await measureIn(workspace.path, {
      run: 'echo "$PAGER"',
      vary: ['environment', 'umask', 'home', 'build-path'],
    });
    const [difference] = facts.runs?.differences ?? [];
    expect(difference?.attribution).toEqual({ kind: 'named', culprits: [[{ variation: 'environment', variable: 'PAGER' }]] });
    // 4 variations: 2 + 2; its variables: 4 more at most (9 to 16 of them).
    expect(difference?.search?.runs).toBeLessThanOrEqual(8);
    expect(difference?.search?.runs).toBe(facts.runs?.furtherRuns);
  });

  it('name two variations that only together make a difference', async () => {
    using workspace = workspaceWith();
    const run = 'if [ "$(umask)" = 0077 ] && [ "$(basename "$HOME")" = home-2 ]; then echo both; else echo plain; fi';
    const { facts } = await measureIn(workspace.path, { run, vary: ['environment', 'umask', 'home', 'build-path', 'exec-path'] });
    expect(facts.runs?.differences[0]?.attribution).toEqual({
      kind: 'named',
      culprits: [[{ variation: 'home', variable: 'HOME' }, { variation: 'umask' }]],
    });
  });

  it('do not search when the whole environment is written down, and say so', async () => {
    using workspace = workspaceWith();
    const { facts } = await measureIn(workspace.path, {
      run: 'env | LC_ALL=C sort | grep -v FAKETIME',
      vary: ['environment', 'umask', 'home', 'exec-path', 'timezone', 'temp-folder'],
    });
    const [difference] = facts.runs?.differences ?? [];
    expect(difference?.explanation.causes[0]?.id).toBe('environment');
    expect(facts.runs?.furtherRuns).toBeLessThanOrEqual(2);
  });

  it('accept a known difference by output, by cause and by variation, and nothing beyond it', async () => {
    using workspace = workspaceWith();
    const run = 'date -d @1700000000 +%T > stamp.txt; cat /proc/sys/kernel/random/uuid > id.txt';
    const section = { run, outputs: ['*.txt', '!never.txt'], vary: ['timezone'] };
    const verdictWith = async (...matches: string[]) => {
      const accepted = matches.map((match) => ({ ...someday, match, effectiveUntil: '2999-12-31' }));
      const { verdict, codes } = await measureIn(workspace.path, { ...section, accepted });
      return [verdict, codes.filter((code) => code.includes('accepted'))];
    };
    expect(await verdictWith('stamp.txt')).toEqual(['fail', []]);
    expect(await verdictWith('stamp.txt', 'id.txt cause:uuid')).toEqual(['pass', []]);
    expect(await verdictWith('variation:timezone', 'cause:uuid')).toEqual(['pass', []]);
    expect(await verdictWith('stamp.txt variation:umask', 'id.txt')).toEqual(['fail', ['determinism-check/accepted-unused']]);
    const expired = { ...someday, match: '*.txt', effectiveUntil: '2020-02-01' };
    const { verdict, codes } = await measureIn(workspace.path, { ...section, accepted: [expired] });
    expect([verdict, codes.includes('determinism-check/accepted-expired')]).toEqual(['fail', true]);
  });
});

describe('manifests', () => {
  const section = { outputs: ['out/**'], vary: ['umask'], runs: 2 };

  /** Two machines that write the given texts, each with its manifest. */
  async function machines(texts: readonly string[], run = 'mkdir out && cp in.txt out/a.txt && echo b > out/b.txt'): Promise<string[]> {
    const manifests: string[] = [];
    for (const [at, text] of texts.entries()) {
      using machine = workspaceWith({ 'in.txt': text });
      await measureIn(machine.path, { ...section, run, manifest: 'm.jsonl', part: `${at + 1}-of-${texts.length}` });
      manifests.push(readFileSync(join(machine.path, 'm.jsonl'), 'utf8'));
    }
    return manifests;
  }

  async function compare(manifests: readonly string[], more: object = {}) {
    using workspace = workspaceWith(Object.fromEntries(manifests.map((text, at) => [`parts/${at}.jsonl`, text])));
    const { verdict, codes, facts } = await measureIn(workspace.path, { manifests: ['parts/*.jsonl'], ...more });
    return { verdict, codes, facts };
  }

  it('of machines that agree pass; a difference fails and names the output', async () => {
    const same = await machines(['x', 'x', 'x']);
    expect((await compare(same)).verdict).toBe('pass');
    const [one = '', other = ''] = await machines(['x', 'y']);
    const { verdict, codes, facts } = await compare([one, other]);
    expect([verdict, codes]).toEqual(['fail', ['determinism-check/machines-differ']]);
    expect(facts.manifests?.differences.map(({ target, aspect }) => [target, aspect])).toEqual([
      [{ type: 'file', path: 'out/a.txt' }, 'content'],
    ]);
  });

  it('that are missing, alone, of another command or of a machine that failed are no pass', async () => {
    const [first = '', second = ''] = await machines(['x', 'x', 'x']);
    expect((await compare([first, second])).codes).toEqual(['determinism-check/part-missing']);
    expect(await compare([first, second])).toMatchObject({ verdict: 'inconclusive' });
    expect(await compare([])).toMatchObject({ verdict: 'inconclusive' });
    const [alone = ''] = await machines(['x']);
    expect(await compare([alone])).toMatchObject({ verdict: 'inconclusive', codes: ['determinism-check/one-manifest'] });
    const [, foreign = ''] = await machines(['x', 'x'], 'mkdir out && cp in.txt out/a.txt && echo b  > out/b.txt');
    const [own = ''] = await machines(['x', 'x']);
    expect(await compare([own, foreign])).toMatchObject({ verdict: 'inconclusive', codes: ['determinism-check/other-command'] });
    const random = 'mkdir out && cp in.txt out/a.txt && umask > out/b.txt';
    expect(await compare(await machines(['x', 'x'], random))).toMatchObject({
      verdict: 'fail',
      codes: ['determinism-check/part-verdict', 'determinism-check/part-verdict'],
    });
  });

  it('that were cut off, edited or given twice are refused', async () => {
    const [first = '', second = ''] = await machines(['x', 'x']);
    const refused = async (...manifests: string[]) => {
      const error = await compare(manifests).catch((thrown: unknown) => thrown);
      return isUserError(error) ? error.problem.found : 'accepted';
    };
    expect(await refused(first, second.split('\n').slice(0, 2).join('\n'))).toBe('1 entries where the header says 2');
    expect(await refused(first, second.replace('"size":2', '"size":3'))).toBe('entries that do not give the Merkle root of the header');
    expect(await refused(first, '')).toBe('an empty file');
    expect(await refused(first, 'not a manifest\n')).toBe('a first line that is no manifest header');
    expect(await refused(first, first)).toBe('part 1-of-2 a second time');
  });

  it('compare with what runs here as well', async () => {
    const run = 'mkdir out && cp in.txt out/a.txt && echo b > out/b.txt';
    using workspace = workspaceWith({ 'in.txt': 'here' });
    const [there = ''] = await machines(['there'], run);
    writeFileSync(join(workspace.path, 'there.jsonl'), there.replace('"part":"1-of-1",', ''));
    const { verdict, codes } = await measureIn(workspace.path, { ...section, run, manifests: ['there.jsonl'] });
    expect([verdict, codes]).toEqual(['fail', ['determinism-check/machines-differ']]);
  });
});
