import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DIST } from '../support/dist.ts';
import { createDispatchEvent, createPullRequestEvent, createPushEvent, type WorkflowEvent } from '../support/events.ts';
import { type EmulatedGithub, type RunSeed, startGithub } from '../support/github.ts';
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

export const CONFIG = `version: 1
slo-gate:
  thresholds: ["http_req_failed: rate<0.5"]
  results: [results/k6.json]
snapshot-compare: { baseline: baseline, actual: actual }
decision-record: { public-key: key.pub }
`;

/** Two gates that pass; `files` are added or replaced. */
export async function createWorld(files: Files = {}): Promise<World> {
  const repository = await createRepository({
    '.github/testops.yml': CONFIG,
    '.github/workflows/testops-ci.yml': `jobs: { beta: { uses: '${OUR_WORKFLOW}@${'c'.repeat(40)}' } }\n`,
    '.github/workflows/testops-sign.yml': `jobs: { sign: { uses: '${SIGN_WORKFLOW}@${'c'.repeat(40)}' } }\n`,
    'key.pub': KEYS.publicKey,
    '.gitignore': 'testops-evidence\ntestops-out\n',
    'results/k6.json': await readFile(resolve('examples/inputs/k6-summary.json'), 'utf8'),
    'baseline/report.json': '{"total": 3}\n',
    'actual/report.json': '{"total": 3}\n',
    ...files,
  });
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
  /** Ref of a push; a tag's for the push of a tag. */
  readonly ref?: string;
  readonly version?: string;
  readonly token?: string;
  /** Nothing is published, which spares the waits between writes; where there is no policy, the decision is the same. */
  readonly silent?: boolean;
  /** Over what GitHub says about the run when it is over. */
  readonly seed?: Partial<RunSeed>;
  /** Payload of a push over the usual one. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

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
  const token: Record<string, string> = options.silent ? {} : { 'github-token': options.token ?? github.token };
  const plan = await run('plan', { ...token, version: options.version ?? '' });
  const planned = { TESTOPS_COMMIT: plan.outputs.commit ?? '' };
  const selected = JSON.parse(plan.outputs.gates || '[]') as string[];
  const gates: ActionRun[] = [];
  const digests: string[] = [];
  const jobs: string[] = [];
  for (const gate of ['slo-gate', 'snapshot-compare']) {
    const ran = selected.includes(gate) ? await run(gate, {}, planned) : undefined;
    if (ran) gates.push(ran);
    digests.push(`${gate}=${ran?.outputs['evidence-sha256'] ?? ''}`);
    // With continue-on-error a job that failed is a success to later jobs.
    jobs.push(`${gate}=${ran ? 'success' : 'skipped'}`);
  }
  const decide = await run(
    'decision-record',
    {
      ...token,
      version: plan.outputs.version ?? '',
      'evidence-digests': digests.join('\n'),
      'job-results': jobs.join('\n'),
      'decided-run': plan.outputs['decided-run'] ?? '',
    },
    planned,
  );
  github.addRun({
    id,
    attempt,
    headSha: commit,
    headBranch: (options.ref ?? 'refs/heads/main').replace(/^refs\/(heads|tags)\//, ''),
    event: event.name,
    conclusion: decide.exitCode === 0 ? 'success' : 'failure',
    workflow: '.github/workflows/testops-ci.yml',
    referencedWorkflows: [`${OUR_WORKFLOW}@${'c'.repeat(40)}`],
    ...options.seed,
  });
  return { id, commit, plan, gates, decide };
}

export interface SignOptions {
  readonly id: number;
  /** Run whose decision is signed. */
  readonly runId: number;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Plays the job of testops-sign.yml in a run of its own, with the key of this world unless `inputs` or `env` say otherwise; then the run is over. */
export async function signRun({ repository, github, results }: World, { id, runId, inputs, env }: SignOptions): Promise<ActionRun> {
  const commit = await repository.git('rev-parse', 'HEAD');
  const seed: RunSeed = {
    id,
    headSha: commit,
    event: 'workflow_dispatch',
    workflow: '.github/workflows/testops-sign.yml',
    referencedWorkflows: [`${SIGN_WORKFLOW}@${'c'.repeat(40)}`],
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
      return createDispatchEvent(github, commit);
    default: {
      const event = createPushEvent(github, commit, options.ref);
      return { ...event, payload: { ...event.payload, ...options.payload } };
    }
  }
}
