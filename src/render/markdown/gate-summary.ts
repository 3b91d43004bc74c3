import type { AnyWords, Finding, Judgement, Measurement, Verdict } from '../../core/index.ts';
import { placeText } from '../place.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';

export const VERDICT_MARKS: Readonly<Record<Verdict, string>> = {
  pass: '✅ pass',
  warn: '⚠️ warn',
  fail: '❌ fail',
  inconclusive: '❔ inconclusive',
};

const MOST_FINDINGS = 50;
const MOST_MEASUREMENTS = 50;

/** One gate in Markdown: verdict, the number that decided, findings, measurements. */
export function renderGateSummary(gate: {
  readonly id: string;
  readonly judgement: Judgement;
  readonly words: AnyWords;
  readonly changes: readonly string[];
}): string {
  const { judgement } = gate;
  const lines = [`## ${VERDICT_MARKS[judgement.verdict]} · ${gate.id}`, '', escapeMarkdown(judgement.headline), ''];
  if (gate.changes.length > 0) lines.push(`The tree is dirty (${gate.changes.length} files): no decision on it can stand for a tag.`, '');
  lines.push(...renderFindings(judgement.findings, gate.words), ...renderMeasurements(judgement.measurements));
  return `${lines.join('\n')}\n`;
}

/** Findings as a list; what is beyond the bound is counted. */
export function renderFindings(findings: readonly Finding[], words: AnyWords): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings.slice(0, MOST_FINDINGS).map((finding) => {
    const word = words[finding.code];
    const place = placeText(finding.place);
    return `- **${finding.level}** ${place === '' ? '' : `${codeSpan(place)}: `}${escapeMarkdown(word ? word.message(finding.args as never) : finding.code)} (${codeSpan(finding.code)})`;
  });
  if (findings.length > MOST_FINDINGS) lines.push(`- … and ${findings.length - MOST_FINDINGS} more, all in the evidence`);
  return [...lines, ''];
}

function renderMeasurements(measurements: readonly Measurement[]): readonly string[] {
  if (measurements.length === 0) return [];
  const rows = measurements.slice(0, MOST_MEASUREMENTS).map((measurement) => {
    const limit = measurement.limit ? `${measurement.limit.comparison} ${formatNumber(measurement.limit.value)}` : '';
    const interval = measurement.interval ? `${formatNumber(measurement.interval.low)} – ${formatNumber(measurement.interval.high)}` : '';
    return `| ${codeSpan(measurement.id)} | ${measurement.value === null ? 'not measured' : formatNumber(measurement.value)} ${escapeMarkdown(measurement.unit)} | ${escapeMarkdown(limit)} | ${interval} | ${measurement.samples ?? ''} |`;
  });
  const rest = measurements.length - MOST_MEASUREMENTS;
  return [
    '<details><summary>Measurements</summary>',
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

/** At most four significant decimals, no exponent for ordinary sizes. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 || Number.isInteger(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: 1 })
    : String(Number(value.toPrecision(4)));
}
