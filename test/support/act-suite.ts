import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActRun } from './act.ts';
import { copyFilesOfThisRepository } from './copy-this-repository.ts';
import type { EmulatedGithub } from './github.ts';
import { startServer } from './http-server.ts';
import { createRepository, type TestRepository } from './repository.ts';

/** The files of this repository, as they stand here, with the build under test as `dist/`. */
export async function copyOfThisRepository(): Promise<TestRepository> {
  const repository = await createRepository();
  await copyFilesOfThisRepository(repository.path);
  // Other tests stand the same system up at the same time.
  const config = join(repository.path, '.github/testops.yml');
  await writeFile(config, (await readFile(config, 'utf8')).replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${await findFreePort()}`));
  await repository.commit('This repository');
  return repository;
}

async function findFreePort(): Promise<number> {
  await using server = await startServer(() => {});
  return server.port;
}

/** Says how long it took: these are the slowest tests. */
export async function timed(name: string, run: () => Promise<ActRun>): Promise<ActRun> {
  const started = performance.now();
  const finished = await run();
  process.stdout.write(`act: ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return finished;
}

export function expectConclusion(run: ActRun, conclusion: string): void {
  if (run.conclusion !== conclusion) throw new Error(`the run ended with ${run.conclusion}, not ${conclusion}\n${run.log.slice(-20_000)}`);
}

/** An output of a step in the job with this id; a job that calls a workflow has no steps, so that its name may be used twice. */
export function outputOf(run: ActRun, job: string, name: string): string | undefined {
  const [found, ...others] = run.jobs.filter(({ id, steps }) => id === job && steps.length > 0);
  return (others.length === 0 && found ? found : run.job(job)).steps.map((step) => step.outputs[name]).find((value) => value !== undefined);
}

/** Conclusions of the check runs on a commit, by name. */
export async function readChecks(github: EmulatedGithub, commit: string): Promise<Readonly<Record<string, string>>> {
  const { check_runs } = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${commit}/check-runs?per_page=100`)) as {
    check_runs: { name: string; conclusion: string }[];
  };
  return Object.fromEntries(check_runs.map(({ name, conclusion }) => [name, conclusion]));
}

/** States of `testops/beta-gate` on a commit, the newest first. */
export async function readStatuses(github: EmulatedGithub, commit: string): Promise<readonly string[]> {
  const statuses = (await github.read(`/repos/${github.owner}/${github.repo}/commits/${commit}/statuses`)) as {
    context: string;
    state: string;
  }[];
  return statuses.filter(({ context }) => context === 'testops/beta-gate').map(({ state }) => state);
}
