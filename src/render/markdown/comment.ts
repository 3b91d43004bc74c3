import { type AnyWords, extensionOf, judgementOf } from '../../core/index.ts';
import type { DecisionStory } from '../decision-view.ts';
import { OUTCOME_MARKS, renderReasons } from './decision.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';
import { renderFindings, VERDICT_MARKS } from './gate-summary.ts';
import { limitMarkdown, MAX_COMMENT_CHARACTERS } from './limit.ts';

/** The one comment on a pull request, and the summary of the deciding job: verdict, gates with the number that decided, details, links. */
export function renderComment(story: DecisionStory, words: AnyWords): string {
  const { decision, evidence, commit } = story;
  const lines = [`## ${OUTCOME_MARKS[decision.outcome]} for ${codeSpan(commit.slice(0, 12))}`, '', ...renderReasons(decision, words)];
  if (evidence.length > 0) {
    lines.push('| gate | verdict | what decided |', '| --- | --- | --- |');
    for (const { gate, verdict, headline } of evidence.map(extensionOf))
      lines.push(`| ${codeSpan(gate)} | ${VERDICT_MARKS[verdict]} | ${escapeMarkdown(headline)} |`);
    lines.push('');
  }
  for (const statement of evidence) {
    const { gate } = extensionOf(statement);
    const { findings } = judgementOf(statement);
    if (findings.length === 0) continue;
    lines.push(
      `<details><summary>${gate}: ${findings.length} findings</summary>`,
      '',
      ...renderFindings(findings, words),
      '</details>',
      '',
    );
  }
  const report = story.reportUrl === undefined ? '' : `[report](${story.reportUrl}) · `;
  const bundle = story.bundleUrl === undefined ? '' : ` · [decision and evidence](${story.bundleUrl})`;
  lines.push(`${report}[run](${story.runUrl})${bundle} · check it yourself: \`testops verify decision.json\``);
  return limitMarkdown(lines.join('\n'), MAX_COMMENT_CHARACTERS, `cut here; the rest stands in [the run](${story.runUrl})`);
}
