import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { createPushEvent, type WorkflowEvent } from './events.ts';
import type { EmulatedGithub } from './github.ts';
import { findNode, hasNode, type NodeVersion } from './node-versions.ts';
import { createScrubbedEnvironment, type FinishedProcess, runProcess } from './process.ts';
import type { ResultsService } from './results-service.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import {
  type Annotation,
  applyMasks,
  parseCommandFile,
  parseWorkflowCommands,
  toAnnotations,
  type WorkflowCommand,
} from './workflow-commands.ts';

export interface RunActionOptions {
  /** The folder below `dist` and `actions`. */
  readonly action: string;
  /** Folder that holds `<action>/index.js`; default `dist` of this repository. */
  readonly dist?: string;
  /** The action's `action.yml`; default `actions/<action>/action.yml` where it exists. Its inputs are set as the runner sets them, and an undeclared one is refused. */
  readonly metadata?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Default: a push to `main` of the emulated repository. */
  readonly event?: WorkflowEvent;
  /** Added last: wins over everything. */
  readonly env?: Readonly<Record<string, string>>;
  /** The workspace. */
  readonly cwd: string;
  /** Default 24 where it is there, otherwise the Node that runs the tests. */
  readonly nodeVersion?: NodeVersion;
  readonly github?: EmulatedGithub;
  readonly results?: ResultsService;
  readonly run?: {
    readonly id?: number;
    readonly attempt?: number;
    readonly number?: number;
    readonly job?: string;
    readonly workflow?: string;
  };
  readonly timeoutMs?: number;
  /** Kills the action when it resolves. */
  readonly killWhen?: Promise<unknown>;
}

/** What an action left behind. */
export interface ActionRun extends FinishedProcess {
  readonly outputs: Readonly<Record<string, string>>;
  readonly exportedEnv: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Markdown of the step summary. */
  readonly summary: string;
  readonly masks: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly commands: readonly WorkflowCommand[];
  /** stdout and stderr as the log would show them, masked. */
  readonly log: string;
}

const ZERO_SHA = '0'.repeat(40);

/** Runs the bundle of an action as a whole process with the variables and files that the runner gives it; the main stage only. */
export async function runAction(options: RunActionOptions): Promise<ActionRun> {
  await using folder = await createTemporaryFolder('testops-runner-');
  const files = {
    OUTPUT: folder.join('output'),
    ENV: folder.join('env'),
    STATE: folder.join('state'),
    PATH: folder.join('path'),
    STEP_SUMMARY: folder.join('summary.md'),
  };
  for (const path of Object.values(files)) await writeFile(path, '');
  for (const name of ['temp', 'tools', 'home']) await mkdir(folder.join(name));

  const repository = {
    owner: options.github?.owner ?? 'octo-org',
    repo: options.github?.repo ?? 'demo',
    repositoryId: options.github?.repositoryId ?? 1,
  };
  const event = options.event ?? createPushEvent(repository, (await options.github?.resolveCommit('main')) ?? ZERO_SHA);
  const eventPath = folder.join('event.json');
  await writeFile(eventPath, JSON.stringify(event.payload));

  const version = options.nodeVersion ?? (hasNode(24) ? 24 : undefined);
  const node = version === undefined ? process.execPath : findNode(version);
  if (node === undefined) throw new Error(`Node ${version} is not on this machine: guard the test with itWhere(hasNode(${version}), …)`);
  const runId = options.run?.id ?? 1;
  const job = options.run?.job ?? 'job';
  const env = createScrubbedEnvironment({
    HOME: folder.join('home'),
    ...(await toInputVariables(options)),
    ...toRunnerVariables(folder.path),
    ...toGithubVariables(repository, event, options),
    GITHUB_WORKSPACE: options.cwd,
    GITHUB_EVENT_PATH: eventPath,
    ...Object.fromEntries(Object.entries(files).map(([name, path]) => [`GITHUB_${name}`, path])),
    ...options.results?.env({ runId, job, ref: event.ref }),
    ...options.env,
  });
  const finished = await runProcess(node, [join(resolve(options.dist ?? 'dist'), options.action, 'index.js')], {
    cwd: options.cwd,
    env,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.killWhen === undefined ? {} : { killWhen: options.killWhen }),
  });

  const commands = [...parseWorkflowCommands(finished.stdout), ...parseWorkflowCommands(finished.stderr)];
  const masks = commands.filter((command) => command.name === 'add-mask').map((command) => command.message);
  const read = (path: string): Promise<string> => readFile(path, 'utf8');
  return {
    ...finished,
    outputs: parseCommandFile(await read(files.OUTPUT)),
    exportedEnv: parseCommandFile(await read(files.ENV)),
    state: parseCommandFile(await read(files.STATE)),
    summary: await read(files.STEP_SUMMARY),
    masks,
    annotations: toAnnotations(commands),
    commands,
    log: applyMasks(`${finished.stdout}${finished.stderr}`, masks),
  };
}

