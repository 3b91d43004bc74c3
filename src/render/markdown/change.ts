import { GATE_IDS, VERDICTS } from '../../core/index.ts';
import { codeSpan } from './escape.ts';
import { VERDICT_MARKS } from './gate-summary.ts';
import type { RunState } from './state.ts';

/** What a reviewer reads first: what is another since the previous run; nothing when there was none. */
export function renderChange(before: RunState | undefined, now: RunState): readonly string[] {
  if (!before) return [];
  const since =
    before.commit === now.commit ? 'the previous run on this commit' : `the previous run, on ${codeSpan(before.commit.slice(0, 12))}`;
  const turned = GATE_IDS.flatMap((gate) => {
    const [was, is] = [before.gates[gate], now.gates[gate]];
    if (!was && !is) return [];
    if (!was) return [`- ${codeSpan(gate)} is new: ${VERDICT_MARKS[is?.verdict ?? 'inconclusive']}`];
    if (!is) return [`- ${codeSpan(gate)} left no evidence this time; it was ${VERDICT_MARKS[was.verdict]}`];
    if (was.verdict === is.verdict) return [];
    const better = VERDICTS.indexOf(is.verdict) < VERDICTS.indexOf(was.verdict);
    return [`- ${better ? '⬆️' : '⬇️'} ${codeSpan(gate)}: ${VERDICT_MARKS[was.verdict]} → ${VERDICT_MARKS[is.verdict]}`];
  });
  const outcome = before.outcome === now.outcome ? [] : [`- the decision: ${before.outcome} → **${now.outcome}**`];
  const moved = GATE_IDS.filter((gate) => {
    const [was, is] = [before.gates[gate], now.gates[gate]];
    return was && is && was.verdict === is.verdict && was.headline !== is.headline;
  });
  const numbers = moved.length > 0 ? [`- same verdict, other number: ${moved.map(codeSpan).join(', ')}`] : [];
  const changes = [...outcome, ...turned, ...numbers];
  return changes.length === 0 ? [`Nothing changed since ${since}.`, ''] : [`**Changed since ${since}:**`, '', ...changes, ''];
}
