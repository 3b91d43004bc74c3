import type { AnyWords, Finding } from '../../core/index.ts';
import { escapeMarkdown, escapeProse } from './escape.ts';

/** What a verification of a tag says, as data. */
export interface VerifiedTagView {
  readonly accepted: boolean;
  readonly tag: string;
  readonly commit: string;
  readonly outcome: string | undefined;
  readonly timeVerified: string | undefined;
  /** Where the decision was found, in words. */
  readonly where: readonly string[];
  /** Whether it was derived again from its bundle. */
  readonly derived: boolean;
  readonly findings: readonly Finding[];
  /** Page of the run that holds the decision. */
  readonly url: string | undefined;
}

/** The summary of a tag that was verified: whether it may stand, on which decision, and if not why. */
export function renderVerifiedTag(view: VerifiedTagView, words: AnyWords): string {
  const { accepted, outcome, timeVerified, where } = view;
  const decided =
    outcome === undefined ? '' : `, decided ${outcome}${timeVerified === undefined ? '' : ` at ${escapeMarkdown(timeVerified)}`}`;
  const lines = [
    `## ${accepted ? '✅' : '⛔'} ${escapeMarkdown(view.tag)} ${accepted ? `stands on ${outcome}` : 'must not stand'}`,
    '',
    `Commit \`${view.commit.slice(0, 12)}\`${decided}${view.url === undefined ? '' : ` in [this run](${view.url})`}.`,
    '',
    ...(where.length === 0 ? [] : [`Found in ${escapeProse(where.join(', '))}.`, '']),
    ...(accepted && !view.derived ? ['Only the signed summary is left: the decision could not be derived again.', ''] : []),
  ];
  for (const { code, args } of view.findings) {
    const word = words[code];
    lines.push(`- ${escapeProse(word ? word.message(args as never) : code)} (\`${code}\`)${word ? `  \n  ${escapeProse(word.fix)}` : ''}`);
  }
  return `${lines.join('\n')}\n`;
}
