import type { AnyWords, Place } from '../../core/index.ts';
import { countLevel, type FindingGroup, type FoldedFinding, foldFindings } from '../fold-findings.ts';
import { placeText } from '../place.ts';
import { escapeControls } from './escape.ts';
import { type Paint, plain } from './paint.ts';
import { hang, WIDTH } from './wrap.ts';

export interface FindingsView {
  readonly words: AnyWords;
  /** How many findings of one code are shown before the rest is counted. */
  readonly mostPerCode: number;
  /** How many codes are shown before the rest is counted. */
  readonly mostCodes: number;
  /** Where all of them stand, for the line that counts the rest. */
  readonly rest: string;
  readonly paint?: Paint;
}

type Found = FoldedFinding & { readonly place?: Place | { readonly file?: string | undefined } | undefined };

/** Findings folded by code: how many there are, the first few with place and sentence, and once what to do. */
export function renderFindings(findings: readonly Found[], view: FindingsView): readonly string[] {
  const groups = foldFindings(findings);
  const shown = groups.slice(0, view.mostCodes);
  const left = groups.slice(view.mostCodes).reduce((sum, group) => sum + group.total, 0);
  const fixOf = (group: FindingGroup<Found> | undefined) => (group?.level === 'error' ? view.words[group.code]?.fix : undefined);
  return [
    // Neighbours that ask for the same are told so once, below the last of them.
    ...shown.flatMap((group, index) => renderGroup(group, fixOf(shown[index + 1]) === fixOf(group) ? undefined : fixOf(group), view)),
    ...(left > 0 ? [`  and ${left.toLocaleString('en-US')} more, ${view.rest}`] : []),
  ];
}

function renderGroup(
  { code, level, findings, total }: FindingGroup<Found>,
  fix: string | undefined,
  view: FindingsView,
): readonly string[] {
  const { words, mostPerCode, rest, paint = plain } = view;
  const word = words[code];
  const left = total - Math.min(findings.length, mostPerCode);
  return [
    `  ${paint(level, total === 1 ? level : countLevel(total, level))} [${code}]`,
    ...findings.slice(0, mostPerCode).flatMap((finding) => {
      const place = escapeControls(placeText(finding.place as Place | undefined));
      const sentence = escapeControls(word ? word.message(finding.args as never) : code);
      const oneLine = place === '' ? sentence : `${place}: ${sentence}`;
      if (place === '' || oneLine.length <= WIDTH - 6) return hang('    - ', oneLine);
      return [...hang('    - ', place, true), ...hang('      ', sentence)];
    }),
    ...(left > 0 ? [`    - and ${left.toLocaleString('en-US')} more, ${rest}`] : []),
    ...(fix === undefined ? [] : hang('    do: ', escapeControls(fix))),
  ];
}

/** Lines of a message, wrapped below its label. */
export function renderField(label: string, text: string): readonly string[] {
  return hang(label, escapeControls(text), true);
}
