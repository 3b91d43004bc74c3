import type { AnyWords } from '../core/index.ts';
import { type EvidenceStatement, extensionOf, type Finding, judgementOf, VERDICT_CONCLUSION } from '../core/index.ts';
import type { Annotation, Published, Publisher } from '../core/ports/publisher.ts';
import { type Decision, type DecisionFinding, STATUS_CONTEXT } from '../decision/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { markerOf } from '../github/comments.ts';
import { createPublisher } from '../github/publisher.ts';
import { renderComment } from '../render/markdown/comment.ts';
import { renderDecision } from '../render/markdown/decision.ts';
import { escapeMarkdown } from '../render/markdown/escape.ts';
import { renderGateSummary } from '../render/markdown/gate-summary.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { linkToDecision } from '../suite/tag/status-mark.ts';
import { loadWords } from '../suite/words.ts';
import type { Runner } from './runner.ts';

export interface PublishedDecision {
  readonly decision: Decision;
  readonly evidence: readonly EvidenceStatement[];
  readonly commit: string;
  readonly bundleUrl: string | undefined;
  readonly reportUrl: string | undefined;
  /** Why the decision is a NO-GO for everybody, whatever the rules say. */
  readonly refused: DecisionFinding | undefined;
}

/** Marker of the one comment on a pull request. */
export const COMMENT_MARKER = markerOf('beta-gates');

const MOST_ANNOTATIONS = 200;
const TITLES = { GO: 'GO', CONDITIONAL: 'CONDITIONAL: GO with waivers', 'NO-GO': 'NO-GO' } as const;

/** Writes the summary, the check runs, the status and the comment. A token that may not write is said, and is no error. */
export async function publishDecision(runner: Runner, given: PublishedDecision): Promise<void> {
  const { core, github, token } = runner;
  const words = await loadWords();
  const { refused } = given;
  const decision: Decision = refused === undefined ? given.decision : { ...given.decision, outcome: 'NO-GO', outcomeForTag: 'NO-GO' };
  const published = { ...given, decision };
  const reason =
    refused === undefined ? '' : `> **NO-GO**: ${escapeMarkdown(words[refused.code]?.message(refused.args as never) ?? refused.code)}\n\n`;
  const summary = withholdLeaks(reason + renderDecision(decision, words));
  const render = (previous: string | undefined): string =>
    withholdLeaks(reason + renderComment({ ...published, runUrl: github.url }, words, previous));
  await core.summary.addRaw(render(undefined)).write();
  if (token === undefined) return core.info('no token: the decision stands in the summary and the artifact only');
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const publisher = createPublisher(client, splitRepository(github.repository), token);
  const results = [...(await publishGates(runner, publisher, published, words))];
  const conclusion = decision.outcome === 'NO-GO' ? 'failure' : 'success';
  results.push(
    await publisher.checkRun({
      name: 'testops/decision',
      commit: published.commit,
      conclusion,
      title: TITLES[decision.outcome],
      summary,
      annotations: [],
      key: `testops:decision:${github.runId}:${github.attempt}`,
    }),
    await publisher.status({
      commit: published.commit,
      context: STATUS_CONTEXT,
      state: conclusion,
      description: refused === undefined ? describeStatus(decision) : 'NO-GO: the bundle was not uploaded',
      url: linkToDecision(github.url, decision),
    }),
  );
  if (github.pullRequest !== undefined) {
    results.push(await publisher.comment({ issue: github.pullRequest, marker: COMMENT_MARKER, body: render }));
  }
  const strangers = results.flatMap((result) => (result.kind === 'published' ? (result.strangers ?? []) : []));
  for (const url of strangers)
    core.warning(`A check run with the key of this attempt was there before: ${url}. Find out which job created it.`);
  const missing = new Set(results.flatMap((result) => (result.kind === 'not-permitted' ? [result.permission] : [])));
  if (missing.size > 0)
    core.info(`not published, since the token lacks: ${[...missing].join(', ')}; the decision stands in the summary and the artifact`);
}

async function publishGates(
  runner: Runner,
  publisher: Publisher,
  { evidence, commit }: PublishedDecision,
  words: AnyWords,
): Promise<readonly Published[]> {
  const results: Published[] = [];
  for (const statement of evidence) {
    const own = extensionOf(statement);
    const judgement = judgementOf(statement);
    results.push(
      await publisher.checkRun({
        name: `testops/${own.gate}`,
        commit,
        conclusion: VERDICT_CONCLUSION[own.verdict],
        title: withholdLeaks(`${own.verdict}: ${own.headline}`),
        summary: withholdLeaks(renderGateSummary({ id: own.gate, judgement, words, changes: [] })),
        annotations: toAnnotations(judgement.findings, words),
        key: `testops:${own.gate}:${runner.github.runId}:${runner.github.attempt}`,
      }),
    );
  }
  return results;
}

/** Findings in files; a finding without a line is shown at the first. */
function toAnnotations(findings: readonly Finding[], words: AnyWords): readonly Annotation[] {
  return findings.slice(0, MOST_ANNOTATIONS).flatMap((finding) => {
    const word = words[finding.code];
    const file = finding.place?.file;
    if (file === undefined || file === '-' || !word) return [];
    return [
      {
        path: withholdLeaks(file),
        line: finding.place?.line ?? 1,
        level: finding.level,
        title: `${finding.code}: ${word.title}`,
        message: withholdLeaks(`${word.message(finding.args as never)}\n${word.fix}`),
      },
    ];
  });
}

function describeStatus(decision: Decision): string {
  const count = (outcome: string) => decision.rules.filter((rule) => rule.outcome === outcome).length;
  const held = `${count('holds')} of ${decision.rules.length} rules hold`;
  return decision.outcome === 'CONDITIONAL' ? `CONDITIONAL: ${count('waived')} waived, ${held}` : `${decision.outcome}: ${held}`;
}
