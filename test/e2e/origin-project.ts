import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EVIDENCE_EXTENSION, type MeasuredFile } from '../../src/core/index.ts';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createPushEvent } from '../support/events.ts';
import { type EmulatedGithub, startGithub } from '../support/github.ts';
import { createRepository, type Files, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';
import { writeZip } from '../support/zip.ts';

export const IGNORED = 'testops-evidence\ntestops-out\nload\nlogs\nout\n';
export const SLO = 'slo-gate: { thresholds: ["http_req_failed: rate<0.5"], results: ["load/*"] }\n';
export const VERSION = '1.0.0-beta.1';
/** Results of a load test, without a time stamp. */
export const K6 = readFileSync(resolve('examples/inputs/k6-summary.json'), 'utf8');

/** A repository whose configuration is these lines; results that its commands copy are in `stored`. */
export async function createProject(lines: string, files: Files = {}): Promise<TestRepository> {
  return createRepository({ 'testops.yml': `version: 1\n${lines}`, '.gitignore': IGNORED, 'stored/k6.json': K6, ...files });
}

/** How `beta-check` for a version ended. */
export interface Checked {
  readonly exit: number;
  readonly outcome: string | undefined;
  /** Outcome of the rule measured-for-commit of the gate. */
  readonly rule: string | undefined;
  readonly log: string;
}

export async function betaCheck({ path }: TestRepository, gate = 'slo-gate'): Promise<Checked> {
  const args = ['beta-check', '--config', 'testops.yml', '--version', VERSION];
  const run = await runCli({ dist: DIST, args, cwd: path, timeoutMs: 60_000 });
  const bundle = join(path, 'testops-out/decision/decision.json');
  const decision = existsSync(bundle) ? JSON.parse(await readFile(bundle, 'utf8')) : undefined;
  const rules: { rule: string; match: string; outcome: string }[] = decision?.rules ?? [];
  return {
    exit: run.exitCode ?? -1,
    outcome: decision?.outcome,
    rule: rules.find(({ rule, match }) => rule === 'measured-for-commit' && match === gate)?.outcome,
    log: run.stdout + run.stderr,
  };
}

export async function measuredBy(path: string, gate = 'slo-gate'): Promise<readonly MeasuredFile[]> {
  const evidence = JSON.parse(await readFile(join(path, `testops-evidence/${gate}.intoto.json`), 'utf8'));
  return evidence.predicate[EVIDENCE_EXTENSION].measured;
}

/** Path, origin and reason of every measured file. */
export async function originsIn({ path }: { readonly path: string }, gate = 'slo-gate'): Promise<readonly string[]> {
  return (await measuredBy(path, gate)).map((file) => [file.path, file.origin, file.reason].filter(Boolean).join(' '));
}

export type Step = readonly [action: string, inputs: Record<string, string>];

/** One job, done: its clone stays until the jobs are disposed of. */
export interface Job {
  readonly clone: TestRepository;
  readonly last: ActionRun;
}

/** Jobs of workflow runs, each in a fresh clone, with the real artifact client. */
export interface Jobs extends AsyncDisposable {
  readonly results: ResultsService;
  /** Number of a run that nobody had yet. */
  newRun(): number;
  /** Runs actions one after the other as the steps of one job; stops at the first that fails. */
  run(project: TestRepository, id: number, ...steps: readonly Step[]): Promise<Job>;
  /** exercise, slo-gate and a decision about a version, with the caller's artifacts. */
  play(project: TestRepository, id: number, artifacts?: string): Promise<{ readonly exercise: ActionRun; readonly gate: Job }>;
  /** Puts an artifact into a run as a job of the caller would. */
  plant(runId: number, name: string, files: Files): ReturnType<ResultsService['plantArtifact']>;
}

export async function startJobs(): Promise<Jobs> {
  const results = await startResultsService();
  const clones: TestRepository[] = [];
  const githubs = new Map<TestRepository, EmulatedGithub>();
  let lastRun = 900;
  /** GitHub with the project as it is at the first question; it says where the default branch is. */
  const githubOf = async (project: TestRepository): Promise<EmulatedGithub> => {
    const github = githubs.get(project) ?? (await startGithub({ repositoryPath: project.path }));
    githubs.set(project, github);
    return github;
  };
  const run: Jobs['run'] = async (project, id, ...steps) => {
    const clone = await project.clone();
    clones.push(clone);
    const commit = await project.git('rev-parse', 'HEAD');
    const github = await githubOf(project);
    const event = createPushEvent(github, commit);
    let env: Record<string, string> = { TESTOPS_COMMIT: commit };
    const done: ActionRun[] = [];
    for (const [action, inputs] of steps) {
      const options = { action, dist: DIST, inputs: { config: 'testops.yml', ...inputs }, cwd: clone.path, env, results, event, github };
      const finished = await runAction({ ...options, run: { id, job: action } });
      env = { ...env, ...finished.exportedEnv };
      done.push(finished);
      if (finished.exitCode !== 0) break;
    }
    return { clone, last: done.at(-1) as ActionRun };
  };
  return {
    results,
    newRun: () => ++lastRun,
    run,
    play: async (project, id, artifacts = '') => {
      const exercise = await run(project, id, ['gate-inputs', { 'input-artifacts': artifacts }], ['exercise', {}]);
      const inputs = { 'inputs-sha256': exercise.last.outputs['inputs-sha256'] ?? '', 'input-artifacts': artifacts };
      // What may only read publishes nothing.
      const token = await (await githubOf(project)).issueToken({
        contents: 'read',
        actions: 'read',
        attestations: 'read',
        statuses: 'read',
      });
      const decide = { version: VERSION, 'github-token': token };
      const gate = await run(project, id, ['gate-inputs', inputs], ['slo-gate', {}], ['decision-record', decide]);
      return { exercise: exercise.last, gate };
    },
    plant: (runId, name, files) =>
      results.plantArtifact({ runId, name, bytes: writeZip(Object.entries(files).map(([entry, content]) => ({ name: entry, content }))) }),
    [Symbol.asyncDispose]: async () => {
      for (const clone of clones) await clone[Symbol.asyncDispose]();
      for (const github of githubs.values()) await github[Symbol.asyncDispose]();
      await results[Symbol.asyncDispose]();
    },
  };
}
