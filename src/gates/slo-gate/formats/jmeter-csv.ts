import type { Recording, Sink } from '../series/recording.ts';
import { type Fields, readCsv } from './csv.ts';
import { defined, isProblem, type StreamFormat } from './format.ts';

const TRUE = Buffer.from('true');

/** Columns of a JTL that are metrics, and their names after k6; times in milliseconds. */
const TRENDS = { elapsed: 'http_req_duration', Latency: 'http_req_waiting', Connect: 'http_req_connecting' } as const;
const COUNTERS = { bytes: 'data_received', sentBytes: 'data_sent' } as const;
/** Columns that tell samples apart, and the names of the tags. */
const TAGS: Readonly<Record<string, string>> = { label: 'name', responseCode: 'status', threadName: 'thread', URL: 'url' };

/**
 * JMeter's JTL in CSV, with its header line (https://jmeter.apache.org/usermanual/listeners.html#attributes). Every row is one sample, those of transaction
 * controllers among them, as in JMeter's own aggregate report.
 */
export const jmeterCsv: StreamFormat = {
  id: 'jmeter-csv',
  title: 'JMeter JTL (CSV)',
  matches: (head) => {
    const header = (head.split('\n')[0] ?? '').split(/[,;\t]/).map((name) => name.trim().replaceAll('"', ''));
    return header.includes('elapsed') && header.some((name) => /^time_?stamp$/i.test(name));
  },
  async read(chunks, recording) {
    const range = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
    const problem = await readCsv(chunks, (names) => {
      const time = names.findIndex((name) => /^time_?stamp$/i.test(name));
      if (!['label', 'responseCode', 'success'].every((name) => names.includes(name))) {
        const expected = 'the columns that JMeter itself needs for a report, among them `label`, `responseCode` and `success`';
        return { at: 'line 1', found: `the columns ${names.join(', ')}`, expected };
      }
      return planOf(names, time, recording, range);
    });
    if (problem && isProblem(problem)) return problem;
    return Number.isFinite(range.first) ? { startedMs: range.first, finishedMs: range.last } : defined({});
  },
};

function planOf(names: readonly string[], time: number, recording: Recording, range: { first: number; last: number }) {
  const trends: { readonly column: number; readonly sink: Sink }[] = [];
  for (const [column, metric] of Object.entries(TRENDS)) {
    const index = names.indexOf(column);
    const sink = index < 0 ? undefined : recording.sink(metric, 'trend', 'ms');
    if (sink) trends.push({ column: index, sink });
  }
  for (const [column, metric] of Object.entries(COUNTERS)) {
    const index = names.indexOf(column);
    const sink = index < 0 ? undefined : recording.sink(metric, 'counter', 'By');
    if (sink) trends.push({ column: index, sink });
  }
  const failed = recording.sink('http_req_failed', 'rate', '1');
  const requests = recording.sink('http_reqs', 'counter', '1');
  const sinks = [...trends.map(({ sink }) => sink), ...(failed ? [failed] : []), ...(requests ? [requests] : [])];
  const elapsed = names.indexOf('elapsed');
  const success = names.indexOf('success');
  const tagColumns = Object.entries(TAGS)
    .map(([column, tag]) => ({ tag, index: names.indexOf(column) }))
    .filter(({ tag, index }) => index >= 0 && sinks.some((sink) => sink.tagNames.includes(tag)));
  const columns = [
    ...new Set([
      time,
      elapsed,
      ...trends.map(({ column }) => column),
      ...(failed ? [success] : []),
      ...tagColumns.map(({ index }) => index),
    ]),
  ];
  columns.sort((a, b) => a - b);
  const at = (column: number) => columns.indexOf(column);
  const [timeAt, elapsedAt, successAt] = [at(time), at(elapsed), at(success)];
  const measured = trends.map(({ column, sink }) => ({ field: at(column), sink }));
  const tagFields = new Map(tagColumns.map(({ tag, index }) => [tag, at(index)]));
  let row: Fields | undefined;
  const tag = (name: string) => {
    const field = tagFields.get(name);
    return field === undefined ? undefined : row?.text(field);
  };
  return {
    columns,
    onRow(fields: Fields) {
      row = fields;
      let timeMs = fields.number(timeAt);
      if (Number.isNaN(timeMs)) timeMs = parseTime(fields.text(timeAt));
      if (timeMs < range.first) range.first = timeMs;
      const elapsedMs = fields.number(elapsedAt);
      if (Number.isNaN(elapsedMs)) {
        return {
          at: `row ${fields.row}`,
          found: `elapsed ${JSON.stringify(fields.text(elapsedAt).slice(0, 40))}`,
          expected: 'milliseconds',
        };
      }
      if (timeMs + elapsedMs > range.last) range.last = timeMs + elapsedMs;
      for (let index = 0; index < measured.length; index += 1) {
        const { field, sink } = measured[index] as (typeof measured)[number];
        const value = field === elapsedAt ? elapsedMs : fields.number(field);
        if (!Number.isNaN(value)) sink.add(value, timeMs, tag);
      }
      failed?.add(fields.is(successAt, TRUE) ? 0 : 1, timeMs, tag);
      if (requests) {
        requests.add(1, timeMs, tag);
        recording.cover(timeMs + elapsedMs);
      }
      return undefined;
    },
  };
}

/** Time stamps that JMeter was told to format, taken as UTC; `NaN` when the form is another. */
function parseTime(text: string): number {
  const match = /^(\d{4})[-/.](\d\d)[-/.](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,3}))?$/.exec(text.trim());
  return match
    ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}.${(match[7] ?? '0').padEnd(3, '0')}Z`)
    : Number.NaN;
}
