import { type Exhibit, sortBy } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import { SEVERITIES, type Severity } from './rules/rule.ts';
import { titles } from './words.ts';

const MOST_ROWS = 100;

interface Counted {
  readonly name: string;
  readonly severity: Severity;
  readonly number: number;
  readonly accepted: number;
}

/** What the report draws: how many values by rule and by service, each by severity; and the files with most. Never a value. */
export function exhibitsOf(facts: Pick<Facts, 'tallies' | 'groups' | 'worstFiles'>): readonly Exhibit[] {
  if (facts.tallies.length === 0) return [];
  const byRule = facts.tallies.map(({ rule, severity, occurrences, accepted }) => ({
    name: rule,
    severity,
    number: occurrences,
    accepted,
  }));
  const byService = facts.groups.map(({ service, severity, occurrences }) => ({
    name: service ?? titles.noService,
    severity,
    number: occurrences,
    accepted: 0,
  }));
  return [
    bars(titles.rules, byRule),
    // The groups that were left out, and with them their services, are said so in a finding.
    bars(titles.services, byService),
    {
      kind: 'table',
      title: titles.files,
      columns: [{ name: 'File' }, { name: 'Findings', numeric: true }, { name: 'Bytes', numeric: true }],
      rows: facts.worstFiles.map(({ file, findings, bytes }) => [file, findings, bytes]),
    },
  ];
}

const TONES = { critical: 'fail', high: 'fail', medium: 'warn', low: 'none' } as const satisfies Record<Severity, string>;

function bars(title: string, counted: readonly Counted[]): Exhibit {
  const severities = SEVERITIES.filter((severity) => counted.some((one) => one.severity === severity));
  const byName = new Map<string, Counted[]>();
  for (const one of counted) {
    const own = byName.get(one.name);
    if (own === undefined) byName.set(one.name, [one]);
    else own.push(one);
  }
  const rows = [...byName].map(([name, own]) => {
    const sum = (severity: Severity): number => own.reduce((all, one) => all + (one.severity === severity ? one.number : 0), 0);
    const accepted = own.reduce((all, one) => all + one.accepted, 0);
    return { name, values: severities.map(sum), verdict: null, note: accepted === 0 ? '' : titles.accepted(accepted) };
  });
  const gravest = severities.map((_, index) => (row: (typeof rows)[number]) => -(row.values[index] ?? 0));
  const largest = sortBy(rows, ...gravest, ({ name }) => name);
  return {
    kind: 'bars',
    title,
    unit: '',
    parts: severities.map((name) => ({ name, tone: TONES[name] })),
    rows: largest.slice(0, MOST_ROWS),
  };
}
