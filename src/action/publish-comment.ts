import { type AnyWords, type EvidenceStatement, listInputs, parseEvidence, UserError } from '../core/index.ts';
import { DECISION_FILE, type Decision, MARKDOWN_FILE, SIGNATURE_FILES, SUMMARY_FILE, verifyBundle } from '../decision/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { readArchive } from '../github/read-archive.ts';
import { downloadRunArtifact, findPullRequests, findRun, findRunArtifact, type WorkflowRun } from '../github/run-artifacts.ts';
import { guardWords } from '../render/guard-words.ts';
import { renderComment } from '../render/markdown/comment.ts';
import { renderDecision } from '../render/markdown/decision.ts';
import { escapeMarkdown } from '../render/markdown/escape.ts';
import { refuseLeaks, withholdLeaks } from '../suite/leaks.ts';
import { loadWords } from '../suite/words.ts';
import type { Action } from './main.ts';
import { COMMENT_MARKER } from './publish-decision.ts';
import type { Runner } from './runner.ts';
import { publishCommentInputs } from './workflow-inputs.ts';

const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024;
const MAX_PULL_REQUESTS = 5;
const LIMITS = {
  maxEntries: 100,
  maxFileBytes: 16 * 1024 * 1024,
  maxTotalBytes: 64 * 1024 * 1024,
  names: new RegExp(
    `^(${[DECISION_FILE, SUMMARY_FILE, MARKDOWN_FILE, ...SIGNATURE_FILES].map((name) => name.replaceAll('.', '\\.')).join('|')}|inputs/[0-9a-f]{64})$`,
  ),
};

/** Of its own name, so that it never satisfies a rule that asks for `testops/decision`: whoever opened the pull request could have written it. */
const CHECK_NAME = 'testops/fork-decision';
const CAUTION =
  '> This pull request comes from a fork. The gates ran without any rights, on a workflow that the pull request itself could change: what stands here informs, and no tag can rest on it.';

/** What became of the artifact: a decision that verifies, or why there is none. */
type Told =
  | { readonly kind: 'decided'; readonly decision: Decision; readonly evidence: readonly EvidenceStatement[] }
  | { readonly kind: 'refused'; readonly error: UserError };

/** Publishes the decision of a run that a fork's pull request started, out of an artifact that is taken for hostile. */
export const publishForkComment: Action = async (runner) => {
  const { core, github, ports, token } = runner;
  const given = publishCommentInputs.parse(runner.readInputs(listInputs(publishCommentInputs)));
  if (token === undefined) {
    throw new UserError({
      where: 'github-token',
      found: 'nothing',
      expected: 'the token of the workflow',
      todo: 'pass `github.token` as the input `github-token`',
    });
  }
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const repository = splitRepository(github.repository);
  const run = await findRun(client, repository, readRunId(given['run-id'], github.triggeringRunId));
  if (run.event !== 'pull_request') {
    throw new UserError({
      where: `run ${run.id}`,
      found: `a run of another event than pull_request`,
      expected: 'the run of a pull request',
      todo: 'start this action only after such runs',
    });
  }
  if (run.headRepository === github.repository)
    return tell(runner, `run ${run.id} belongs to this repository: it published its decision itself`);
  if (!run.completed) return tell(runner, `run ${run.id} is running again: its end starts this workflow again`);
  const words = guardWords(await loadWords());
  const told = await readDecision(runner, () => fetchBundle({ client, http: ports.http }, repository, run), run, words);
  await publish(
    runner,
    createPublisher(client, repository, token),
    run,
    told,
    words,
    await findPullRequests(client, repository, run.headSha),
  );
  if (told.kind === 'refused') throw told.error;
  core.setOutput('decision', told.decision.outcome);
  return 0;
};

function readRunId(given: string | undefined, triggering: number | undefined): number {
  const id = given === undefined ? triggering : Number(given);
  if (id !== undefined && Number.isSafeInteger(id) && id > 0) return id;
  throw new UserError({
    where: 'run-id',
    found: given === undefined ? 'nothing, and no run that started this one' : JSON.stringify(given),
    expected: 'the number of a workflow run',
    todo: 'start this action on `workflow_run`, or name the run',
  });
}

function tell({ core }: Runner, line: string): number {
  core.info(line);
  return 0;
}

type Connection = Parameters<typeof downloadRunArtifact>[0];

async function fetchBundle(
  connection: Connection,
  repository: Parameters<typeof findRun>[1],
  run: WorkflowRun,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const artifact = await findRunArtifact(connection.client, repository, run, `testops-decision-a${run.attempt}`);
  return readArchive(`artifact ${artifact.name}`, await downloadRunArtifact(connection, repository, artifact, MAX_ARCHIVE_BYTES), LIMITS);
}