/** Declared inputs that nobody gives are set and empty; names keep their hyphens. */
async function toInputVariables(options: RunActionOptions): Promise<Record<string, string>> {
  const path = options.metadata ?? resolve('actions', options.action, 'action.yml');
  let inputs: Record<string, string> = { ...options.inputs };
  if (existsSync(path)) {
    const metadata = parse(await readFile(path, 'utf8')) as {
      readonly inputs?: Readonly<Record<string, { readonly default?: unknown } | null>>;
    };
    const declared = metadata.inputs ?? {};
    const unknown = Object.keys(inputs).filter((name) => !(name in declared));
    if (unknown.length > 0) throw new Error(`${path} declares no input ${unknown.join(', ')}`);
    inputs = { ...Object.fromEntries(Object.entries(declared).map(([name, input]) => [name, String(input?.default ?? '')])), ...inputs };
  }
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]));
}

function toRunnerVariables(folder: string): Record<string, string> {
  const os = process.platform === 'darwin' ? 'macOS' : process.platform === 'win32' ? 'Windows' : 'Linux';
  return {
    CI: 'true',
    RUNNER_TEMP: join(folder, 'temp'),
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    RUNNER_OS: os,
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_WORKSPACE: folder,
  };
}

function toGithubVariables(
  repository: { readonly owner: string; readonly repo: string; readonly repositoryId: number },
  event: WorkflowEvent,
  options: RunActionOptions,
): Record<string, string> {
  const fullName = `${repository.owner}/${repository.repo}`;
  const workflow = options.run?.workflow ?? '.github/workflows/testops-ci.yml';
  const actor = event.actor ?? repository.owner;
  // The artifact client refuses any server that is not github.com, so only the API moves to loopback; without an emulator it leads nowhere.
  const apiUrl = options.github?.url ?? 'http://127.0.0.1:9';
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTION_REPOSITORY: fullName,
    GITHUB_ACTION_REF: 'main',
    GITHUB_SHA: event.sha,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_HEAD_REF: event.headRef ?? '',
    GITHUB_BASE_REF: event.baseRef ?? '',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_ID: String(repository.repositoryId),
    GITHUB_REPOSITORY_OWNER: repository.owner,
    GITHUB_REPOSITORY_OWNER_ID: '1',
    GITHUB_RUN_ID: String(options.run?.id ?? 1),
    GITHUB_RUN_ATTEMPT: String(options.run?.attempt ?? 1),
    GITHUB_RUN_NUMBER: String(options.run?.number ?? options.run?.id ?? 1),
    GITHUB_RETENTION_DAYS: '90',
    GITHUB_JOB: options.run?.job ?? 'job',
    GITHUB_WORKFLOW: 'testops-ci',
    GITHUB_WORKFLOW_REF: `${fullName}/${workflow}@${event.ref}`,
    GITHUB_WORKFLOW_SHA: event.sha,
    GITHUB_ACTOR: actor,
    GITHUB_ACTOR_ID: '1',
    GITHUB_TRIGGERING_ACTOR: actor,
    GITHUB_API_URL: apiUrl,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_GRAPHQL_URL: `${apiUrl}/graphql`,
  };
}
