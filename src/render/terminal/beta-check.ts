import type { AnyWords, Judgement, UserError } from '../../core/index.ts';
import type { DecisionFindingView, DecisionView } from '../decision-view.ts';
import { countLevel } from '../fold-findings.ts';
import { renderField, renderFindings } from './findings.ts';
import { renderChanges } from './gate-result.ts';
import { type Paint, plain } from './paint.ts';
import { renderTable } from './table.ts';

/** What the table shows of one gate. */
export type GateLine =
  | { readonly id: string; readonly run: { readonly judgement: Judgement; readonly changes: readonly string[] } }
  | { readonly id: string; readonly error: UserError };

const MOST_PER_CODE = 3;
const MOST_CODES = 5;

/** The end of `beta-check`: why gates are not green, the table, the decision, and where everything lies. Nothing is said twice. */
export function renderBetaCheck(
  gates: readonly GateLine[],
  decision: DecisionView,
  words: AnyWords,
  places: { readonly evidence: string; readonly bundle: string; readonly report?: string | undefined },
  paint: Paint = plain,
): string {
  const lines: string[] = [''];
  for (const gate of gates) lines.push(...renderWhy(gate, words, paint));
  if (gates.length > 0) lines.push(renderTable({ name: 'gate', verdict: 'verdict', headline: 'what decided' }, gates.map(rowOf), paint));
  const changes = gates.flatMap((gate) => ('run' in gate ? [...gate.run.changes] : []));
  lines.push(
    `Decision: ${paint(decision.outcome, decision.outcome)}`,
    ...renderReasons(decision.findings, new Set(gates.map((gate) => gate.id)), words, paint),
    ...renderChanges([...new Set(changes)]),
    ...(places.report === undefined ? [] : [`  report:   ${places.report}`]),
    `  evidence: ${places.evidence}/`,
    `  bundle:   ${places.bundle}/decision.json`,
    '',
  );
  return lines.join('\n');
}

function rowOf(gate: GateLine): Parameters<typeof renderTable>[1][number] {
  if ('error' in gate) return { name: gate.id, verdict: 'UNUSABLE', headline: gate.error.problem.where, meaning: 'fail' };
  const { verdict, headline } = gate.run.judgement;
  return { name: gate.id, verdict: verdict.toUpperCase(), headline, meaning: verdict };
}

function renderWhy(gate: GateLine, words: AnyWords, paint: Paint): readonly string[] {
  if ('error' in gate) return [`${gate.id}: ${paint('fail', 'unusable input')}`, ...renderProblem(gate.error), ''];
  const { verdict, findings } = gate.run.judgement;
  if (verdict === 'pass') return [];
  const loud = findings.filter(({ level }) => level !== 'note');
  const notes = findings.length - loud.length;
  return [
    `${gate.id}: ${paint(verdict, verdict)}`,
    ...renderFindings(loud, { words, mostPerCode: MOST_PER_CODE, mostCodes: MOST_CODES, rest: 'all in the report', paint }),
    ...(notes > 0 ? [`  ${countLevel(notes, 'note')} in the report`] : []),
    '',
  ];
}

function renderProblem({ problem }: UserError): readonly string[] {
  return [
    ...renderField('  ', problem.where),
    ...renderField('    found:    ', problem.found),
    ...renderField('    expected: ', problem.expected),
    ...renderField('    do:       ', problem.todo),
  ];
}

/** A finding that only says again what a gate's row in the table says becomes one short line. */
function renderReasons(
  findings: readonly DecisionFindingView[],
  shown: ReadonlySet<string>,
  words: AnyWords,
  paint: Paint,
): readonly string[] {
  const repeats = (finding: DecisionFindingView): boolean => 'headline' in finding.args && shown.has(String(finding.args.gate));
  const short = findings.filter(repeats).map(({ code, level, args }) => `  ${paint(level, level)}: ${args.gate}, as above [${code}]`);
  return [
    ...short,
    ...renderFindings(
      findings.filter((finding) => !repeats(finding)),
      { words, mostPerCode: 10, mostCodes: 20, rest: 'all in the bundle', paint },
    ),
  ];
}
