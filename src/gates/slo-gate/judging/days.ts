import type { Check, Exhibit, Measurement, Verdict } from '../../../core/index.ts';
import { ledgerHeadText } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import type { Inputs } from '../inputs.ts';
import { countStreak, dayBefore, streakVerdict } from '../ledger/streak.ts';
import { drawDays } from './draw-days.ts';
import { decisiveRow } from './exhibits.ts';
import { presentDay } from './present.ts';
import type { Row, SloFinding } from './row.ts';
import { unsignedLedger } from './unsigned-ledger.ts';

export interface DaysJudgement {
  readonly checks: readonly Check[];
  readonly findings: readonly SloFinding[];
  readonly measurements: readonly Measurement[];
  readonly exhibits: readonly Exhibit[];
}

/** The streak of days, the present evaluation counted as today's entry; and the note that carries what a recording workflow appends. */
export function judgeDays(
  facts: Facts,
  inputs: Inputs,
  verdict: Verdict,
  rows: readonly Row[] = [],
  measurements: readonly Measurement[] = [],
): DaysJudgement {
  const needed = inputs['consecutive-days'];
  const present = presentDay(facts, verdict);
  const findings: SloFinding[] = [];
  if (present.results.length > 0) {
    const { day, kinds, objectives, results } = present;
    findings.push({ code: 'slo-gate/day', level: 'note', args: { day, verdict, kinds, objectives, results } });
  }
  const history = facts.history;
  if (history?.kind === 'ok') {
    const args = { place: history.place, head: ledgerHeadText(history.head), entries: history.entries.length };
    findings.push({ code: 'slo-gate/ledger-read', level: 'note', args });
  }
  if (needed === undefined) return { checks: [], findings, measurements: [], exhibits: [] };
  const id = 'consecutive-days';
  const unmeasured = (finding: SloFinding): DaysJudgement => ({
    checks: [{ id, verdict: 'inconclusive' }],
    findings: [...findings, finding],
    measurements: [{ id, value: null, unit: 'days', limit: { comparison: '>=', value: needed } }],
    exhibits: [],
  });
  if (!history || history.kind === 'unavailable') {
    const reason = history?.reason ?? 'it was not read';
    return unmeasured({
      code: 'slo-gate/no-ledger',
      level: 'error',
      args: { days: needed, place: history?.place ?? inputs.ledger, reason },
    });
  }
  if (history.kind === 'broken') {
    const { place, problem } = history;
    return unmeasured({ code: 'slo-gate/ledger-broken', level: 'error', args: { place, problem: problem.kind, line: problem.line } });
  }
  const { commit } = history;
  if (commit === undefined) return unmeasured({ code: 'slo-gate/no-commit', level: 'error', args: { days: needed } });
  const streak = countStreak({
    entries: [
      ...history.entries,
      { type: 'slo-day/v2', ...present, kinds: [...present.kinds], results: [...present.results], commit, measurements: [] },
    ],
    today: facts.today,
    needed,
    rule: inputs['day-rule'],
    requireKinds: inputs['require-kinds'],
    objectives: present.objectives,
    commits: new Set([commit, ...history.commits]),
  });
  const said = streakVerdict(streak);
  if (said !== 'pass') {
    const gap = streak.days.findLast((day) => day.state !== 'met');
    const { replayed, otherCommits, beforeRestart } = streak.ignored;
    const args = {
      length: streak.length,
      needed,
      day: gap?.day ?? facts.today,
      state: gap?.state ?? 'missing',
      missingKinds: gap?.missingKinds ?? [],
      replayed,
      otherCommits,
      beforeRestart,
      shallow: history.shallow,
      unconfirmed: history.unconfirmed,
    };
    findings.push({ code: said === 'fail' ? 'slo-gate/streak-broken' : 'slo-gate/streak-short', level: 'error', args });
  }
  const since = dayBefore(facts.today, needed - 1);
  const made = history.entries.filter((entry) => entry.day >= since && (entry.commit === commit || history.commits.includes(entry.commit)));
  findings.push(...unsignedLedger(history, made, 'consecutive-days'));
  // What evidence will carry of today, as the ledger carries it of the days before.
  const known = [...history.entries, { day: present.day, commit, measurements }];
  const told = known.filter((entry) => entry.commit === commit || history.commits.includes(entry.commit));
  return {
    checks: [{ id, verdict: said }],
    findings,
    measurements: [{ id, value: streak.length, unit: 'days', limit: { comparison: '>=', value: needed } }],
    exhibits: drawDays(streak.days, told, decisiveRow(rows, verdict), rows),
  };
}
