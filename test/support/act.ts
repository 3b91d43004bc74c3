import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type ActJob, parseActLog } from './act-log.ts';
import { listToleratedJobs, rewriteUses } from './act-workflows.ts';
import type { WorkflowEvent } from './events.ts';
import type { EmulatedGithub } from './github.ts';
import { findNode } from './node-versions.ts';
import { createScrubbedEnvironment, type FinishedProcess, runProcess } from './process.ts';
import { type ResultsService, startResultsService } from './results-service.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

export type { ActJob, ActStep } from './act-log.ts';

const execute = promisify(execFile);

export interface ActOptions {
  /** Work tree of the repository whose actions and reusable workflows `$/` means. */
  readonly suite: string;
  /** Its name as callers write it; default `testops/suite`. */
  readonly suiteName?: string;
  /** Git work tree in which the workflow runs; default: `suite` itself, which then has to be a git repository with a clean HEAD. */
  readonly caller?: string;
  /** Default: that of `github`, otherwise `octo-org/demo`; without `caller`, `suiteName`. */
  readonly callerName?: string;
  /** Workflow file of the caller, such as `.github/workflows/testops-ci.yml`. */
  readonly workflow: string;
  readonly event: WorkflowEvent;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly github?: EmulatedGithub;
  /** `GITHUB_TOKEN`; default the emulator's with all permissions. act grants whatever it holds: give one with the workflow's permissions to test those. */
  readonly token?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Takes the artifacts and caches; default: one started for this run. act's own artifact server is no choice: it refuses the current client. */
  readonly results?: ResultsService;
  readonly runId?: number;
  readonly runAttempt?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders that stand in for actions of others, by `owner/repo`; `actions/checkout` and `actions/upload-artifact` have one already. */
  readonly localActions?: Readonly<Record<string, string>>;
  /** Runner labels besides `ubuntu-latest` that this machine stands in for. */
  readonly labels?: readonly string[];
  /** Refs of the caller that are no branch and no tag, such as `refs/pull/1/head`, with their commits. */
  readonly refs?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface ActRun extends FinishedProcess {
  readonly jobs: readonly ActJob[];
  /** `failure` when a job failed that does not say `continue-on-error: true`: GitHub's rule. act's exit code is 1 for tolerated failures too. */
  readonly conclusion: 'success' | 'failure';
  /** The job with this id in its own file; throws when there is none or more than one (a matrix: look through `jobs`). */
  job(id: string): ActJob;
  /** act's log for people who have to find out why. */
  readonly log: string;
}

/** Ref under which the suite's copy is known to act: it only compares it, so any full id will do. */
const SUITE_REF = '5'.repeat(40);
/** What an action needs of its repository; act copies all of it for each step. */
const SUITE_PARTS = ['actions', 'dist', '.github', 'package.json', 'action.yml'];

let foundAct: string | null | undefined;

/** Path of act: on PATH, or where `go install` puts it. */
export function findAct(): string | undefined {
  if (foundAct === undefined) {
    const folders = [
      ...(process.env.PATH ?? '').split(delimiter),
      join(askGo('GOBIN') || join(askGo('GOPATH') || join(process.env.HOME ?? '', 'go'), 'bin')),
    ];
    foundAct = folders.map((folder) => join(folder, 'act')).find((path) => existsSync(path)) ?? null;
  }
  return foundAct ?? undefined;
}

function askGo(variable: string): string {
  try {
    return execFileSync('go', ['env', variable], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** Condition for `itWhere`: act and a Node 24 that it can give to actions. */
export function hasAct(): boolean {
  return findAct() !== undefined && findNode(24) !== undefined;
}

export const NO_ACT = 'act (go install github.com/nektos/act@latest) or Node 24 is not installed';

/** Runs a workflow with act on this host, without containers. A failed run is an answer; rejects when act cannot start or outlives `timeoutMs` (default 5 minutes). */
export async function runAct(options: ActOptions): Promise<ActRun> {
  const act = findAct();
  const node = findNode(24);
  if (act === undefined || node === undefined) throw new Error(`${NO_ACT}: guard the test with itWhere(hasAct(), NO_ACT)`);
  await using folder = await createTemporaryFolder('testops-act-');
  await using ownResults = options.results === undefined ? await startResultsService() : null;
  const results = options.results ?? (ownResults as ResultsService);
  const suiteName = options.suiteName ?? 'testops/suite';
  const caller = options.caller ?? options.suite;
  const callerName =
    options.callerName ??
    (options.caller === undefined
      ? suiteName
      : options.github === undefined
        ? 'octo-org/demo'
        : `${options.github.owner}/${options.github.repo}`);

  const suite = folder.join('suite');
  const { remotes, tolerated } = await copySuite(options.suite, suite, suiteName);
  const workspace = folder.join('workspace');
  const sha = await prepareRepositories(caller, callerName, workspace, folder.join('repositories'), options.event, options.refs ?? {});
  const workflowText = await readFile(join(caller, options.workflow), 'utf8');
  const workflow = rewriteUses(workflowText, suiteName, SUITE_REF, options.caller === undefined);
  const workflowPath = folder.join('workflows', options.workflow.split('/').at(-1) ?? '');
  await mkdir(dirname(workflowPath));
  await writeFile(workflowPath, workflow.text);
  await writeFile(
    folder.join('event.json'),
    JSON.stringify({ ...options.event.payload, ...(options.inputs === undefined ? {} : { inputs: options.inputs }) }),
  );
  await mkdir(folder.join('bin'));
  await execute('ln', ['-s', node, folder.join('bin', 'node')]);
  await mkdir(folder.join('home'));

  const stands: Readonly<Record<string, string>> = {
    'actions/checkout': resolve('test/support/act-checkout'),
    'actions/upload-artifact': resolve('test/support/act-upload-artifact'),
    ...options.localActions,
    [suiteName]: suite,
  };
  const known = [...new Set([...remotes, ...workflow.remotes, `${suiteName}@${SUITE_REF}`])].filter(
    (remote) => stands[remote.split('@')[0] ?? ''] !== undefined,
  );
  const runId = options.runId ?? 1;
  const token = options.token ?? options.github?.token;
  const env: Record<string, string> = {
    SHA_REF: sha, // act's name for what becomes GITHUB_SHA
    GITHUB_REF: options.event.ref,
    GITHUB_REPOSITORY: callerName,
    GITHUB_REPOSITORY_ID: String(options.github?.repositoryId ?? 1),
    GITHUB_WORKFLOW_REF: `${callerName}/${options.workflow}@${options.event.ref}`,
    GITHUB_WORKFLOW_SHA: sha,
    RUNNER_ENVIRONMENT: 'github-hosted',
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: String(runId),
    GITHUB_RUN_ATTEMPT: String(options.runAttempt ?? 1),
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: options.github?.url ?? 'http://127.0.0.1:9',
    GITHUB_GRAPHQL_URL: `${options.github?.url ?? 'http://127.0.0.1:9'}/graphql`,
    ...(options.event.headRef === undefined ? {} : { GITHUB_HEAD_REF: options.event.headRef }),
    ...(options.event.baseRef === undefined ? {} : { GITHUB_BASE_REF: options.event.baseRef }),
    ...options.env,
  };
  const secrets = { ...(token === undefined ? {} : { GITHUB_TOKEN: token }), ...options.secrets };
  const args = [
    options.event.name,
    '--json',
    '--workflows',
    workflowPath,
    '--eventpath',
    folder.join('event.json'),
    '--platform',
    'ubuntu-latest=-self-hosted',
    ...(options.labels ?? []).flatMap((label) => ['--platform', `${label}=-self-hosted`]),
    '--no-skip-checkout',
    '--no-cache-server',
    '--rm',
    '--action-cache-path',
    folder.join('cache'),
    '--actor',
    options.event.actor ?? callerName.split('/')[0] ?? '',
    '--env-file',
    '/dev/null',
    '--secret-file',
    '/dev/null',
    '--var-file',
    '/dev/null',
    '--input-file',
    '/dev/null',
    ...known.flatMap((remote) => ['--local-repository', `${remote}=${stands[remote.split('@')[0] ?? '']}`]),
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(secrets).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
    ...Object.entries(options.inputs ?? {}).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
  ];
  // Steps inherit act's own environment, so it gets little more than they may see.
  const actEnv = createScrubbedEnvironment({
    PATH: [folder.join('bin'), process.env.PATH ?? ''].join(delimiter),
    HOME: folder.join('home'),
    TESTOPS_ACT_REPOSITORIES: folder.join('repositories'),
    TESTOPS_ACT_PACKAGES: resolve('node_modules'),
    ...results.env({ runId, ref: options.event.ref }),
  });
  const finished = await runProcess(act, args, { cwd: workspace, env: actEnv, timeoutMs: options.timeoutMs ?? 300_000 });
  const jobs = parseActLog(finished.stdout);
  const mayFail = new Set([...tolerated, ...listToleratedJobs(workflowText)]);
  // A run that stopped before any job reported (an invalid workflow, an action that is not there) has failed too.
  const isTolerated = jobs.some((job) => job.result === 'failure') && jobs.every((job) => job.result !== 'failure' || mayFail.has(job.id));
  return {
    ...finished,
    jobs,
    conclusion: finished.exitCode === 0 || isTolerated ? 'success' : 'failure',
    job: (id) => {
      const found = jobs.filter((job) => job.id === id);
      if (found.length !== 1 || found[0] === undefined)
        throw new Error(`${found.length} jobs ${id} among ${jobs.map((job) => job.path).join(', ')}\n${toReadableLog(finished)}`);
      return found[0];
    },
    log: toReadableLog(finished),
  };
}

interface CopiedSuite {
  /** Remote repositories that its files use. */
  readonly remotes: readonly string[];
  /** Ids of jobs that may fail. */
  readonly tolerated: readonly string[];
}

/** Copies what actions need, with `$/` rewritten in every workflow and composite action. */
async function copySuite(source: string, target: string, suiteName: string): Promise<CopiedSuite> {
  await mkdir(target, { recursive: true });
  for (const part of SUITE_PARTS) {
    if (existsSync(join(source, part))) await cp(join(source, part), join(target, part), { recursive: true, verbatimSymlinks: true });
  }
  const remotes: string[] = [];
  const tolerated: string[] = [];
  for (const file of await readdir(target, { recursive: true })) {
    const isRewritten = /(^|\/)action\.ya?ml$/.test(file) || /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file);
    if (!isRewritten) continue;
    const text = await readFile(join(target, file), 'utf8');
    const rewritten = rewriteUses(text, suiteName, SUITE_REF, true);
    await writeFile(join(target, file), rewritten.text);
    remotes.push(...rewritten.remotes);
    if (file.startsWith('.github/')) tolerated.push(...listToleratedJobs(text));
  }
  return { remotes, tolerated };
}

/** Makes the work tree for act and the bare repository for checkouts; returns the event's commit, made as a merge commit where it does not exist. */
async function prepareRepositories(
  caller: string,
  name: string,
  workspace: string,
  bareRoot: string,
  event: WorkflowEvent,
  refs: Readonly<Record<string, string>>,
): Promise<string> {
  const git = async (cwd: string, ...args: string[]): Promise<string> => {
    const identity = {
      GIT_AUTHOR_NAME: 'GitHub',
      GIT_AUTHOR_EMAIL: 'noreply@github.com',
      GIT_COMMITTER_NAME: 'GitHub',
      GIT_COMMITTER_EMAIL: 'noreply@github.com',
    };
    const { stdout } = await execute('git', args, { cwd, env: createScrubbedEnvironment(identity) });
    return stdout.trim();
  };
  const bare = join(bareRoot, name);
  await mkdir(dirname(bare), { recursive: true });
  await git(bareRoot, 'clone', '--quiet', '--bare', resolve(caller), bare);
  await git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  for (const [ref, commit] of Object.entries(refs)) await git(bare, 'update-ref', ref, commit);
  let sha = event.sha;
  if (event.name === 'pull_request') {
    const pull = event.payload.pull_request as { readonly head: { readonly sha: string }; readonly base: { readonly sha: string } };
    sha = await git(
      bare,
      'commit-tree',
      `${pull.head.sha}^{tree}`,
      '-p',
      pull.base.sha,
      '-p',
      pull.head.sha,
      '-m',
      `Merge ${pull.head.sha} into ${pull.base.sha}`,
    );
    await git(bare, 'update-ref', event.ref, sha);
  }
  await git(bareRoot, 'clone', '--quiet', bare, workspace);
  await git(workspace, 'remote', 'set-url', 'origin', `https://github.com/${name}.git`);
  return sha;
}

function toReadableLog(finished: FinishedProcess): string {
  const lines = finished.stdout.split('\n').map((line) => {
    try {
      const entry = JSON.parse(line) as { readonly job?: string; readonly msg?: string };
      return `[${entry.job?.trim() ?? 'act'}] ${entry.msg?.trimEnd() ?? ''}`;
    } catch {
      return line;
    }
  });
  return `${lines.join('\n')}\n${finished.stderr}`;
}
