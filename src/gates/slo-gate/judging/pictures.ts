import { type Exhibit, VERDICTS, type Verdict } from '../../../core/index.ts';
import type { Facts } from '../facts.ts';
import type { Objective } from '../objectives/objective.ts';
import type { Shape } from '../series/shape.ts';
import { pictureWords, quantity, titles } from '../words.ts';
import { budgetSpent } from './objectives.ts';
import type { Row, Shown } from './row.ts';

const MOST_SHAPES = 8;
const MOST_COURSES = 4;
const MOST_BUDGETS = 40;
const MOST_FAULTS = 50;
const MOST_MARKS = 6;
const LONGEST_TITLE = 120;

/** The distributions that objectives are about, gravest first, with limits and intervals; their course over time; and the error budgets. */
export function picturesOf(rows: readonly Row[], facts: Facts): readonly Exhibit[] {
  const drawn = facts.shapes
    .map((shape) => ({ shape, rows: rows.filter((row) => isAbout(row, shape)) }))
    // Of a run with faults the whole is read for its course alone; it is judged in two parts.
    .filter((one) => one.rows.length > 0)
    .sort((a, b) => gravity(a.rows) - gravity(b.rows));
  const courses = facts.shapes.filter(({ overTime, phase }) => overTime !== undefined && phase === 'all');
  const shapes = drawn.slice(0, MOST_SHAPES).map((one) => drawShape(one.shape, one.rows, facts));
  const drawnCourses = courses.slice(0, MOST_COURSES).flatMap((shape) => drawCourse(shape, rows, facts));
  // The gravest distribution and its course are what decides; the others come after.
  return [
    ...shapes.slice(0, 1),
    ...drawnCourses.slice(0, 1),
    ...shapes.slice(1),
    ...drawnCourses.slice(1),
    ...drawFaults(facts),
    ...drawBudgets(rows, facts),
    ...drawBudgetCourses(facts),
  ];
}

function isAbout(row: Row, { source, phase, objectives }: Shape): boolean {
  return row.source === source && (row.phase ?? 'all') === phase && objectives.includes(row.objective) && row.shown !== undefined;
}

function gravity(rows: readonly Row[]): number {
  return Math.min(...rows.map(({ verdict }) => -VERDICTS.indexOf(verdict)));
}

function titleOf({ metric, source, phase }: Shape, sources: number): string {
  return `${metric}${pictureWords.phase[phase]}${sources > 1 ? ` [${source}]` : ''}`.slice(0, LONGEST_TITLE);
}

function drawShape(shape: Shape, rows: readonly Row[], facts: Facts): Exhibit {
  const { unit, outline } = shape;
  const title = `${titles.distribution}: ${titleOf(shape, new Set(facts.shapes.map(({ source }) => source)).size)}`;
  const own = unique(rows.flatMap(({ shown, verdict }) => (shown?.unit === unit ? [{ shown, verdict }] : [])));
  const promised = shape.good === undefined ? [] : [shape.good];
  if (outline.kind === 'percentiles') {
    const limits = own.flatMap(({ shown, verdict }) => {
      const rank = rankOf(shown);
      return rank === undefined ? [] : [{ label: limitLabel(shown), rank, value: shown.limit.value, verdict }];
    });
    return { kind: 'percentiles', title, unit, points: outline.points.map((point) => ({ ...point })), limits: limits.slice(0, MOST_MARKS) };
  }
  return {
    kind: 'distribution',
    title,
    unit,
    buckets: outline.buckets.map((bucket) => ({ ...bucket })),
    markers: own.slice(0, MOST_MARKS).map(({ shown }) => ({
      label: shown.statistic,
      value: shown.value,
      ...closedInterval(shown),
    })),
    limits: [
      ...own.map(({ shown }) => ({ label: limitLabel(shown), value: shown.limit.value })),
      ...promised.map(({ comparison, value }) => ({ label: pictureWords.good(comparison, quantity(value, unit)), value })),
    ].slice(0, MOST_MARKS),
  };
}

/** Two objectives may ask the same of one series, up to whether the limit itself is within it; the graver verdict is shown. */
function unique(own: readonly { readonly shown: Shown; readonly verdict: Verdict }[]) {
  const seen = new Set<string>();
  return [...own]
    .sort((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict))
    .filter(({ shown: { statistic, limit } }) => seen.size !== seen.add(`${statistic} ${limit.value}`).size);
}

