import { OUTCOME_MARKS } from './decision.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';

/** What the release notes say of a decision. */
export interface ReleaseBlockView {
  readonly outcome: keyof typeof OUTCOME_MARKS;
  readonly timeVerified: string;
  readonly commit: string;
  readonly by: string | undefined;
  readonly gates: readonly { readonly gate: string; readonly verdict: string | null; readonly headline: string | null }[];
  readonly waivers: readonly { readonly rule: string; readonly match: string; readonly owner: string; readonly effectiveUntil: string }[];
  readonly runUrl: string;
  readonly bundleUrl: string | undefined;
  readonly tag: string;
}

/** The block of the release notes: the decision, its gates and waivers, and how to check it. */
export function renderReleaseBlock(view: ReleaseBlockView): string {
  const by = view.by === undefined ? '' : ` by ${escapeMarkdown(view.by)}`;
  const lines = [
    `### ${OUTCOME_MARKS[view.outcome]}`,
    '',
    `Decided${by} for ${codeSpan(view.commit.slice(0, 12))} at ${escapeMarkdown(view.timeVerified)}.`,
    '',
    '| gate | verdict | what decided |',
    '| --- | --- | --- |',
    ...view.gates.map(
      ({ gate, verdict, headline }) => `| ${codeSpan(gate)} | ${verdict ?? 'no evidence'} | ${escapeMarkdown(headline ?? '')} |`,
    ),
    '',
    ...view.waivers.map(
      ({ rule, match, owner, effectiveUntil }) =>
        `- waived: ${codeSpan(`${rule}: ${match}`)} by ${escapeMarkdown(owner)} until ${escapeMarkdown(effectiveUntil)}`,
    ),
    ...(view.waivers.length > 0 ? [''] : []),
    `[run](${view.runUrl})${view.bundleUrl === undefined ? '' : ` · [decision and evidence](${view.bundleUrl})`} · check it yourself: ${codeSpan(`testops verify ${view.tag}`)}`,
  ];
  return lines.join('\n');
}
