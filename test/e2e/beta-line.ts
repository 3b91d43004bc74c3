import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import type { TestRepository } from '../support/repository.ts';
import { CONFIG, type World } from './played-run.ts';

/** The configuration with another limit: a larger number is looser. */
export const withLimit = (limit: number, configuration = CONFIG): string => configuration.replace('rate<0.5', `rate<${limit}`);

/** What a bundle says that its commit was compared with. Commits go by the names of `names`. */
export interface Compared {
  readonly outcome: string;
  readonly bases: readonly string[];
  /** Name, and standing where a tag leads there. */
  readonly compared: readonly string[];
  readonly previous: string | undefined;
  /** Bases that a signed summary in the bundle proves. */
  readonly proven: readonly string[];
  /** Names of the rules that are broken. */
  readonly broken: readonly string[];
  /** Codes of the rule base-accepted. */
  readonly about: readonly string[];
  readonly asked: boolean;
}

interface Bundle {
  readonly outcome: string;
  readonly rules: readonly {
    readonly rule: string;
    readonly match: string;
    readonly outcome: string;
    readonly codes: readonly string[];
  }[];
  readonly given: {
    readonly base: {
      readonly bases: readonly { readonly commit: string; readonly summary?: string }[];
      readonly compared: readonly { readonly commit: string; readonly standing?: string }[];
      readonly previous?: { readonly commit: string };
      readonly asked: boolean;
    };
  };
}

/** Commits by name, in the order in which they were made. */
export type Names = ReadonlyMap<string, string>;

/** Reads `given.base` of a bundle. */
export async function readCompared(folder: string, names: Names): Promise<Compared> {
  const { outcome, rules, given } = JSON.parse(await readFile(join(folder, 'decision.json'), 'utf8')) as Bundle;
  const nameOf = (commit: string) => [...names].find(([, id]) => id === commit)?.[0] ?? commit;
  const { bases, compared, previous, asked } = given.base;
  return {
    outcome,
    bases: bases.map(({ commit }) => nameOf(commit)).sort(),
    compared: compared.map(({ commit, standing }) => [nameOf(commit), standing].filter(Boolean).join(' ')).sort(),
    previous: previous && nameOf(previous.commit),
    proven: bases.flatMap(({ commit, summary }) => (summary === undefined ? [] : [nameOf(commit)])).sort(),
    broken: [...new Set(rules.filter(({ outcome: ended }) => ended === 'broken').map(({ rule }) => rule))].sort(),
    about: rules
      .filter(({ rule }) => rule === 'base-accepted')
      .flatMap(({ codes }) => codes.map((code) => code.replace('decision-record/', ''))),
    asked,
  };
}

/** Variables of the command where GitHub can be asked. */
export async function askingGithub({ github }: World): Promise<Record<string, string>> {
  return {
    GITHUB_TOKEN: await github.issueToken({ actions: 'read', contents: 'read', statuses: 'read', attestations: 'read' }),
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'octo-org/demo',
  };
}

export interface CommandRun {
  readonly exit: number | null;
  readonly checked: Compared;
  readonly recorded: Compared;
  /** What `verify` found, errors only. */
  readonly verified: readonly string[];
}

/** `beta-check --version`, `decision-record --version` on its evidence and `verify` of the bundle without a network, in a fresh clone of what is checked out. */
export async function decideByCommand(
  repository: TestRepository,
  version: string,
  names: Names,
  env: Record<string, string>,
): Promise<CommandRun> {
  await using clone = await cloneOf(repository);
  const run = (args: readonly string[], more: Record<string, string> = {}) =>
    runCli({ dist: DIST, args, cwd: clone.path, nodeVersion: 24, env: more, timeoutMs: 60_000 });
  const { exitCode: exit } = await run(['beta-check', '--version', version], env);
  await run(['decision-record', '--version', version, '--out', 'testops-out/again'], env);
  const { stdout } = await run(['verify', 'testops-out/decision/decision.json', '--json']);
  const { findings } = JSON.parse(stdout) as { findings: readonly { readonly code: string }[] };
  return {
    exit,
    checked: await readCompared(join(clone.path, 'testops-out/decision'), names),
    recorded: await readCompared(join(clone.path, 'testops-out/again'), names),
    verified: findings.map(({ code }) => code.replace('decision-record/', '')),
  };
}

/** `beta-check --version` on a laptop: nobody can be asked about decisions. */
export async function decideAlone(repository: TestRepository, version: string, names: Names): Promise<Compared> {
  await using clone = await cloneOf(repository);
  await runCli({ dist: DIST, args: ['beta-check', '--version', version], cwd: clone.path, nodeVersion: 24, timeoutMs: 60_000 });
  return readCompared(join(clone.path, 'testops-out/decision'), names);
}

/** A clone takes what is checked out for the default branch, unless it is told. */
async function cloneOf(repository: TestRepository): Promise<TestRepository> {
  const clone = await repository.clone();
  await clone.git('remote', 'set-head', 'origin', 'main');
  return clone;
}
