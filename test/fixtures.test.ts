import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseEvidence } from '../src/core/index.ts';
import { runCli } from './support/cli.ts';
import { DIST } from './support/dist.ts';
import { createRepository } from './support/repository.ts';

/**
 * Walks fixtures/<gate>/<outcome>.<case>/: each case is a small repository with a testops.yml, run by the command as a whole process. expected.json,
 * written by hand, says the exit code, the verdict, the codes of all findings and words that the person must read.
 */
const expectedSchema = z.strictObject({
  exit: z.number(),
  verdict: z.enum(['pass', 'warn', 'fail', 'inconclusive']).optional(),
  codes: z.array(z.string()).default([]),
  text: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
});

const EXITS = { pass: 0, warn: 0, fail: 1, inconclusive: 2, error: 3 } as const;
const root = resolve('fixtures');
const cases = await listCases();

describe('fixtures', () => {
  it('are there', () => {
    expect(cases.length).toBeGreaterThanOrEqual(25);
  });

  for (const { gate, name } of cases) {
    // Each case is a process and a repository of its own, which mostly wait for the disk.
    it.concurrent(`${gate}/${name}`, async () => {
      const folder = join(root, gate, name);
      const expected = expectedSchema.parse(JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')));
      expect(expected.exit).toBe(EXITS[name.split('.')[0] as keyof typeof EXITS]);
      await using repository = await createRepository();
      await cp(folder, repository.path, { recursive: true, filter: (path) => !path.endsWith('expected.json') });
      await repository.commit('the case');
      const config = await stat(join(repository.path, 'testops.yml')).then(
        () => ['--config', 'testops.yml'],
        () => [],
      );
      const run = await runCli({
        dist: DIST,
        args: [gate, ...config, '--json', ...expected.args],
        cwd: repository.path,
        env: expected.env,
      });
      expect({ exit: run.exitCode, stderr: run.exitCode === expected.exit ? '' : run.stderr }).toEqual({ exit: expected.exit, stderr: '' });
      for (const text of expected.text) expect(run.stderr + run.stdout).toContain(text);
      if (expected.exit === 3) {
        expect(run.stdout).toBe('');
        for (const field of ['found:', 'expected:', 'do:']) expect(run.stderr).toContain(field);
        return;
      }
      const evidence = parseEvidence(new TextEncoder().encode(run.stdout.trimEnd()), 'stdout');
      const own = evidence.predicate['https://testops.github.io/beta-gates/evidence/v1'];
      expect(own.verdict).toBe(expected.verdict);
      expect([...new Set(own.findings.map((finding) => finding.code))].sort()).toEqual([...new Set(expected.codes)].sort());
    }, 60_000);
  }
});

async function listCases(): Promise<readonly { readonly gate: string; readonly name: string }[]> {
  const cases: { gate: string; name: string }[] = [];
  // `bundles` holds decisions of older versions: test/decision/rules-versions.test.ts.
  for (const gate of (await readdir(root)).filter((name) => name !== 'bundles').sort()) {
    for (const name of (await readdir(join(root, gate))).sort()) {
      if (/^(pass|warn|fail|inconclusive|error)\./.test(name)) cases.push({ gate, name });
    }
  }
  return cases;
}
