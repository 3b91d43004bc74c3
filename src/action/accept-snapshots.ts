import { type Finding, type Forge, type ForgeRun, isUserError, listInputs, parseEvidence, UserError } from '../core/index.ts';
import { createClient, type GithubClient, type RepositoryName, splitRepository } from '../github/client.ts';
import { markerOf } from '../github/comments.ts';
import { commitFiles } from '../github/commit-files.ts';
import type { Ask } from '../github/event.ts';
import { createPublisher } from '../github/publisher.ts';
import { findPullRequest, mayPush, type PullRequest } from '../github/pull-requests.ts';
import { escapeMarkdown } from '../render/markdown/escape.ts';
import { changed, newest } from '../suite/fetch-bundle.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { type AcceptedSet, acceptPendingSet, MAX_PENDING_BYTES, PENDING_LIMITS } from '../suite/pending-snapshots.ts';
import { readTrustedWorkflows } from '../suite/trusted-workflows.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import type { Action } from './main.ts';
import { requireForge } from './open-forge.ts';
import type { Runner } from './runner.ts';
import { judgeDecidingRun } from './sign.ts';
import { acceptSnapshotsInputs } from './workflow-inputs.ts';

const EVIDENCE = 'snapshot-compare.intoto.json';
const MAX_REASON_CHARACTERS = 500;

/** What somebody who may push asked for. */
interface Request {
  readonly pull: PullRequest;
  readonly by: string;
  readonly reason: string;
  /** When it was asked, in milliseconds since 1970: whatever came later was not what the reviewer saw. */
  readonly atMs: number;
}

/**
 * Makes the snapshots of a pull request its baseline, because a reviewer said so: takes the pending set of the run that judged the head of the pull
 * request, checks it, and commits it to the branch. It executes nothing of the pull request.
 */
export const acceptSnapshots: Action = async (runner) => {
  const { core, github, token = '' } = runner;
  const given = acceptSnapshotsInputs.parse(runner.readInputs(listInputs(acceptSnapshotsInputs)));
  const forge = requireForge(runner);
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const repository = splitRepository(github.repository);
  const asked = readReason(runner, given);
  if (asked === undefined || github.ask === undefined) {
    core.info('nobody asked for snapshots to be accepted');
    return 0;
  }
  // Whoever may not push gets no answer, so that a stranger cannot make the workflow write.
  const { by, pull: number, atMs } = github.ask;
  if (!github.ask.isPerson || !(await mayPush(client, repository, by))) {
    core.error(`${by} may not push to ${github.repository}: nothing is accepted`, { title: 'testops accept-snapshots' });
    return 1;
  }
  try {
    const pull = requireOwnPull(github.repository, github.ask, await findPullRequest(client, repository, number), asked);
    const request: Request = { pull, by, reason: asked, atMs };
    await requireCheckout(runner, pull);
    const found = await findPending(runner, forge, request);
    if (found.kind === 'refused') {
      annotate(core, found.findings, await loadWords());
      throw refusal(
        `the run on ${pull.headSha}`,
        'artifacts that must not be believed',
        'what the gates uploaded',
        'let the gates run again',
      );
    }
    const section = await readSection(runner);
    const accepted = await acceptPendingSet(section, runner.ports, found.files, { by, reason: asked });
    const commit = await commitBaseline(runner, { client, repository }, request, found.run, accepted);
    core.setOutput('commit', commit);
    await answer(runner, client, repository, number, renderAccepted(request, found.run, accepted, commit));
    return 0;
  } catch (error) {
    if (!isUserError(error)) throw error;
    await answer(runner, client, repository, number, renderRefused(error));
    throw error;
  }
};

/** Why, as the comment or the label says it; undefined when neither is about this. */
function readReason({ github: { ask } }: Runner, given: { readonly command: string; readonly label: string }): string | undefined {
  if (ask === undefined) return undefined;
  if (ask.label !== undefined) return ask.label === given.label ? `label ${given.label}` : undefined;
  const [line = ''] = (ask.comment ?? '').split(/\r?\n/);
  const rest = line.startsWith(given.command) ? line.slice(given.command.length) : undefined;
  if (rest === undefined || (rest !== '' && !rest.startsWith(' '))) return undefined;
  // One line, nothing that a terminal or a trailer of a commit would take for something else.
  return (
    rest
      .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
      .trim()
      .slice(0, MAX_REASON_CHARACTERS) || 'no reason was given'
  );
}

