import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import { type EmulatedGithub, startGithub } from '../support/github.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { writeZip } from '../support/zip.ts';

const SALT = 'a salt of the tests, long enough for HMAC-SHA-256';
const CONFIG = `version: 1
determinism-check: { run: "cp input out.txt && sh machine.sh", outputs: [out.txt], runs: 2, vary: [umask] }
telemetry-scan: { paths: ["logs/*"] }
`;

/** Gates in parts: each job in a clone of its own, artifacts through the real client, in the order of the workflow. */
describeInFullCheck('gates in parts', () => {
  let results: ResultsService;
  let github: EmulatedGithub;
  let repository: TestRepository;
  let commit = '';
  let lastRun = 800;

  beforeAll(async () => {
    results = await startResultsService();
    repository = await createRepository({
      '.github/testops.yml': CONFIG,
      '.gitignore': 'testops-evidence\ntestops-out\n',
      input: 'the same\n',
      'machine.sh': 'test -z "$ODD" || echo odd >> out.txt\n',
      ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`logs/${name}.jsonl`, '{"n":1}\n'])),
    });
    commit = await repository.git('rev-parse', 'HEAD');
    github = await startGithub({ repositoryPath: repository.path, results });
  }, 60_000);
  afterAll(async () => {
    await github[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
    await results[Symbol.asyncDispose]();
  });

  interface Job {
    readonly id: number;
    readonly attempt?: number;
    readonly env?: Record<string, string>;
    /** Default `refs/heads/main`. */
    readonly ref?: string;
    /** Changes the clone before the actions run. */
    readonly spoil?: (clone: TestRepository) => Promise<unknown>;
  }

  /** Runs actions one after the other in a fresh clone, as the steps of one job; stops at the first that fails. */
  async function runJob(
    { id, attempt = 1, env = {}, ref = 'refs/heads/main', spoil }: Job,
    ...steps: readonly (readonly [string, Record<string, string>])[]
  ) {
    await using clone = await repository.clone();
    await spoil?.(clone);
    let variables: Record<string, string> = { TESTOPS_COMMIT: commit, TESTOPS_SALT: SALT, ...env };
    const done: ActionRun[] = [];
    for (const [action, inputs] of steps) {
      const run = await runAction({
        action,
        dist: DIST,
        inputs,
        event: createPushEvent(github, commit, ref),
        cwd: clone.path,
        env: variables,
        github,
        results,
        run: { id, attempt, job: action },
      });
      variables = { ...variables, ...run.exportedEnv };
      done.push(run);
      if (run.exitCode !== 0) break;
    }
    return done.at(-1) as ActionRun;
  }

  const machine = (job: Job, part: string) => runJob(job, ['determinism-check', { part, manifest: 'testops-out/manifest.jsonl' }]);
  const shard = (job: Job, of: string) => runJob(job, ['telemetry-scan', { shard: of, 'part-dir': 'testops-out/parts' }]);
  /** `digests`: outputs of the matrix job, as `toJSON(needs.….outputs)` gives them. */
  const mergeMachines = (job: Job, parts: number, digests: object) =>
    runJob(
      job,
      ['gate-inputs', { 'parts-of': 'determinism-check', parts: String(parts), 'part-digests': JSON.stringify(digests) }],
      ['determinism-check', { 'merge-parts': String(parts), manifests: 'testops-out/parts/determinism-check/*' }],
    );
  const mergeShards = (job: Job, parts: number, digests: object) =>
    runJob(
      job,
      ['gate-inputs', { 'parts-of': 'telemetry-scan', parts: String(parts), 'part-digests': JSON.stringify(digests) }],
      ['telemetry-scan', { 'merge-parts': String(parts), parts: 'testops-out/parts/telemetry-scan/*' }],
    );
  const digestOf = (run: ActionRun) => run.outputs['part-sha256'];
  const namesIn = (id: number) =>
    results
      .artifacts(id)
      .map(({ name }) => name)
      .sort();

  it('are planned as matrices, only where they are asked for and configured', async () => {
    const plan = (inputs: Record<string, string>) => runJob({ id: ++lastRun }, ['plan', inputs]);
    const without = await plan({});
    expect(without.outputs).toMatchObject({
      'determinism-parts': '[]',
      'determinism-count': '',
      'telemetry-parts': '[]',
      'telemetry-count': '',
    });
    const both = await plan({ 'determinism-matrix': 'ubuntu-24.04\nubuntu-24.04-arm', 'telemetry-shards': '3', 'runs-on': 'big' });
    expect(JSON.parse(both.outputs['determinism-parts'] ?? '')).toEqual([
      { index: 1, part: '1-of-2', 'runs-on': 'ubuntu-24.04' },
      { index: 2, part: '2-of-2', 'runs-on': 'ubuntu-24.04-arm' },
    ]);
    expect(JSON.parse(both.outputs['telemetry-parts'] ?? '')).toEqual(
      [1, 2, 3].map((index) => ({ index, shard: `${index}/3`, 'runs-on': 'big' })),
    );
    expect([both.outputs['determinism-count'], both.outputs['telemetry-count']]).toEqual(['2', '3']);
    const list = await plan({
      'determinism-matrix': '["macos-15",\n ["self-hosted", "odd"]]',
      gates: 'determinism-check',
      'telemetry-shards': '3',
    });
    expect(JSON.parse(list.outputs['determinism-parts'] ?? '').map((part: { 'runs-on': unknown }) => part['runs-on'])).toEqual([
      'macos-15',
      ['self-hosted', 'odd'],
    ]);
    expect(list.outputs['telemetry-count']).toBe('');
    for (const wrong of ['one', '["a", 7]', '["a"', Array.from({ length: 17 }, (_, at) => `l${at}`).join('\n')])
      expect({ wrong, exit: (await plan({ 'determinism-matrix': wrong })).exitCode }).toEqual({ wrong, exit: 3 });
  }, 60_000);

  it('give one verdict when every machine left its part', async () => {
    const id = ++lastRun;
    const parts = [await machine({ id }, '1-of-2'), await machine({ id }, '2-of-2')];
    expect(parts.map((run) => [run.exitCode, run.outputs.verdict, run.outputs['evidence-sha256']])).toEqual([
      [0, 'pass', undefined],
      [0, 'pass', undefined],
    ]);
    expect(namesIn(id)).toEqual(['testops-part-determinism-check-1-of-2-a1', 'testops-part-determinism-check-2-of-2-a1']);
    const merged = await mergeMachines({ id }, 2, { 'part-1': digestOf(parts[0] as ActionRun), 'part-2': digestOf(parts[1] as ActionRun) });
    expect({ exit: merged.exitCode, verdict: merged.outputs.verdict, log: merged.exitCode === 0 ? '' : merged.log }).toEqual({
      exit: 0,
      verdict: 'pass',
      log: '',
    });
    expect(merged.outputs['evidence-sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(namesIn(id)).toContain('testops-evidence-determinism-check-a1');
  }, 120_000);

  it('fail when a machine differs, and the part that was made again in a later attempt is the one that counts', async () => {
    const id = ++lastRun;
    const first = digestOf(await machine({ id }, '1-of-2'));
    const odd = digestOf(await machine({ id, env: { ODD: '1' } }, '2-of-2'));
    const merged = await mergeMachines({ id }, 2, { 'part-1': first, 'part-2': odd });
    expect([merged.exitCode, merged.outputs.verdict]).toEqual([1, 'fail']);
    const again = digestOf(await machine({ id, attempt: 2 }, '2-of-2'));
    const second = await mergeMachines({ id, attempt: 2 }, 2, { 'part-1': first, 'part-2': again });
    expect([second.exitCode, second.outputs.verdict]).toEqual([0, 'pass']);
    expect(namesIn(id)).toEqual(expect.arrayContaining(['testops-evidence-determinism-check-a1', 'testops-evidence-determinism-check-a2']));
  }, 120_000);

  it('are inconclusive when a part is missing, or nobody answers for one that is there', async () => {
    const id = ++lastRun;
    const first = digestOf(await machine({ id }, '1-of-2'));
    const lacking = await mergeMachines({ id }, 2, { 'part-1': first, 'part-2': '' });
    expect([lacking.exitCode, lacking.outputs.verdict]).toEqual([2, 'inconclusive']);
    expect(lacking.log).toContain('2-of-2');
    await machine({ id }, '2-of-2');
    const unclaimed = await mergeMachines({ id, attempt: 2 }, 2, { 'part-1': first });
    expect([unclaimed.exitCode, unclaimed.outputs.verdict]).toEqual([2, 'inconclusive']);
    const nobody = await mergeMachines({ id, attempt: 3 }, 2, {});
    expect([nobody.exitCode, nobody.outputs.verdict]).toEqual([2, 'inconclusive']);
  }, 120_000);

  it('are refused when somebody else put an artifact there', async () => {
    const id = ++lastRun;
    const first = digestOf(await machine({ id }, '1-of-2'));
    const second = digestOf(await machine({ id }, '2-of-2'));
    await results.plantArtifact({
      runId: id,
      name: 'testops-part-determinism-check-2-of-2-a2',
      bytes: writeZip([{ name: 'manifest.jsonl', content: 'x' }]),
    });
    const merged = await mergeMachines({ id, attempt: 2 }, 2, { 'part-1': first, 'part-2': second });
    expect(merged.exitCode).toBe(3);
    expect(merged.log).toContain('other contents');
    expect(merged.outputs['evidence-sha256']).toBeUndefined();
  }, 120_000);

  it('of a scan leave the same evidence as one job, and fail on what any of them found', async () => {
    const id = ++lastRun;
    const leak = (clone: TestRepository) => writeFile(join(clone.path, 'logs/d.jsonl'), '{"card":"4929325827136822"}\n');
    const whole = await runJob({ id, spoil: leak }, ['telemetry-scan', {}]);
    expect(whole.outputs.verdict).toBe('fail');
    const parts = [];
    for (const each of ['1/2', '2/2']) parts.push(await shard({ id, spoil: leak }, each));
    expect(parts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(parts.flatMap(({ annotations }) => annotations)).toEqual([]);
    const digests = Object.fromEntries(parts.map((run, at) => [`part-${at + 1}`, digestOf(run)]));
    const merged = await mergeShards({ id, attempt: 2 }, 2, digests);
    expect([merged.exitCode, merged.outputs.verdict]).toEqual([1, 'fail']);
    for (const part of results.artifacts(id))
      expect((await results.readArtifact(part.id)).toString('latin1')).not.toContain('4929325827136822');
    const missing = await mergeShards({ id, attempt: 3 }, 2, { 'part-1': digests['part-1'] });
    expect([missing.exitCode, missing.outputs.verdict]).toEqual([2, 'inconclusive']);
  }, 120_000);

  it('remember unchanged files from run to run, but not for a tag, and not where nothing is comparable', async () => {
    const cacheCalls = () => results.calls.filter((call) => call.startsWith('CacheService/')).length;
    const given = { 'cache-file': 'testops-out/telemetry-cache.json' };
    const leak = (clone: TestRepository) => writeFile(join(clone.path, 'logs/d.jsonl'), '{"card":"4929325827136822"}\n');
    const first = await runJob({ id: ++lastRun, spoil: leak }, ['telemetry-scan', given]);
    const second = await runJob({ id: ++lastRun, spoil: leak }, ['telemetry-scan', given]);
    expect(first.log).toContain('no earlier scan is remembered');
    expect(second.log).toContain(`earlier scan: testops-telemetry-scan-`);
    expect(second.log).toContain(`-${lastRun - 1}-1`);
    expect([first.outputs.verdict, second.outputs.verdict]).toEqual(['fail', 'fail']);
    expect(results.caches.list()).toHaveLength(1); // the second had nothing new to remember
    const before = cacheCalls();
    const tag = await runJob({ id: ++lastRun, spoil: leak, ref: 'refs/tags/v1.0.0-beta.1' }, ['telemetry-scan', given]);
    expect([tag.outputs.verdict, tag.log.includes('scans every file')]).toEqual(['fail', true]);
    const without = await runJob({ id: ++lastRun, spoil: leak, env: { TESTOPS_SALT: '' } }, ['telemetry-scan', given]);
    expect([without.outputs.verdict, without.log.includes('no salt')]).toEqual(['fail', true]);
    expect(cacheCalls()).toBe(before);
    const changed = await runJob({ id: ++lastRun }, ['telemetry-scan', given]);
    expect(changed.outputs.verdict).toBe('pass');
    expect(results.caches.list()).toHaveLength(2);
  }, 120_000);

  it('do not leave when a name in them would tell something private', async () => {
    const id = ++lastRun;
    const spoil = async (clone: TestRepository) => {
      await mkdir(join(clone.path, 'names'));
      const script = await readFile(join(clone.path, 'machine.sh'), 'utf8');
      await writeFile(join(clone.path, 'machine.sh'), `${script}echo x > "names/jane.roe@posteo.de.txt"\n`);
      await writeFile(
        join(clone.path, '.github/testops.yml'),
        CONFIG.replace('[out.txt]', '[out.txt, "names/*"]').replace('"cp', '"mkdir -p names; cp'),
      );
    };
    const run = await machine({ id, spoil }, '1-of-2');
    expect(run.exitCode).toBe(3);
    expect(run.log).not.toContain('jane.roe');
    expect(namesIn(id)).toEqual([]);
  }, 60_000);
});
