import type { AnyWords, Finding, Judgement, Measurement, Verdict } from '../../core/index.ts';
import { countLevel, foldFindings } from '../fold-findings.ts';
import { formatQuantity } from '../number.ts';
import { placeText } from '../place.ts';
import { codeSpan, escapeMarkdown, escapeProse } from './escape.ts';
import { limitMarkdown, MAX_COMMENT_CHARACTERS } from './limit.ts';

export const VERDICT_MARKS: Readonly<Record<Verdict, string>> = {
  pass: '✅ pass',
  warn: '⚠️ warn',
  fail: '❌ fail',
  inconclusive: '❔ inconclusive',
};

const MOST_PER_CODE = 10;
const MOST_CODES = 40;
const MOST_MEASUREMENTS = 50;

/** One gate in Markdown: verdict, the number that decided, findings, measurements. */
export function renderGateSummary(gate: {
  readonly id: string;
  readonly judgement: Judgement;
  readonly words: AnyWords;
  readonly changes: readonly string[];
  /** What else to know about the verdict. */
  readonly warning?: string | undefined;
}): string {
  const { judgement } = gate;
  const lines = [`## ${VERDICT_MARKS[judgement.verdict]} · ${gate.id}`, '', escapeMarkdown(judgement.headline), ''];
  if (gate.changes.length > 0) lines.push(`The tree is dirty (${gate.changes.length} files): no decision on it can stand for a tag.`, '');
  if (gate.warning !== undefined) lines.push(escapeProse(gate.warning), '');
  lines.push(...renderFindings(judgement.findings, gate.words), ...renderMeasurements(judgement.measurements));
  return limitMarkdown(`${lines.join('\n')}\n`, MAX_COMMENT_CHARACTERS, 'cut here; the rest stands in the evidence');
}

/** Findings folded by code: how many, what to do, and the first few; what is beyond is counted. */
export function renderFindings(
  findings: readonly Finding[],
  words: AnyWords,
  counts: Readonly<Record<string, number>> = {},
): readonly string[] {
  const groups = foldFindings(findings, counts);
  const lines = groups.slice(0, MOST_CODES).flatMap(({ code, level, findings: members, total }) => {
    const word = words[code];
    const left = total - Math.min(members.length, MOST_PER_CODE);
    return [
      `- **${countLevel(total, level)}** ${codeSpan(code)}${word && level !== 'note' ? `: ${escapeProse(word.fix)}` : ''}`,
      ...members.slice(0, MOST_PER_CODE).map((finding) => {
        const place = placeText(finding.place);
        return `  - ${place === '' ? '' : `${codeSpan(place)}: `}${escapeProse(word ? word.message(finding.args as never) : code)}`;
      }),
      ...(left > 0 ? [`  - and ${left.toLocaleString('en-US')} more, all in the evidence`] : []),
    ];
  });
  const left = groups.slice(MOST_CODES).reduce((sum, { total }) => sum + total, 0);
  if (left > 0) lines.push(`- and ${left.toLocaleString('en-US')} more, all in the evidence`);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Measurements in a table, folded away. */
export function renderMeasurements(measurements: readonly Measurement[], title = 'Measurements'): readonly string[] {
  if (measurements.length === 0) return [];
  const rows = measurements.slice(0, MOST_MEASUREMENTS).map((measurement) => {
    const limit = measurement.limit ? `${measurement.limit.comparison} ${formatQuantity(measurement.limit.value, measurement.unit)}` : '';
    const interval = measurement.interval
      ? `${formatQuantity(measurement.interval.low, measurement.unit)} – ${formatQuantity(measurement.interval.high, measurement.unit)}`
      : '';
    return `| ${codeSpan(measurement.id)} | ${measurement.value === null ? 'not measured' : escapeMarkdown(formatQuantity(measurement.value, measurement.unit))} | ${escapeMarkdown(limit)} | ${escapeMarkdown(interval)} | ${measurement.samples?.toLocaleString('en-US') ?? ''} |`;
  });
  const rest = measurements.length - MOST_MEASUREMENTS;
  return [
    `<details><summary>${title}</summary>`,
    '',
    '| measurement | value | limit | interval | samples |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    ...(rest > 0 ? ['', `… and ${rest} more, all in the evidence`] : []),
    '',
    '</details>',
    '',
  ];
}
