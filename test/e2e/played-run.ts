import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DIST } from '../support/dist.ts';
import { createDispatchEvent, createPullRequestEvent, createPushEvent, type WorkflowEvent } from '../support/events.ts';
import { type EmulatedGithub, type JobSeed, type RunSeed, startGithub } from '../support/github.ts';
import { createRepository, type Files, type TestRepository } from '../support/repository.ts';
import { type ResultsService, startResultsService } from '../support/results-service.ts';
import { type ActionRun, runAction } from '../support/runner.ts';

/** A repository, the emulated GitHub that holds it, and the service that keeps artifacts. */
export interface World extends AsyncDisposable {
  readonly repository: TestRepository;
  readonly github: EmulatedGithub;
  readonly results: ResultsService;
}

export const OUR_WORKFLOW = 'testops/beta-gates/.github/workflows/testops-ci.yml';

export const SIGN_WORKFLOW = 'testops/beta-gates/.github/workflows/testops-sign.yml';

/** The key of this world; its public half lies on the default branch. */
export const KEYS = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { format: 'pem', type: 'spki' },
  privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
});

/** `load` writes what the gates measure again, with the bytes that the commit has: so the run produced it, and a test can commit what is to be measured. */
export const CONFIG = `version: 1
load: for file in results/k6.json actual/report.json; do cp "$file" .again && cat .again > "$file" && rm .again; done
slo-gate:
  thresholds: ["http_req_failed: rate<0.5"]
  results: [results/k6.json]
snapshot-compare: { baseline: baseline, actual: actual }
decision-record: { public-key: key.pub }
`;

/** Two gates that pass; `files` are added or replaced, or with `undefined` left out. */
export async function createWorld(files: Readonly<Record<string, Files[string] | undefined>> = {}): Promise<World> {
  const all = {
    '.github/testops.yml': CONFIG,
    '.github/workflows/testops-ci.yml': `jobs: { beta: { uses: '${OUR_WORKFLOW}@${'c'.repeat(40)}' } }\n`,
    '.github/workflows/testops-sign.yml': `jobs: { sign: { uses: '${SIGN_WORKFLOW}@${'c'.repeat(40)}' } }\n`,
    'key.pub': KEYS.publicKey,
    '.gitignore': 'testops-evidence\ntestops-out\n',
    'results/k6.json': await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8'),
    'baseline/report.json': '{"total": 3}\n',
    'actual/report.json': '{"total": 3}\n',
    ...files,
  };
  const repository = await createRepository(
    Object.fromEntries(Object.entries(all).flatMap(([path, content]) => (content === undefined ? [] : [[path, content]]))),
  );
  const results = await startResultsService();
  const github = await startGithub({ repositoryPath: repository.path, results });
  return {
    repository,
    github,
    results,
    [Symbol.asyncDispose]: async () => {
      await github[Symbol.asyncDispose]();
      await results[Symbol.asyncDispose]();
      await repository[Symbol.asyncDispose]();
    },
  };
}

