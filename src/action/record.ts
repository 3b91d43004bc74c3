import type { Finding, Forge, ForgeRun } from '../core/index.ts';
import { canonicalJson, isUserError, listInputs, sha256, UserError } from '../core/index.ts';
import type { IncidentIssue, Publisher } from '../core/ports/publisher.ts';
import { type Decision, parseBetaTag } from '../decision/index.ts';
import { errorOf, warningOf } from '../decision/words.ts';
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
import { verifyTag } from '../suite/verify-tag.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import { checkTags } from './check-tags.ts';
import type { Action } from './main.ts';
import { requireForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';
import { judgeDecidingRun, noSuchRun } from './sign.ts';
import { type StoredSummary, storeSignedSummary } from './store-decision.ts';
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
  const signatures = await openSignatures(forge, undefined, forge);
  const { trust } = signatures;
  const demand = { repository: forge.repository, workflows: trust.workflows };
  const refusals = judgeDecidingRun(run, github.runId, demand);
  const pushed = pushedTagOf(run);
  if (refusals.length > 0) {
    // A tag whose run was cancelled or ran out of time is one that nobody verified.
    const unverified = run.status === 'completed' && refusals.every(({ code }) => code === 'decision-record/run-unfinished');
    if (pushed === undefined || !unverified) return refuse(runner, refusals);
    return tellRefusedTag(runner, publisher, await refusedTag(runner, run, pushed, refusals));
  }
  const bundle = await fetchBundle(forge, run, { now: ports.clock.now(), trust, signatures });
  if (bundle.kind !== 'sound') {
    const findings = bundle.kind === 'refused' ? (bundle.findings as readonly Finding[]) : [];
    const verified = pushed === undefined ? undefined : await verifyWithoutDecision(runner, forge, run, pushed, findings);
    if (pushed === undefined || verified === undefined)
      return bundle.kind === 'refused' ? refuse(runner, findings) : nothingToRecord(runner);
    const exit = await tellRefusedTag(runner, publisher, await refusedTag(runner, run, pushed, verified.findings));
    if (given['remove-tag'] && !verified.stands) await removeTag(runner, forge, pushed, run.headSha);
    return exit;
  }
  const { decision, files } = bundle;
  const digest = sha256(canonicalJson(decision));
  // The run that signs a decision and the one that made it record the same, so that neither makes the other's record a new one.
  const links = { runUrl: decision.given.person?.link ?? decision.given.run.url ?? run.url, bundleUrl: undefined };
  const ledgers = await appendToLedgers(runner, client, decision, files);
  const stored = await storeSignedSummary({ client, repository: splitRepository(github.repository) }, decision, files, signatures);
  const undecided = given['check-tags'] ? await checkTags(runner, forge, signatures) : [];
  const told = await publishRecord(publisher, {
    block: releaseBlockOf(decision, links),
    issues: [...(await incidentIssuesOf(decision, digest, run.event, links)), ...undecided],
    end: incidentsEndOf(decision, digest, run.event, links),
  });
  core.setOutput('decision', decision.outcome);
  core.setOutput('ledger-head', headTextOf(ledgers.decisions));
  core.setOutput('incidents', told.incidents.join('\n'));
  await core.summary.addRaw(`${summaryOf(decision, ledgers, told, stored)}\n`).write();
  const { tag } = decision.given;
  if (given['remove-tag'] && tag !== undefined && decision.outcome === 'NO-GO') await removeTag(runner, forge, tag.name, run.headSha);
  requirePermissions(runner, told.missing);
  const lost = Object.values(ledgers).flatMap((recorded) => (recorded?.kind === 'inconclusive' ? [recorded.reason] : []));
  if (stored?.lost !== undefined) lost.push(stored.lost);
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

/** Name of the beta tag whose push started a run. */
function pushedTagOf({ event, headBranch }: ForgeRun): string | undefined {
  return event === 'push' && headBranch !== null && /^v\d.*-beta/.test(headBranch) ? headBranch : undefined;
}

/**
 * Why a pushed tag without a decision of its own run is an incident; undefined when it stands on another one. A run that failed is one whatever is found on its commit: the
 * push may have moved the tag, which only that run was told.
 */
async function verifyWithoutDecision(
  runner: Runner,
  forge: Forge,
  run: ForgeRun,
  tag: string,
  findings: readonly Finding[],
): Promise<{ readonly findings: readonly Finding[]; readonly stands: boolean } | undefined> {
  const { github, ports } = runner;
  if (findings.length > 0) return { findings, stands: false };
  if (run.id === github.runId && github.before !== undefined) {
    const moved = errorOf('decision-record/tag-moved', { tag, found: run.headSha, expected: github.before });
    return { findings: [moved as Finding], stands: false };
  }
  const verification = await verifyTag({
    forge,
    tag,
    pushed: { commit: run.headSha, leadsTo: (await forge.findTag(tag)) ?? '0'.repeat(40) },
    now: ports.clock.now(),
    signatures: await openSignatures(forge, undefined, forge),
    config: undefined,
    except: run.id,
  });
  if (!verification.accepted) return { findings: verification.findings as readonly Finding[], stands: false };
  if (run.conclusion !== 'failure') return undefined;
  return { findings: [errorOf('decision-record/tag-run-failed', { tag, run: run.id }) as Finding], stands: true };
}

/** The incident of a pushed tag that must not stand. */
async function refusedTag(runner: Runner, run: ForgeRun, tag: string, findings: readonly Finding[]): Promise<IncidentIssue> {
  annotate(runner.core, findings, await loadWords());
  return refusalIssueOf(
    {
      kind: 'decision',
      release: releaseOfTag(tag),
      commit: run.headSha,
      decidedAt: run.updatedAt,
      findings,
      runUrl: run.url,
      bundleUrl: undefined,
    },
    `${run.id}-${run.attempt}`,
  );
}

/** `2.5.0` of its betas; a tag that only looks like one, `v2.5-beta`, is a release of its own. */
function releaseOfTag(tag: string): string {
  try {
    return parseBetaTag(tag).base;
  } catch (error) {
    if (isUserError(error)) return tag;
    throw error;
  }
}

async function tellRefusedTag(runner: Runner, publisher: Publisher, issue: IncidentIssue): Promise<number> {
  const { incidents, missing } = await publishRecord(publisher, { block: undefined, issues: [issue], end: undefined });
  runner.core.setOutput('decision', 'NO-GO');
  runner.core.setOutput('incidents', incidents.join('\n'));
  requirePermissions(runner, missing);
  return 0;
}

/** Only when it was asked for; what stood in the way is said aloud. */
async function removeTag({ core }: Runner, forge: Forge, tag: string, commit: string): Promise<void> {
  const removed = await forge.removeTag(tag, commit);
  core.setOutput('tag-removed', String(removed.kind === 'removed'));
  const told =
    removed.kind === 'removed'
      ? warningOf('decision-record/tag-removed', { tag, commit })
      : warningOf('decision-record/tag-kept', { tag, found: removed.found });
  annotate(core, [told as Finding], await loadWords());
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

function summaryOf(
  decision: Decision,
  { decisions, day }: Ledgers,
  told: Awaited<ReturnType<typeof publishRecord>>,
  stored: StoredSummary | undefined,
): string {
  const state = (recorded: Recorded) =>
    recorded.kind === 'recorded' ? `${recorded.added ? 'added' : 'was there'}, entry ${recorded.head.length}` : 'not written';
  return [
    `## ${decision.outcome} recorded`,
    '',
    `- ledger of decisions: ${state(decisions)}`,
    ...(day === undefined ? [] : [`- ledger of days: ${state(day)}`]),
    ...(stored?.places ?? []).map((place) => `- signed decision, ${place}`),
    ...(told.release === undefined ? [] : [`- [release notes](${told.release})`]),
    ...told.incidents.map((url) => `- [incident](${url})`),
  ].join('\n');
}
