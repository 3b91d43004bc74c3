import { type Finding, listInputs, parseEvidence, UserError } from '../core/index.ts';
import { createClient, type GithubClient, type RepositoryName, splitRepository, statusOf } from '../github/client.ts';
import { uploadSarif } from '../github/code-scanning.ts';
import { findPullRequests } from '../github/run-artifacts.ts';
import { changed, newest } from '../suite/fetch-bundle.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { MAX_SARIF_BYTES, packSarif, SARIF_FILE } from '../suite/sarif.ts';
import { readTrustedWorkflows } from '../suite/trusted-workflows.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import { requireForge } from './open-forge.ts';
import type { Runner } from './runner.ts';
import { judgeDecidingRun, noSuchRun } from './sign.ts';
import { uploadSarifInputs } from './workflow-inputs.ts';

const MAX_ARCHIVE_BYTES = 32 << 20;
const ARTIFACT = /^testops-sarif-a(\d+)$/;
const EVIDENCE = /^testops-evidence-telemetry-scan-a(\d+)$/;

/** Hands the SARIF log that telemetry-scan left in a run to code scanning, for the commit that its evidence names. */
export const uploadSarifOfRun: Action = async (runner) => {
  const { core, github, ports, token = '' } = runner;
  const given = uploadSarifInputs.parse(runner.readInputs(listInputs(uploadSarifInputs)));
  const forge = requireForge(runner);
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const repository = splitRepository(github.repository);
  const runId = given['run-id'] ?? (github.triggeringRunId === undefined ? github.runId : String(github.triggeringRunId));
  const run = await forge.findRun(runId);
  if (!run) throw noSuchRun(runId, forge.repository);
  if (run.headRepository !== run.repository) {
    core.info(`run ${run.id} belongs to ${run.headRepository ?? 'a fork that is gone'}: what a fork says about itself is not uploaded`);
    return 0;
  }
  const demand = { repository: forge.repository, workflows: await readTrustedWorkflows(forge, runner.configPath) };
  // A pull request of this repository has its alerts on the pull request.
  const refusals = judgeDecidingRun(run, github.runId, demand).filter(({ code }) => code !== 'decision-record/run-pull-request');
  if (refusals.length > 0) return refuse(runner, refusals);
  const listed = await forge.listArtifacts(run.id);
  const fetch = async (pattern: RegExp, file: string): Promise<Uint8Array | Finding> => {
    const found = newest(listed, pattern);
    const [artifact] = found;
    if (artifact === undefined || found.length > 1) throw missing(run.id, file, found.length);
    const names = new RegExp(`^${file.replaceAll('.', '\\.')}$`);
    const limits = { maxEntries: 1, maxFileBytes: MAX_SARIF_BYTES, maxTotalBytes: MAX_SARIF_BYTES, names };
    const fetched = await forge.fetchArtifact(artifact, MAX_ARCHIVE_BYTES, limits);
    if (fetched.kind === 'other-bytes') return changed(artifact, fetched) as Finding;
    return fetched.files.get(file) ?? new Uint8Array();
  };
  const evidence = await fetch(EVIDENCE, 'telemetry-scan.intoto.json');
  if (!(evidence instanceof Uint8Array)) return refuse(runner, [evidence]);
  const sarif = await fetch(ARTIFACT, SARIF_FILE);
  if (!(sarif instanceof Uint8Array)) return refuse(runner, [sarif]);
  const digest = parseEvidence(evidence, 'telemetry-scan').subject[0]?.digest;
  const commit = digest && 'gitCommit' in digest ? digest.gitCommit : undefined;
  if (commit === undefined || commit !== run.headSha) throw otherCommit(run.id, commit, run.headSha);
  const ref = await findRef(client, repository, { runId: Number(run.id), event: run.event, commit });
  if (ref === undefined) {
    core.info(`the branch of run ${run.id} is gone, or no open pull request has ${commit} as its head: nothing is uploaded`);
    return 0;
  }
  const { packed, results } = packSarif(sarif);
  const outcome = await uploadSarif(client, repository, { commit, ref, packed }, (ms) => ports.clock.sleep(ms));
  if (outcome.kind === 'not-permitted') throw notPermitted(github.repository, outcome.permission);
  if (outcome.kind === 'rejected') {
    core.error(withholdLeaks(`code scanning refused the log: ${outcome.errors.join('; ')}`.slice(0, 2_000)), {
      title: 'testops upload-sarif',
    });
    return 1;
  }
  core.setOutput('sarif-id', outcome.id);
  core.setOutput('results', String(results));
  core.info(`${results} results for ${ref} at ${commit}${outcome.kind === 'pending' ? '; GitHub is still at it' : ''}`);
  return 0;
};

/** Where code scanning files the results: the pull request that has the commit as its head, else the branch or tag of the run. */
async function findRef(
  client: GithubClient,
  repository: RepositoryName,
  { runId, event, commit }: { readonly runId: number; readonly event: string; readonly commit: string },
): Promise<string | undefined> {
  if (event.startsWith('pull_request')) {
    const [pull] = await findPullRequests(client, repository, commit);
    return pull === undefined ? undefined : `refs/pull/${pull}/head`;
  }
  const { data } = await client.rest.actions.getWorkflowRun({ ...repository, run_id: runId });
  for (const kind of ['heads', 'tags']) {
    if (data.head_branch === null) continue;
    try {
      const found = await client.rest.git.getRef({ ...repository, ref: `${kind}/${data.head_branch}` });
      return found.data.ref;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return undefined;
}

async function refuse(runner: Runner, findings: readonly Finding[]): Promise<number> {
  annotate(runner.core, findings, await loadWords());
  return 1;
}

function missing(runId: string, file: string, found: number): UserError {
  return new UserError({
    where: `run ${runId}`,
    found: found === 0 ? `no ${file}` : `${file} ${found} times in one attempt`,
    expected: 'what telemetry-scan uploads: its evidence, and the log that its key `sarif` names',
    todo: 'write `sarif: testops-out/telemetry.sarif` below telemetry-scan in testops.yml; a scan that broke leaves none',
  });
}

function otherCommit(runId: string, found: string | undefined, expected: string): UserError {
  return new UserError({
    where: `the evidence of run ${runId}`,
    found: found ?? 'no commit',
    expected: `${expected}, the head of that run: code scanning knows a commit only with its branch`,
    todo: 'upload the log of a run that judged the head of its own branch or pull request',
  });
}

function notPermitted(repository: string, permission: string): UserError {
  return new UserError({
    where: `the token of ${repository}`,
    found: `not allowed: ${permission}; or code scanning is not switched on`,
    expected: 'security-events: write, in a repository with code scanning (private ones need GitHub Code Security)',
    todo: 'grant it in the workflow that calls testops-sarif.yml',
  });
}
