import { PNG } from 'pngjs';
import type { Exhibit } from '../../../src/core/index.ts';
import { exhibitsOf as telemetryExhibits } from '../../../src/gates/telemetry-scan/exhibits.ts';
import type { Group, Tally } from '../../../src/gates/telemetry-scan/facts.ts';

/** Exhibits of every kind, as the gates make them, of fixed data. */

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 22, 11, 40);

const bell = (middle: number, width: number) =>
  Array.from({ length: 28 }, (_, index) => ({
    low: index * 20,
    high: (index + 1) * 20,
    count: Math.round(900 * Math.exp(-(((index * 20 - middle) / width) ** 2))) + (index === 21 ? 14 : 0),
  }));

/** What slo-gate draws of a run with a fault in its middle; `middle` is about the median in ms. */
export function latency(middle: number): readonly Exhibit[] {
  const slow = middle > 300;
  return [
    {
      kind: 'distribution',
      title: 'Latency of POST /v1/evaluate',
      unit: 'ms',
      buckets: bell(middle, 60),
      markers: [
        { label: 'p50', value: middle },
        { label: 'p95', value: middle + 72, interval: { low: middle + 66, high: middle + 80 } },
        { label: 'p99', value: middle + 101 },
      ],
      limits: [{ label: 'p95 < 300 ms', value: 300 }],
    },
    {
      kind: 'series',
      title: 'Over time: p95 of POST /v1/evaluate',
      unit: 'ms',
      overTime: true,
      points: Array.from({ length: 60 }, (_, index) => ({
        at: START + index * 10_000,
        value: middle + 60 + ((index * 37) % 23) + (index > 24 && index < 31 ? 90 : 0),
      })),
      limit: 300,
      spans: [{ label: 'runner-kill runner-1', from: START + 4 * MINUTE_MS, to: START + 5 * MINUTE_MS }],
    },
    {
      kind: 'percentiles',
      title: 'Distribution: http_req_duration [load/autocannon.json]',
      unit: 'ms',
      points: [
        { rank: 0, value: 12 },
        { rank: 50, value: middle - 5 },
        { rank: 75, value: middle + 30 },
        { rank: 90, value: middle + 60 },
        { rank: 99, value: middle + 98 },
        { rank: 99.9, value: middle + 190 },
        { rank: 100, value: middle + 240 },
      ],
      limits: [{ label: 'p(99) <= 400 ms', rank: 99, value: 400, verdict: slow ? 'fail' : 'pass' }],
    },
    {
      kind: 'bars',
      title: 'Error budget spent',
      unit: '%',
      parts: [{ name: 'spent', tone: 'data' }],
      rows: [
        { name: 'availability', values: [slow ? 61.5 : 8.2], verdict: 'pass', note: '0.1 % of events may be bad' },
        { name: 'quick', values: [slow ? 1014 : 22.4], verdict: slow ? 'fail' : 'pass', note: '1 % of events may be bad' },
      ],
      limit: 100,
    },
    {
      kind: 'series',
      title: 'Error budget left',
      unit: '%',
      overTime: true,
      points: Array.from({ length: 48 }, (_, index) => ({
        at: Date.UTC(2026, 10, 20) + index * 3_600_000,
        value: 100 - index * 0.9 - (index > 30 ? 8 : 0),
      })),
      limit: 20,
    },
    {
      kind: 'calendar',
      title: 'The last seven days',
      days: ['16', '17', '18', '19', '20', '21', '22'].map((day, index) => ({
        day: `2026-11-${day}`,
        verdict: index === 2 ? null : index === 4 ? 'warn' : slow && index === 6 ? 'fail' : 'pass',
        note: index === 2 ? 'no evaluation' : `p(95) ${200 + index * 4} ms`,
      })),
    },
  ];
}

/** What deploy-preview draws. */
export const topology = (ready: readonly boolean[]): Exhibit => ({
  kind: 'topology',
  title: 'What is ready',
  groups: [
    { name: 'runners', needed: 2, parts: ready.map((up, index) => ({ id: `runner-${index + 1}`, ready: up })) },
    { name: 'SSE gateways', needed: 2, parts: [1, 2, 3].map((index) => ({ id: `gateway-${index}`, ready: true })) },
  ],
});

