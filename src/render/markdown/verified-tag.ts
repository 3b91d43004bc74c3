import type { AnyWords, Finding } from '../../core/index.ts';
import { escapeMarkdown, escapeProse } from './escape.ts';

/** What a verification of a tag says, as data. */
export interface VerifiedTagView {
  readonly accepted: boolean;
  readonly tag: string;
  readonly commit: string;
  readonly decision?: { readonly outcome: string; readonly given: { readonly timeVerified: string } } | undefined;
  readonly findings: readonly Finding[];
  /** Page of the run that holds the decision. */
  readonly url: string | undefined;
}

/** The summary of a tag that was verified: whether it may stand, on which decision, and if not why. */
export function renderVerifiedTag(view: VerifiedTagView, words: AnyWords): string {
  const { accepted, decision } = view;
  const lines = [
    `## ${accepted ? '✅' : '⛔'} ${escapeMarkdown(view.tag)} ${accepted ? `stands on ${decision?.outcome}` : 'must not stand'}`,
    '',
    `Commit \`${view.commit.slice(0, 12)}\`${decision ? `, decided ${decision.outcome} at ${escapeMarkdown(decision.given.timeVerified)}` : ''}${view.url === undefined ? '' : ` in [this run](${view.url})`}.`,
    '',
  ];
  for (const { code, args } of view.findings) {
    const word = words[code];
    lines.push(`- ${escapeProse(word ? word.message(args as never) : code)} (\`${code}\`)${word ? `  \n  ${escapeProse(word.fix)}` : ''}`);
  }
  return `${lines.join('\n')}\n`;
}
