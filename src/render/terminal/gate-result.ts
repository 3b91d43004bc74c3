import type { AnyWords, Finding, GateEntry, Judgement, Place } from '../../core/index.ts';
import { escapeControls } from './escape.ts';

const MOST_FINDINGS = 20;
const MOST_CHANGES = 5;

/** What a person reads after one gate: the verdict with the number that decided, the findings, where the evidence is. */
export function renderGateResult(
  result: { readonly id: GateEntry['id']; readonly judgement: Judgement; readonly words: AnyWords },
  evidence: { readonly path: string; readonly changes: readonly string[] },
): string {
  const { judgement } = result;
  const lines = [`${result.id}: ${judgement.verdict.toUpperCase()}  ${judgement.headline}`];
  for (const finding of judgement.findings.slice(0, MOST_FINDINGS)) lines.push(...renderFinding(finding, result.words));
  const more = judgement.findings.length - MOST_FINDINGS;
  if (more > 0) lines.push(`  … and ${more} more findings, all in the evidence`);
  if (evidence.changes.length > 0) {
    const shown = evidence.changes.slice(0, MOST_CHANGES).map(escapeControls).join(', ');
    const rest = evidence.changes.length - MOST_CHANGES;
    lines.push(`  the tree is dirty (${shown}${rest > 0 ? `, and ${rest} more` : ''}): no decision on it can stand for a tag`);
  }
  lines.push(`  evidence: ${evidence.path}`);
  return `${lines.join('\n')}\n`;
}

/** One finding: level, place, sentence, and what to do. */
export function renderFinding(finding: Finding, words: AnyWords): readonly string[] {
  const word = words[finding.code];
  const place = renderPlace(finding.place);
  const sentence = word ? word.message(finding.args as never) : finding.code;
  return [
    `  ${finding.level}: ${place === '' ? '' : `${place}: `}${escapeControls(sentence)} [${finding.code}]`,
    ...(word && finding.level === 'error' ? [`         ${escapeControls(word.fix)}`] : []),
  ];
}

/** `file:line:column /json/pointer`, as much of it as is known. */
export function renderPlace(place: Place | undefined): string {
  if (!place) return '';
  const file = [place.file, ...(place.member ?? [])].filter((part) => part !== undefined).join('!');
  const position = place.line === undefined ? '' : `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  const pointer = place.pointer === undefined || place.pointer === '' ? '' : ` ${place.pointer}`;
  return escapeControls(`${file}${position}${pointer}`);
}