function requireOwnPull(
  repository: string,
  { pull: number, headSha: headWhenAsked }: Ask,
  pull: PullRequest | undefined,
  reason: string,
): PullRequest {
  const where = `pull request ${number}`;
  if (!pull?.open) throw refusal(where, pull ? 'a pull request that is closed' : 'no pull request', 'an open one', 'ask on an open one');
  if (pull.headRepository !== repository) {
    throw refusal(
      where,
      `a branch of ${pull.headRepository ?? 'a fork that is gone'}`,
      `a branch of ${repository}: nothing is written to a fork`,
      'in a clone of the fork run `testops snapshot-compare --mode update --by … --reason …`, then `--mode accept`, and push the baseline',
    );
  }
  // A head that was replaced between the look and the word is noticed by the time of its run; who wants to be certain names it.
  const named = /^[0-9a-f]{7,64}(?= |$)/.exec(reason)?.[0];
  const isOther =
    (headWhenAsked !== undefined && headWhenAsked !== pull.headSha) || (named !== undefined && !pull.headSha.startsWith(named));
  if (isOther) throw moved(pull.headSha);
  return pull;
}

/** The work tree is data here; it must be that of the commit that is judged. */
async function requireCheckout({ ports }: Runner, pull: PullRequest): Promise<void> {
  const head = await ports.repository.head();
  if (head !== pull.headSha) throw moved(pull.headSha, head);
}

type Found =
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }
  | { readonly kind: 'found'; readonly run: ForgeRun; readonly files: ReadonlyMap<string, Uint8Array> };

/** The pending set of the newest run that judged the head before the reviewer spoke. */
async function findPending(runner: Runner, forge: Forge, { pull, atMs }: Request): Promise<Found> {
  const demand = { repository: forge.repository, workflows: await readTrustedWorkflows(forge, runner.configPath) };
  const where = `the runs on ${pull.headSha}`;
  const trusted = (await forge.listRuns(pull.headSha)).filter(
    (run) =>
      judgeDecidingRun(run, '', demand).every(({ code }) => code === 'decision-record/run-pull-request') && run.headSha === pull.headSha,
  );
  const [run] = trusted;
  if (run === undefined)
    throw refusal(where, 'none that is over and of a trusted workflow', 'a run of testops-ci.yml', 'wait for it, then ask again');
  if (Date.parse(run.updatedAt) > atMs) {
    throw refusal(
      `run ${run.id}`,
      'a run that ended after the request',
      'snapshots that were there when somebody asked for them',
      'look at what the run found, and ask again',
    );
  }
  const artifacts = await forge.listArtifacts(run.id);
  const [evidence, ...others] = newest(artifacts, /^testops-evidence-snapshot-compare-a(\d+)$/);
  if (evidence === undefined || others.length > 0)
    throw refusal(`run ${run.id}`, 'no evidence of snapshot-compare', 'one', 'let the gates run again');
  const attempt = evidence.name.slice(evidence.name.lastIndexOf('-a') + 2);
  const pending = artifacts.filter(({ name }) => name === `testops-pending-snapshot-compare-a${attempt}`);
  const [artifact] = pending;
  if (artifact === undefined || pending.length > 1) {
    throw refusal(
      `run ${run.id}`,
      'no pending set',
      'a set that snapshot-compare left because snapshots differ from a baseline folder',
      'look at the log of snapshot-compare: nothing differs, or the set may not travel',
    );
  }
  const judged = await forge.fetchArtifact(evidence, MAX_PENDING_BYTES, {
    maxEntries: 1,
    maxFileBytes: MAX_PENDING_BYTES,
    maxTotalBytes: MAX_PENDING_BYTES,
    names: /^snapshot-compare\.intoto\.json$/,
  });
  if (judged.kind === 'other-bytes') return { kind: 'refused', findings: [changed(evidence, judged) as Finding] };
  const digest = parseEvidence(judged.files.get(EVIDENCE) ?? new Uint8Array(), 'snapshot-compare').subject[0]?.digest;
  if (!digest || !('gitCommit' in digest) || digest.gitCommit !== pull.headSha)
    throw refusal(`run ${run.id}`, 'evidence about another commit', pull.headSha, 'let the gates run again');
  const fetched = await forge.fetchArtifact(artifact, MAX_PENDING_BYTES, PENDING_LIMITS);
  return fetched.kind === 'other-bytes'
    ? { kind: 'refused', findings: [changed(artifact, fetched) as Finding] }
    : { kind: 'found', run, files: fetched.files };
}

