import type { Finding } from '../core/index.ts';

/** Findings of one code and one level, which share a sentence's form and what to do about it. */
export interface FindingGroup<F extends FoldedFinding = Finding> {
  readonly code: string;
  readonly level: Finding['level'];
  /** Those at hand, in their order. */
  readonly findings: readonly F[];
  /** All of them, also those that the evidence only counts. */
  readonly total: number;
}

export type FoldedFinding = Pick<Finding, 'code' | 'level' | 'args'>;

/**
 * Groups findings by level and code, in the order of their first appearance. `counts` are all findings by code, also those beyond the number that an
 * evidence file carries; as findings stand sorted by level, what is beyond belongs to the last group of its code.
 */
export function foldFindings<F extends FoldedFinding>(
  findings: readonly F[],
  counts: Readonly<Record<string, number>> = {},
): readonly FindingGroup<F>[] {
  const groups = new Map<string, F[]>();
  for (const finding of findings) {
    const key = `${finding.level} ${finding.code}`;
    const known = groups.get(key);
    if (known) known.push(finding);
    else groups.set(key, [finding]);
  }
  const beyond = new Map(Object.entries(counts).map(([code, count]) => [code, Math.max(0, count - countOf(findings, code))]));
  const folded = [...groups.values()].map((members) => ({
    code: members[0]?.code ?? '',
    level: members[0]?.level ?? ('error' as const),
    findings: members,
    total: members.length,
  }));
  for (const group of [...folded].reverse()) {
    group.total += beyond.get(group.code) ?? 0;
    beyond.delete(group.code);
  }
  return folded;
}

function countOf(findings: readonly FoldedFinding[], code: string): number {
  return findings.reduce((count, finding) => count + (finding.code === code ? 1 : 0), 0);
}

/** `1 error`, `12 warnings`. */
export function countLevel(count: number, level: Finding['level']): string {
  return `${count.toLocaleString('en-US')} ${level}${count === 1 ? '' : 's'}`;
}