export interface PlayOptions {
  readonly id: number;
  readonly attempt?: number;
  readonly event?: 'push' | 'workflow_dispatch' | 'pull_request';
  /** Ref of a push, a tag's for the push of a tag; the branch that a run by hand was started on. */
  readonly ref?: string;
  readonly version?: string;
  readonly token?: string;
  /** The token may only read, so that nothing is published; that spares the waits between writes. */
  readonly silent?: boolean;
  /** The caller's job that calls the workflow; default `beta`. */
  readonly caller?: string;
  /** Over what GitHub says about the run when it is over. */
  readonly seed?: Partial<RunSeed>;
  /** Payload of a push over the usual one. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

const READ_ONLY = {
  contents: 'read',
  actions: 'read',
  attestations: 'read',
  issues: 'read',
  statuses: 'read',
  'pull-requests': 'read',
} as const;

/** What the jobs of a run left. */
export interface PlayedRun {
  readonly id: number;
  readonly commit: string;
  readonly plan: ActionRun;
  readonly gates: readonly ActionRun[];
  readonly decide: ActionRun;
}

/** Plays the jobs of testops-ci.yml one after the other in the work tree, with their outputs handed on as the workflow does; then the run is over. */
export async function playRun({ repository, github, results }: World, options: PlayOptions): Promise<PlayedRun> {
  const { id, attempt = 1 } = options;
  const commit = await repository.git('rev-parse', 'HEAD');
  const event = eventOf(github, commit, options);
  const run = (action: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}): Promise<ActionRun> =>
    runAction({
      action,
      dist: DIST,
      inputs,
      env,
      event,
      cwd: repository.path,
      nodeVersion: 24,
      github,
      results,
      run: { id, attempt, job: action },
    });
  const token = { 'github-token': options.token ?? (options.silent ? await github.issueToken(READ_ONLY) : github.token) };
  const plan = await run('plan', { ...token, version: options.version ?? '' });
  const planned = { TESTOPS_COMMIT: plan.outputs.commit ?? '', TESTOPS_PREVIOUS: plan.outputs.previous ?? '' };
  const selected = JSON.parse(plan.outputs.gates || '[]') as string[];
  const exercise = plan.outputs.exercise === 'true' ? await run('exercise', {}, planned) : undefined;
  // One work tree serves all jobs, so that what the exercise uploaded is fetched once.
  const inputsSha256 = exercise?.outputs['inputs-sha256'] ?? '';
  const fetched = inputsSha256 === '' ? undefined : await run('gate-inputs', { 'inputs-sha256': inputsSha256 }, planned);
  const gates: ActionRun[] = [];
  const needs: Record<string, { result: string; outputs: Record<string, string> }> = {
    plan: { result: plan.exitCode === 0 ? 'success' : 'failure', outputs: plan.outputs },
    // With continue-on-error a job that failed is a success to later jobs.
    exercise: { result: exercise ? 'success' : 'skipped', outputs: exercise?.outputs ?? {} },
  };
  for (const gate of ['slo-gate', 'snapshot-compare']) {
    const previous = { TESTOPS_PREVIOUS: plan.outputs.previous ?? '' };
    const ran = selected.includes(gate)
      ? await run(gate, gate === 'slo-gate' ? token : {}, { ...planned, ...fetched?.exportedEnv, ...previous })
      : undefined;
    if (ran) gates.push(ran);
    // With continue-on-error a job that failed is a success to later jobs.
    needs[gate] = { result: ran ? 'success' : 'skipped', outputs: ran?.outputs ?? {} };
  }
  const seed: RunSeed = {
    id,
    attempt,
    headSha: commit,
    headBranch: (options.ref ?? 'refs/heads/main').replace(/^refs\/(heads|tags)\//, ''),
    event: event.name,
    workflow: '.github/workflows/testops-ci.yml',
    referencedWorkflows: [`${OUR_WORKFLOW}@${'c'.repeat(40)}`],
    ...options.seed,
  };
  // Who started the run matters to whoever decides in it.
  github.addRun({ ...seed, status: 'in_progress' });
  const decide = await run('decision-record', { ...token, needs: JSON.stringify(needs) }, planned);
  const jobs = [decidingJob(decide, attempt, options.caller)];
  github.addRun({ conclusion: decide.exitCode === 0 ? 'success' : 'failure', jobs, ...seed });
  return { id, commit, plan, gates, decide };
}

/** The job that decided, as GitHub lists it: the name of its last step is what the action says. */
export function decidingJob({ exitCode, outputs }: Pick<ActionRun, 'exitCode' | 'outputs'>, attempt = 1, caller = 'beta'): JobSeed {
  return {
    name: `${caller} / decide`,
    conclusion: exitCode === 0 ? 'success' : 'failure',
    attempt,
    steps: ['Set up job', 'Run actions/checkout@v7', 'Run $/actions/decision-record', outputs.proof ?? '', 'Complete job'],
  };
}

export interface SignOptions {
  readonly id: number;
  /** Run whose decision is signed. */
  readonly runId: number;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Over what GitHub says about the run that signs. */
  readonly seed?: Partial<RunSeed>;
}

/** Plays the job of testops-sign.yml in a run of its own, with the key of this world unless `inputs` or `env` say otherwise; then the run is over. */
export async function signRun(
  { repository, github, results }: World,
  { id, runId, inputs, env, seed: over }: SignOptions,
): Promise<ActionRun> {
  const commit = await repository.git('rev-parse', 'HEAD');
  const seed: RunSeed = {
    id,
    headSha: commit,
    event: 'workflow_dispatch',
    workflow: '.github/workflows/testops-sign.yml',
    referencedWorkflows: [`${SIGN_WORKFLOW}@${'c'.repeat(40)}`],
    ...over,
  };
  github.addRun({ ...seed, status: 'in_progress' });
  const permissions = { contents: 'read', actions: 'read', attestations: 'write', statuses: 'write', 'pull-requests': 'read' } as const;
  const signed = await runAction({
    action: 'sign',
    dist: DIST,
    inputs: {
      'run-id': String(runId),
      out: `testops-out/signed-${id}`,
      'github-token': await github.issueToken(permissions),
      ...(inputs ?? { 'signing-key': KEYS.privateKey }),
    },
    ...(env === undefined ? {} : { env }),
    event: createDispatchEvent(github, commit),
    cwd: repository.path,
    nodeVersion: 24,
    github,
    results,
    run: { id, workflow: '.github/workflows/testops-sign.yml' },
  });
  github.addRun({ ...seed, conclusion: signed.exitCode === 0 ? 'success' : 'failure' });
  return signed;
}

function eventOf(github: EmulatedGithub, commit: string, options: PlayOptions): WorkflowEvent {
  switch (options.event ?? 'push') {
    case 'pull_request':
      return createPullRequestEvent(github, { number: 1, headSha: commit, headRef: 'topic', baseSha: commit });
    case 'workflow_dispatch':
      return createDispatchEvent(github, commit, {}, options.ref);
    default: {
      const event = createPushEvent(github, commit, options.ref);
      return { ...event, payload: { ...event.payload, ...options.payload } };
    }
  }
}