async function readSection(runner: Runner) {
  const section = (await runner.configuration())?.gates.get('snapshot-compare');
  if (section) return section;
  throw refusal('testops.yml', 'no snapshot-compare', 'a baseline that can be accepted', 'configure the gate');
}

async function commitBaseline(
  { ports, github }: Runner,
  { client, repository }: { readonly client: GithubClient; readonly repository: RepositoryName },
  { pull, by, reason }: Request,
  run: ForgeRun,
  { baseline, pending }: AcceptedSet,
): Promise<string> {
  const changes = [];
  for (const { path, change } of pending.changes) {
    const full = `${baseline}/${path}`;
    changes.push({ path: full, content: change === 'removed' ? undefined : await ports.files.read(full, { maxBytes: MAX_PENDING_BYTES }) });
  }
  const message = `Accept ${changes.length} snapshots of ${baseline}\n\n${withholdLeaks(reason)}\n\nAccepted by ${by}, as run ${run.id} produced them:\n${run.url}\n${github.ask?.url ?? ''}`;
  const result = await commitFiles(client, repository, {
    branch: pull.headBranch,
    head: pull.headSha,
    message: message.trimEnd(),
    changes,
  });
  if (result.kind === 'committed') return result.commit;
  if (result.kind === 'refused') {
    throw refusal(
      `the branch ${pull.headBranch}`,
      'GitHub refused the commit',
      'contents: write, and no rule of the repository that forbids it',
      'grant it in the workflow that calls testops-accept-snapshots.yml, or give it a push-token that may',
    );
  }
  throw moved(pull.headSha);
}

function moved(expected: string, found?: string): UserError {
  return refusal(
    'the head of the pull request',
    found ?? 'another commit than when somebody asked',
    `${expected}: what a reviewer has not seen is not accepted`,
    'let the gates judge the new head, look at it, and ask again',
  );
}

function refusal(where: string, found: string, expected: string, todo: string): UserError {
  return new UserError({ where, found, expected, todo });
}

/** The one comment of this action on the pull request. */
async function answer(runner: Runner, client: GithubClient, repository: RepositoryName, issue: number, text: string): Promise<void> {
  const { core, token = '' } = runner;
  const body = withholdLeaks(text);
  await core.summary.addRaw(`${body}\n`).write();
  const told = await createPublisher(client, repository, token).comment({ issue, marker: markerOf('accept-snapshots'), body });
  if (told.kind === 'not-permitted') core.warning(`no comment: the token lacks ${told.permission}`);
}

function renderAccepted({ by, reason }: Request, run: ForgeRun, { baseline, pending }: AcceptedSet, commit: string): string {
  const count = (change: string) => pending.changes.filter((each) => each.change === change).length;
  return [
    `## Snapshots accepted in ${commit.slice(0, 12)}`,
    '',
    `\`${escapeMarkdown(baseline)}\`: ${count('changed')} changed, ${count('added')} added, ${count('removed')} removed, as [run ${run.id}](${run.url}) produced them.`,
    '',
    `Asked for by ${escapeMarkdown(by)}: ${escapeMarkdown(reason)}`,
    '',
    'If no run starts for it: GitHub starts none for a commit that was made with the workflow’s own token. Close and reopen the pull request, or push, so that the gates judge the new head.',
  ].join('\n');
}

function renderRefused({ problem: { where, found, expected, todo } }: UserError): string {
  return [
    '## Snapshots not accepted',
    '',
    `- ${escapeMarkdown(where)}: ${escapeMarkdown(found)}`,
    `- expected: ${escapeMarkdown(expected)}`,
    `- ${escapeMarkdown(todo)}`,
  ].join('\n');
}
