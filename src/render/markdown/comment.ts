import { type AnyWords, type EvidenceStatement, extensionOf, type GateId, judgementOf, sha256 } from '../../core/index.ts';
import type { DecisionFindingView, DecisionStory } from '../decision-view.ts';
import { countLevel } from '../fold-findings.ts';
import { renderChange } from './change.ts';
import { OUTCOME_MARKS, renderReasons, renderRules } from './decision.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';
import { renderFindings, renderMeasurements, VERDICT_MARKS } from './gate-summary.ts';
import { limitMarkdown, MAX_COMMENT_CHARACTERS } from './limit.ts';
import { type CommentState, previousOf, type RunState, readState, writeState } from './state.ts';

/**
 * The one comment on a pull request, and the summary of the deciding job: verdict, what changed since the previous run, the gates with the number that
 * decided, why, details, links. `previous` is the body that the comment had before; at most 65,000 characters come out.
 */
export function renderComment(story: DecisionStory, words: AnyWords, previous?: string): string {
  const { decision, evidence, commit } = story;
  const state = stateOf(story);
  const before = previousOf(readState(previous), state);
  const lines = [
    `## ${OUTCOME_MARKS[decision.outcome]} for ${codeSpan(commit.slice(0, 12))}`,
    '',
    ...renderChange(before, state),
    ...renderGates(story, before),
    ...renderReasons({ ...decision, findings: decision.findings.filter((finding) => !repeatsRow(finding, evidence)) }, words),
    ...evidence.flatMap((statement) => renderDetails(statement, words)),
    '<details><summary>Rules</summary>',
    '',
    ...renderRules(decision),
    '</details>',
    '',
  ];
  const links = [
    ...(story.reportUrl === undefined ? [] : [`[report](${story.reportUrl})`]),
    `[run](${story.runUrl})`,
    ...(story.bundleUrl === undefined ? [] : [`[decision and evidence](${story.bundleUrl})`]),
    'check it yourself: `testops verify decision.json`',
  ];
  // Links and state come last and are never cut.
  const closing = `\n${links.join(' · ')}\n${writeState(before ? { ...state, before } : state)}`;
  const rest = `cut here; the rest stands in [the report](${story.reportUrl ?? story.runUrl})`;
  return limitMarkdown(lines.join('\n'), MAX_COMMENT_CHARACTERS - closing.length, rest) + closing;
}

/** Whether a finding only says again what a gate's row in the table says. */
function repeatsRow({ args }: DecisionFindingView, evidence: readonly EvidenceStatement[]): boolean {
  return evidence.map(extensionOf).some(({ gate, headline }) => args.gate === gate && args.headline === headline);
}

function stateOf({ decision, evidence, commit, runUrl }: DecisionStory): CommentState {
  const gates = evidence.map(extensionOf).map(({ gate, verdict, headline }) => [gate, { verdict, headline }] as const);
  return { run: sha256(runUrl).slice(0, 16), commit, outcome: decision.outcome, gates: Object.fromEntries(gates) };
}

function renderGates({ evidence, decision }: DecisionStory, before: RunState | undefined): readonly string[] {
  const shown = evidence.map(extensionOf);
  const missing = (decision.gates ?? []).filter(({ gate, verdict }) => verdict === null && !shown.some((own) => own.gate === gate));
  if (shown.length + missing.length === 0) return ['No gate left evidence.', ''];
  const [head, line] = before
    ? ['| gate | verdict | what decided | before |', '| --- | --- | --- | --- |']
    : ['| gate | verdict | what decided |', '| --- | --- | --- |'];
  const row = (gate: GateId, verdict: string, decided: string, same: (earlier: RunState['gates'][GateId]) => boolean): string => {
    const earlier = before?.gates[gate];
    const then = !earlier
      ? 'not there'
      : same(earlier)
        ? 'the same'
        : `${VERDICT_MARKS[earlier.verdict]}: ${escapeMarkdown(earlier.headline)}`;
    return `| ${codeSpan(gate)} | ${verdict} | ${decided} |${before ? ` ${then} |` : ''}`;
  };
  return [
    head,
    line,
    ...shown.map(({ gate, verdict, headline }) =>
      row(
        gate,
        VERDICT_MARKS[verdict],
        escapeMarkdown(headline),
        (earlier) => earlier?.verdict === verdict && earlier.headline === headline,
      ),
    ),
    ...missing.map(({ gate, required }) =>
      row(gate, '❔ no evidence', required ? 'nothing counts in its place' : 'reported only', () => false),
    ),
    '',
  ];
}

function renderDetails(statement: EvidenceStatement, words: AnyWords): readonly string[] {
  const { gate, findingCounts } = extensionOf(statement);
  const { findings, measurements } = judgementOf(statement);
  const all = Object.values(findingCounts).reduce((sum, number) => sum + number, 0);
  const told = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const number = findings.filter((finding) => finding.level === level).length;
    return number === 0 ? [] : [countLevel(number, level)];
  });
  if (all === 0) return renderMeasurements(measurements, `${gate}: measurements`);
  const title = all > findings.length ? `${all.toLocaleString('en-US')} findings` : told.join(', ');
  return [
    `<details><summary>${gate}: ${title}</summary>`,
    '',
    ...renderFindings(findings, words, findingCounts),
    ...renderMeasurements(measurements),
    '</details>',
    '',
  ];
}