function limitLabel({ statistic, limit, unit }: Shown): string {
  return `${statistic} ${limit.comparison} ${quantity(limit.value, unit)}`;
}

function closedInterval({ interval }: Shown): { readonly interval?: { readonly low: number; readonly high: number } } {
  return interval && interval.low !== null && interval.high !== null ? { interval: { low: interval.low, high: interval.high } } : {};
}

/** Where on the curve of percentiles a statistic stands; an average has no place on it. */
function rankOf({ statistic }: Shown): number | undefined {
  const percentile = /^p\((\d+(?:\.\d+)?)\)$/.exec(statistic);
  if (percentile) return Number(percentile[1]);
  return { min: 0, med: 50, max: 100 }[statistic];
}

function drawCourse(shape: Shape, rows: readonly Row[], facts: Facts): readonly Exhibit[] {
  const { overTime, unit, metric, objectives } = shape;
  if (overTime === undefined) return [];
  const limited = rows.find(({ shown, objective }) => objectives.includes(objective) && shown?.statistic === overTime.statistic);
  const spans = facts.sources.flatMap(({ faults }) =>
    faults.map(({ kind, target, injectedMs, recoveredMs }) => ({ label: `${kind} ${target}`, from: injectedMs, to: recoveredMs })),
  );
  return [
    {
      kind: 'series',
      title: `${titles.course}: ${overTime.statistic} of ${metric}`.slice(0, LONGEST_TITLE),
      unit,
      overTime: true,
      points: overTime.points.map((point) => ({ ...point })),
      ...(limited?.shown === undefined ? {} : { limit: limited.shown.limit.value }),
      ...(spans.length === 0 ? {} : { spans: spans.slice(0, MOST_FAULTS) }),
    },
  ];
}

function drawFaults({ sources }: Facts): readonly Exhibit[] {
  const faults = sources.flatMap(({ label, startedMs, faults: own }) => own.map((fault) => ({ label, startedMs, ...fault })));
  if (faults.length === 0) return [];
  const seconds = (ms: number): number => Math.round(ms) / 1000;
  return [
    {
      kind: 'table',
      title: titles.faults,
      columns: [
        { name: pictureWords.fault },
        { name: pictureWords.target },
        { name: pictureWords.injectedAfter, numeric: true },
        { name: pictureWords.recoveredAfter, numeric: true },
        { name: pictureWords.results },
      ],
      rows: faults
        .slice(0, MOST_FAULTS)
        .map(({ label, startedMs, kind, target, injectedMs, recoveredMs }) => [
          kind,
          target,
          startedMs === undefined ? null : seconds(injectedMs - startedMs),
          recoveredMs === null ? pictureWords.never : seconds(recoveredMs - injectedMs),
          label,
        ]),
    },
  ];
}

/** Error budgets as bars: full is all that may be spent. */
function drawBudgets(rows: readonly Row[], { objectives }: Facts): readonly Exhibit[] {
  const byId = new Map<string, Objective>(objectives.map((objective) => [objective.id, objective]));
  const spent = rows.flatMap((row) => {
    const objective = byId.get(row.objective);
    const share = objective && budgetSpent(row, objective);
    return share === undefined ? [] : [{ row, share, allowed: objective?.budget?.allowed ?? 0 }];
  });
  if (spent.length === 0) return [];
  return [
    {
      kind: 'bars',
      title: titles.budgets,
      unit: '%',
      parts: [{ name: pictureWords.spent, tone: 'data' }],
      rows: spent.slice(0, MOST_BUDGETS).map(({ row, share, allowed }) => ({
        name: row.id,
        values: [Math.max(0, Number((share * 100).toPrecision(6)))],
        verdict: row.verdict,
        note: pictureWords.allowed(quantity(allowed, 'ratio')),
      })),
      limit: 100,
    },
  ];
}

function drawBudgetCourses({ budgetCourses }: Facts): readonly Exhibit[] {
  return budgetCourses.slice(0, MOST_COURSES).map(({ objective, points }) => ({
    kind: 'series',
    title: `${titles.budgetLeft}: ${objective}`.slice(0, LONGEST_TITLE),
    unit: '%',
    overTime: true,
    points: points.map(({ at, left }) => ({ at, value: Number((left * 100).toPrecision(6)) })),
    limit: 0,
  }));
}