/** What determinism-check draws of outputs that differ. */
export const outputs = (): Exhibit => ({
  kind: 'grid',
  title: 'What differs, and with what',
  columns: ['by itself', 'time', 'locales'],
  rows: ['out/engine/manifest.json', 'out/engine/report.txt'].map((name, row) => ({
    name,
    cells: [0, 1, 2].map((column) => {
      const bad = column === 1 || (row === 1 && column === 2);
      return { verdict: bad ? 'fail' : 'pass', note: bad ? 'line 8' : '' };
    }),
  })),
});

/** What determinism-check draws of its runs. */
export function runs(differs: boolean): Exhibit {
  const all = ['environment', 'build-path', 'time', 'timezone', 'locales', 'umask'];
  const made: readonly (readonly [string, string, readonly string[]])[] = differs
    ? [
        ['run 1', 'nothing', []],
        ['runs 2 to 3', 'nothing', []],
        ['run 4', 'everything at once', all],
        ['run 5', 'some (search)', ['environment', 'build-path', 'umask']],
        ['run 6', 'some (search)', ['time']],
        ['run 7', 'some (search)', ['locales']],
      ]
    : [
        ['run 1', 'nothing', []],
        ['runs 2 to 3', 'nothing', []],
        ['run 4', 'everything at once', all],
      ];
  return {
    kind: 'grid',
    title: 'Runs, each against the first (6 variations applied)',
    dense: true,
    columns: ['varied', 'against the first', ...all],
    rows: made.map(([name, varied, on], index) => {
      const verdict = differs && (on.includes('time') || on.includes('locales')) ? ('fail' as const) : ('pass' as const);
      return {
        name,
        cells: [
          { verdict: null, note: varied },
          index === 0 ? { verdict: null, note: 'reference' } : { verdict, note: '' },
          ...all.map((id) => ({ verdict: on.includes(id) ? verdict : null, note: '' })),
        ],
      };
    }),
  };
}

/** What telemetry-scan draws of values by rule, service and severity. */
export function values(
  found: readonly (Pick<Group, 'rule' | 'severity' | 'occurrences' | 'file'> & { readonly service: string })[],
): readonly Exhibit[] {
  const tallies = new Map<string, Tally>();
  const files = new Map<string, number>();
  for (const { rule, severity, occurrences, file } of found) {
    const known = tallies.get(`${rule} ${severity}`)?.occurrences ?? 0;
    tallies.set(`${rule} ${severity}`, { rule, severity, occurrences: known + occurrences, accepted: 0 });
    files.set(file, (files.get(file) ?? 0) + 1);
  }
  return telemetryExhibits({
    tallies: [...tallies.values()],
    groups: found as readonly Group[],
    worstFiles: [...files].slice(0, 20).map(([file, findings]) => ({ file, findings, bytes: 4096 })),
  });
}

/** A picture of a dashboard: a frame and bars of these heights, up to 40. */
export function picture(heights: readonly number[], marked: readonly number[] = []): string {
  const png = new PNG({ width: 120, height: 60 });
  const fill = (x: number, y: number, width: number, height: number, [red, green, blue]: readonly [number, number, number]): void => {
    for (let row = y; row < y + height; row += 1)
      for (let column = x; column < x + width; column += 1) png.data.set([red, green, blue, 255], (row * 120 + column) * 4);
  };
  fill(0, 0, 120, 60, [250, 250, 248]);
  fill(0, 0, 120, 10, [44, 58, 74]);
  for (const [index, height] of heights.entries())
    fill(8 + index * 18, 56 - height, 12, height, marked.includes(index) ? [255, 0, 0] : [47, 111, 179]);
  return PNG.sync.write(png).toString('base64');
}

/** What snapshot-compare draws of pictures. */
export function dashboard(): Exhibit {
  const [base, actual] = [
    [12, 30, 22, 38, 18, 26],
    [12, 30, 34, 38, 18, 26],
  ];
  return {
    kind: 'pictures',
    title: 'How it looks: dashboard.png',
    pictures: [
      { label: 'baseline', pngBase64: picture(base ?? []) },
      { label: 'actual', pngBase64: picture(actual ?? []) },
      { label: 'difference', pngBase64: picture(actual ?? [], [2]) },
    ],
  };
}
