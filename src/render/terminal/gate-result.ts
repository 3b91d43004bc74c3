import type { AnyWords, GateEntry, Judgement } from '../../core/index.ts';
import { escapeControls } from './escape.ts';
import { renderFindings } from './findings.ts';
import { type Paint, plain } from './paint.ts';
import { hang } from './wrap.ts';

const MOST_PER_CODE = 10;
const MOST_CODES = 20;
const MOST_CHANGES = 5;

/** What a person reads after one gate: the verdict with the number that decided, the findings, where the evidence is. */
export function renderGateResult(
  result: { readonly id: GateEntry['id']; readonly judgement: Judgement; readonly words: AnyWords },
  evidence: { readonly path: string; readonly changes: readonly string[]; readonly warning?: string | undefined },
  paint: Paint = plain,
): string {
  const { verdict, headline, findings } = result.judgement;
  const label = `${result.id}: ${verdict.toUpperCase()}  `;
  const [first = '', ...more] = hang(label, escapeControls(headline));
  return `${[
    first.replace(verdict.toUpperCase(), paint(verdict, verdict.toUpperCase())),
    ...more,
    ...renderFindings(findings, {
      words: result.words,
      mostPerCode: MOST_PER_CODE,
      mostCodes: MOST_CODES,
      rest: 'all in the evidence',
      paint,
    }),
    ...renderChanges(evidence.changes),
    ...(evidence.warning === undefined ? [] : hang('  ', escapeControls(evidence.warning))),
    `  evidence: ${evidence.path}`,
  ].join('\n')}\n`;
}

/** That the tree is dirty, by what, and what follows. */
export function renderChanges(changes: readonly string[]): readonly string[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, MOST_CHANGES).map(escapeControls).join(', ');
  const rest = changes.length - MOST_CHANGES;
  return hang(
    '  ',
    `The tree is dirty (${shown}${rest > 0 ? `, and ${rest} more` : ''}): no decision on it can stand for a tag. Commit or ignore these files.`,
  );
}
