import type { MetricType, Recording, Sink } from '../series/recording.ts';
import { type Fields, readCsv } from './csv.ts';
import { defined, isProblem, type StreamFormat } from './format.ts';

/** Types of k6's own metrics; the CSV does not say the type of a custom one, which then follows from what the objectives ask of it. */
const TYPES: Readonly<Record<string, MetricType>> = {
  checks: 'rate',
  data_received: 'counter',
  data_sent: 'counter',
  dropped_iterations: 'counter',
  http_req_failed: 'rate',
  http_reqs: 'counter',
  iterations: 'counter',
  vus: 'gauge',
  vus_max: 'gauge',
};

/** k6's `--out csv`: a row for each sample, tags in columns of their own and in `extra_tags`. Time stamps in seconds, or RFC 3339. */
export const k6Csv: StreamFormat = {
  id: 'k6-csv',
  title: 'k6 samples (--out csv)',
  matches: (head) => /^metric_name,timestamp,metric_value[,\r\n]/.test(head),
  async read(chunks, recording) {
    const range = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
    const problem = await readCsv(chunks, (names) => {
      const sinks = new Map<string, Sink | undefined>();
      const tagColumns = new Map(names.slice(3).map((name, index) => [name, index + 3]));
      const columns = names.map((_, index) => index);
      return { columns, onRow: (fields) => addRow(fields, tagColumns, sinks, recording, range) };
    });
    if (problem && isProblem(problem)) return problem;
    return Number.isFinite(range.first) ? { startedMs: range.first, finishedMs: range.last } : defined({});
  },
};

function addRow(
  fields: Fields,
  tagColumns: ReadonlyMap<string, number>,
  sinks: Map<string, Sink | undefined>,
  recording: Recording,
  range: { first: number; last: number },
) {
  const name = fields.text(0);
  if (!sinks.has(name)) {
    const type = TYPES[name] ?? recording.typeAsked(name) ?? 'trend';
    sinks.set(name, recording.sink(name, type, unitOf(name, type)));
  }
  const seconds = fields.number(1);
  const timeMs = Number.isNaN(seconds) ? Date.parse(fields.text(1)) : seconds * (seconds > 1e11 ? 1 : 1000);
  if (timeMs < range.first) range.first = timeMs;
  if (timeMs > range.last) range.last = timeMs;
  const sink = sinks.get(name);
  if (!sink) return undefined;
  const value = fields.number(2);
  if (Number.isNaN(value))
    return { at: `row ${fields.row}`, found: `the value ${JSON.stringify(fields.text(2).slice(0, 40))}`, expected: 'a number' };
  sink.add(value, timeMs, (tag) => {
    const column = tagColumns.get(tag);
    if (column !== undefined) return fields.text(column) || undefined;
    const extra = tagColumns.get('extra_tags');
    const pairs = extra === undefined ? [] : fields.text(extra).split('&');
    return pairs.find((pair) => pair.startsWith(`${tag}=`))?.slice(tag.length + 1);
  });
  return undefined;
}

function unitOf(name: string, type: MetricType): string {
  return type === 'trend' ? 'ms' : name.startsWith('data_') ? 'By' : '1';
}
