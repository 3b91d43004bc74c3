import type { Finding, Forge, ForgeRun } from '../core/index.ts';
import { canonicalJson, listInputs, sha256, UserError } from '../core/index.ts';
import type { IncidentIssue } from '../core/ports/publisher.ts';
import { type Decision, parseBetaTag } from '../decision/index.ts';
import { createClient, type GithubClient, splitRepository } from '../github/client.ts';
import { DECISION_LEDGER_FILE, openBranchLedger, SLO_LEDGER_FILE } from '../github/ledger-branch.ts';
import { createPublisher } from '../github/publisher.ts';
import { fetchBundle } from '../suite/fetch-bundle.ts';
import {
  headTextOf,
  incidentIssuesOf,
  incidentsEndOf,
  publishRecord,
  type Recorded,
  recordDay,
  recordDecisionLine,
  refusalIssueOf,
  releaseBlockOf,
  sloEvidenceOf,
} from '../suite/record.ts';
import { readTrustedWorkflows } from '../suite/trusted-workflows.ts';
import { verifyTag } from '../suite/verify-tag.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import { requireForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';
import { judgeDecidingRun, noSuchRun } from './sign.ts';
import { recordInputs } from './workflow-inputs.ts';

const PERMISSIONS = 'contents: write, issues: write, actions: read';

/** Records a decision where people and later runs look for it: the ledger branch, the release notes, the incident issues. Each of them once, however often it runs. */
export const recordEverywhere: Action = async (runner) => {
  const { core, github, ports, token = '' } = runner;
  const given = recordInputs.parse(runner.readInputs(listInputs(recordInputs)));
  if (github.event.startsWith('pull_request')) {
    throw new UserError({
      where: `a run of ${github.event}`,
      found: 'a decision to record',
      expected: 'a push, a tag, a schedule, workflow_dispatch or workflow_run',
      todo: 'do not call testops-record.yml for pull requests: their decisions stand for nothing beyond them',
    });
  }
  const forge = requireForge(runner);
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const publisher = createPublisher(client, splitRepository(github.repository), token);
  const runId = given['run-id'] ?? (github.triggeringRunId === undefined ? github.runId : String(github.triggeringRunId));
  const run = await forge.findRun(runId);
  if (!run) throw noSuchRun(runId, forge.repository);
  const demand = { repository: forge.repository, workflows: await readTrustedWorkflows(forge, runner.configPath) };
  const refusals = judgeDecidingRun(run, github.runId, demand);
  if (refusals.length > 0) return refuse(runner, refusals);
  const bundle = await fetchBundle(forge, run, ports.clock.now());
  if (bundle.kind !== 'sound') {
    const findings = bundle.kind === 'refused' ? (bundle.findings as readonly Finding[]) : [];
    const issue = await issueWithoutDecision(runner, forge, run, findings);
    if (issue === undefined) return bundle.kind === 'refused' ? refuse(runner, findings) : nothingToRecord(runner);
    const { incidents, missing } = await publishRecord(publisher, { block: undefined, issues: [issue], end: undefined });
    core.setOutput('decision', 'NO-GO');
    core.setOutput('incidents', incidents.join('\n'));
    requirePermissions(runner, missing);
    return 0;
  }
  const { decision, files } = bundle;
  const digest = sha256(canonicalJson(decision));
  const links = { runUrl: run.url, bundleUrl: undefined };
  const ledgers = await appendToLedgers(runner, client, decision, files);
  const told = await publishRecord(publisher, {
    block: releaseBlockOf(decision, links),
    issues: await incidentIssuesOf(decision, digest, run.event, links),
    end: incidentsEndOf(decision, digest, run.event, links),
  });
  core.setOutput('decision', decision.outcome);
  core.setOutput('ledger-head', headTextOf(ledgers.decisions));
  core.setOutput('incidents', told.incidents.join('\n'));
  await core.summary.addRaw(`${summaryOf(decision, ledgers, told)}\n`).write();
  requirePermissions(runner, told.missing);
  const lost = Object.values(ledgers).flatMap((recorded) => (recorded?.kind === 'inconclusive' ? [recorded.reason] : []));
  for (const reason of lost) core.error(reason, { title: 'testops record: the ledger was not written' });
  return lost.length > 0 ? 2 : 0;
};

interface Ledgers {
  readonly decisions: Recorded;
  readonly day: Recorded | undefined;
}

async function appendToLedgers(
  runner: Runner,
  client: GithubClient,
  decision: Decision,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Ledgers> {
  const repository = splitRepository(runner.github.repository);
  const open = (file: string) => openBranchLedger({ client, repository, file });
  const evidence = sloEvidenceOf(decision, files);
  return {
    decisions: await recordDecisionLine(open(DECISION_LEDGER_FILE), decision),
    day: evidence && (await recordDay(open(SLO_LEDGER_FILE), evidence)),
  };
}

/** A pushed tag whose decision cannot be had or must not be believed is an incident of its own. */
async function issueWithoutDecision(
  runner: Runner,
  forge: Forge,
  run: ForgeRun,
  findings: readonly Finding[],
): Promise<IncidentIssue | undefined> {
  const { github, ports } = runner;
  const tag = run.event === 'push' ? (github.tag ?? github.triggeringRef) : undefined;
  if (tag === undefined || !/^v\d.*-beta/.test(tag)) return undefined;
  const now = ports.clock.now();
  const verification =
    findings.length > 0
      ? { accepted: false, findings }
      : await verifyTag({
          forge,
          tag,
          pushed: { commit: run.headSha, leadsTo: (await forge.findTag(tag)) ?? '0'.repeat(40) },
          now,
          signatures: await openSignatures(forge, runner.configPath),
          config: runner.configPath,
          except: run.id,
        });
  if (verification.accepted) return undefined;
  annotate(runner.core, verification.findings as readonly Finding[], await loadWords());
  return refusalIssueOf(
    {
      kind: 'decision',
      release: parseBetaTag(tag).base,
      commit: run.headSha,
      decidedAt: run.updatedAt,
      findings: verification.findings as readonly Finding[],
      runUrl: run.url,
      bundleUrl: undefined,
    },
    `${run.id}-${run.attempt}`,
  );
}

async function refuse(runner: Runner, findings: readonly Finding[]): Promise<number> {
  annotate(runner.core, findings, await loadWords());
  runner.core.setOutput('decision', 'NO-GO');
  return 1;
}

function nothingToRecord({ core }: Runner): number {
  core.info('this run left no decision of its own: nothing is recorded');
  return 0;
}

function requirePermissions({ github }: Runner, missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new UserError({
    where: `the token of ${github.repository}`,
    found: `not allowed: ${missing.join(', ')}`,
    expected: PERMISSIONS,
    todo: 'grant them in the workflow that calls testops-record.yml',
  });
}

function summaryOf(decision: Decision, { decisions, day }: Ledgers, told: Awaited<ReturnType<typeof publishRecord>>): string {
  const state = (recorded: Recorded) =>
    recorded.kind === 'recorded' ? `${recorded.added ? 'added' : 'was there'}, entry ${recorded.head.length}` : 'not written';
  return [
    `## ${decision.outcome} recorded`,
    '',
    `- ledger of decisions: ${state(decisions)}`,
    ...(day === undefined ? [] : [`- ledger of days: ${state(day)}`]),
    ...(told.release === undefined ? [] : [`- [release notes](${told.release})`]),
    ...told.incidents.map((url) => `- [incident](${url})`),
  ].join('\n');
}
