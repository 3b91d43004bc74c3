import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository, type Files, type TestRepository } from '../support/repository.ts';

const VERSION = '1.0.0-beta.3';
const STRICT = 'http_req_duration: p(95)<1';
const configuration = (threshold: string, more = '', decision = '{ policy: policy.yml, checklist: readiness.yml, waivers: waivers.yml }') =>
  `version: 1\nslo-gate:\n  thresholds: ["${threshold}"]\n  results: [load/*.json]\n${more}telemetry-scan: { paths: [logs/**] }\ndecision-record: ${decision}\n`;

/** What the default branch agrees on; the measurement below misses its limit. */
const AGREED: Files = {
  '.github/testops.yml': configuration(STRICT),
  'policy.yml': 'version: 1\n',
  'waivers.yml': 'version: 1\nwaivers: []\n',
  'readiness.yml': 'version: 1\nitems: [{ id: fast, title: Fast, evidence: [{ kind: gate, gate: slo-gate }] }]\n',
  '.gitignore': 'testops-evidence\ntestops-out\nload\nlogs\n',
};

const WAIVER =
  'version: 1\nwaivers:\n  - { rule: gate-passed, match: slo-gate, reason: r, owner: o, effectiveOn: 2020-01-01, effectiveUntil: 2099-01-01 }\n';

/** One thing that the author of a commit can do without touching the default branch or the measurement. */
type Edit = { readonly name: string; readonly run: (repository: TestRepository) => Promise<unknown> };

const write = (name: string, files: Files): Edit => ({ name, run: (repository) => repository.write(files) });
const path = fc.constantFrom('.github/testops.yml', 'testops.yml');
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .record({ at: path, limit: fc.constantFrom(1, 60000, 1e9) })
    .map(({ at, limit }) => write(`${at}: p(95)<${limit}`, { [at]: configuration(`http_req_duration: p(95)<${limit}`) })),
  path.map((at) => write(`${at}: required: false`, { [at]: configuration(STRICT, '  required: false\n') })),
  path.map((at) => write(`${at}: no slo-gate`, { [at]: 'version: 1\ntelemetry-scan: { paths: [logs/**] }\n' })),
  path.map((at) => write(`${at}: other results`, { [at]: configuration(STRICT).replace('load/*.json', 'nothing/*.json') })),
  path.map((at) => write(`${at}: required: [telemetry-scan]`, { [at]: configuration(STRICT, '', '{ required: [telemetry-scan] }') })),
  path.map((at) => ({
    name: `remove ${at}`,
    run: (repository: TestRepository) => repository.git('rm', '--quiet', '--force', '--ignore-unmatch', at),
  })),
  fc.constant(write('waive it', { 'waivers.yml': WAIVER })),
  fc.constant(write('no policy', { 'policy.yml': 'version: 1\nwaivers: { owners: ["*"] }\n' })),
  fc.constant(
    write('an easy checklist', {
      'readiness.yml': 'version: 1\nitems: [{ id: x, title: X, evidence: [{ kind: gate, gate: telemetry-scan }] }]\n',
    }),
  ),
  fc
    .record({
      tag: fc.constantFrom(
        'v1.0.0-beta.1',
        '1.0.0-beta.1',
        'v1.0.0-beta.2',
        '1.0.0-beta.2',
        'v1.0.0-beta.2+own',
        'v0.9.0-beta.7',
        'v1.0.0-beta.9',
      ),
      at: fc.constantFrom('HEAD', 'HEAD~1', 'main'),
    })
    .map(({ tag, at }) => ({
      name: `tag ${tag} at ${at}`,
      run: async (repository: TestRepository) => repository.git('tag', '--force', tag, await commitAt(repository, at)),
    })),
  fc.constant({ name: 'a commit', run: (repository: TestRepository) => repository.commit('more') }),
  fc.constant(write('a ledger of its own', { 'decisions.jsonl': '{"outcome":"GO"}\n', 'slo.jsonl': '{}\n' })),
);

/** The first commit has no parent: there it is the commit itself. */
async function commitAt(repository: TestRepository, at: string): Promise<string> {
  return repository.git('rev-parse', '--verify', '--quiet', at).catch(() => repository.git('rev-parse', 'HEAD'));
}

const runs = process.env.TESTOPS_FULL ? 60 : 8;

describe('what the author of a commit can edit', () => {
  it('never turns a NO-GO for a version into a GO', async () => {
    const results = await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8');
    let outcomes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 1, maxLength: 6 }), async (chosen) => {
        await using repository = await createRepository(AGREED);
        await repository.branch('topic');
        for (const edit of chosen) await edit.run(repository);
        await repository.commit('the edited commit');
        await repository.write({ 'load/k6.json': results, 'logs/app.log': '{"level":"info","msg":"started"}\n' });
        for (const gate of ['slo-gate', 'telemetry-scan']) await runCli({ dist: DIST, cwd: repository.path, args: [gate] });
        const args = ['decision-record', '--version', VERSION, '--default-branch', 'main', '--json'];
        const done = await runCli({ dist: DIST, cwd: repository.path, args });
        const outcome = done.stdout === '' ? `exit ${done.exitCode}` : (JSON.parse(done.stdout) as { outcome: string }).outcome;
        outcomes += 1;
        expect({ outcome, exit: done.exitCode }).toEqual(
          outcome === 'NO-GO' ? { outcome: 'NO-GO', exit: expect.any(Number) } : { outcome: 'exit 3', exit: 3 },
        );
        expect(done.exitCode).not.toBe(0);
      }),
      { numRuns: runs, endOnFailure: true },
    );
    expect(outcomes).toBe(runs);
  }, 600_000);

  it('and the same measurement within its limit is GO', async () => {
    await using repository = await createRepository({ ...AGREED, '.github/testops.yml': configuration('http_req_duration: p(95)<60000') });
    await repository.branch('topic');
    await repository.commit('nothing else');
    const results = await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8');
    await repository.write({ 'load/k6.json': results, 'logs/app.log': '{"level":"info","msg":"started"}\n' });
    for (const gate of ['slo-gate', 'telemetry-scan']) await runCli({ dist: DIST, cwd: repository.path, args: [gate] });
    const args = ['decision-record', '--version', VERSION, '--default-branch', 'main', '--json'];
    const done = await runCli({ dist: DIST, cwd: repository.path, args });
    expect(JSON.parse(done.stdout)).toMatchObject({ outcome: 'GO' });
  }, 60_000);
});