/** Believes nothing that does not follow from the bundle's own bytes, and nothing about another commit or run. */
async function readDecision(
  { github, ports }: Runner,
  fetch: () => Promise<ReadonlyMap<string, Uint8Array>>,
  run: WorkflowRun,
  words: AnyWords,
): Promise<Told> {
  const refuse = (found: string, expected: string, cause?: unknown): Told => ({
    kind: 'refused',
    error: new UserError(
      { where: `the decision of run ${run.id}`, found, expected, todo: 'look at the run: the pull request may have changed its workflow' },
      { cause },
    ),
  });
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = await fetch();
  } catch (error) {
    if (error instanceof UserError) return { kind: 'refused', error };
    throw error;
  }
  try {
    const { decision, findings } = verifyBundle(files, { now: ports.clock.now(), asOfDecision: true });
    const [broken] = findings.filter(({ code }) => code !== 'decision-record/decision-no-go');
    if (decision === undefined || broken) {
      return refuse(
        broken ? (words[broken.code]?.message(broken.args as never) ?? broken.code) : 'nothing that can be read',
        'a bundle from which its decision follows',
      );
    }
    const { subject, repository, run: own } = decision.given;
    if (!('commit' in subject) || subject.commit !== run.headSha)
      return refuse('a decision on another commit', `a decision on ${run.headSha}`);
    if (repository !== github.repository || own.id !== String(run.id) || own.attempt !== run.attempt) {
      return refuse('a decision of another run', `the decision of run ${run.id}, attempt ${run.attempt}, in ${github.repository}`);
    }
    // Read raw: escaped for Markdown, a token or an address would no longer look like one.
    for (const [name, bytes] of files) refuseLeaks(name, new TextDecoder().decode(bytes));
    return { kind: 'decided', decision, evidence: readEvidence(files, decision) };
  } catch (error) {
    if (error instanceof UserError) return { kind: 'refused', error };
    // Bytes that were made to break a reader end here; their message may repeat them, so it is not shown.
    return refuse('a bundle that cannot be verified', 'a bundle that testops wrote', error);
  }
}

/** The evidence that counts, in the order of the decision. */
function readEvidence(files: ReadonlyMap<string, Uint8Array>, decision: Decision): readonly EvidenceStatement[] {
  return decision.gates.flatMap(({ gate, sha256 }) => {
    const bytes = sha256 === null ? undefined : files.get(`inputs/${sha256}`);
    return bytes === undefined ? [] : [parseEvidence(bytes, gate)];
  });
}

async function publish(
  { core, github }: Runner,
  publisher: ReturnType<typeof createPublisher>,
  run: WorkflowRun,
  told: Told,
  words: AnyWords,
  pulls: readonly number[],
): Promise<void> {
  const story =
    told.kind === 'decided' ? { ...told, commit: run.headSha, runUrl: run.url, bundleUrl: undefined, reportUrl: undefined } : undefined;
  const refused = told.kind === 'refused' ? renderRefusal(run, told.error) : '';
  const body = (previous: string | undefined): string =>
    withholdLeaks(`${CAUTION}\n\n${story ? renderComment(story, words, previous) : refused}`);
  await core.summary.addRaw(body(undefined)).write();
  const results = [
    await publisher.checkRun({
      name: CHECK_NAME,
      commit: run.headSha,
      conclusion: story !== undefined && story.decision.outcome !== 'NO-GO' ? 'success' : 'failure',
      title: story?.decision.outcome ?? 'NO-GO: no decision that can be believed',
      summary: withholdLeaks(`${CAUTION}\n\n${story ? renderDecision(story.decision, words) : refused}`),
      annotations: [],
      key: `testops:fork-decision:${run.id}:${run.attempt}`,
    }),
  ];
  if (pulls.length === 0) core.info(`no open pull request has ${run.headSha} as its head: no comment`);
  for (const issue of pulls.slice(0, MAX_PULL_REQUESTS)) results.push(await publisher.comment({ issue, marker: COMMENT_MARKER, body }));
  const missing = new Set(results.flatMap((result) => (result.kind === 'not-permitted' ? [result.permission] : [])));
  if (missing.size === 0) return;
  throw new UserError({
    where: `the token of ${github.repository}`,
    found: `not allowed: ${[...missing].join(', ')}`,
    expected: 'actions: read, checks: write, pull-requests: write',
    todo: 'grant them in the workflow that calls testops-comment.yml',
  });
}

function renderRefusal(run: WorkflowRun, error: UserError): string {
  const { where, found, expected } = error.problem;
  return [
    `## ⛔ NO-GO for \`${run.headSha.slice(0, 12)}\``,
    '',
    'The run left no decision that can be believed.',
    '',
    `- ${escapeMarkdown(where)}: ${escapeMarkdown(found)}`,
    `- expected: ${escapeMarkdown(expected)}`,
    '',
    `[run](${run.url})`,
  ].join('\n');
}
