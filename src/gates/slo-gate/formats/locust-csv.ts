import type { Series } from '../series/series.ts';
import { type Fields, readCsv } from './csv.ts';
import { isProblem, type StreamFormat } from './format.ts';

/**
 * Locust's `<prefix>_stats.csv` (https://docs.locust.io/en/stable/retrieving-stats.html): a row for each request and one for all, percentiles in columns such as
 * `95%` and `99.9%`, times in milliseconds.
 */
export const locustCsv: StreamFormat = {
  id: 'locust-csv',
  title: 'Locust statistics (_stats.csv)',
  matches: (head) => /^"?Type"?,"?Name"?,"?(?:Request Count|# requests)"?/.test(head.replace(/^\uFEFF/, '')),
  async read(chunks) {
    const series: Series[] = [];
    const problem = await readCsv(chunks, (names) => ({
      columns: names.map((_, index) => index),
      onRow: (fields) => addRow(fields, names, series),
    }));
    if (problem && isProblem(problem)) return problem;
    return { series };
  },
};

function addRow(fields: Fields, names: readonly string[], series: Series[]) {
  const column = (...wanted: readonly string[]) => {
    const index = names.findIndex((name) => wanted.includes(name));
    const value = index < 0 ? Number.NaN : fields.number(index);
    return Number.isNaN(value) ? undefined : value;
  };
  const [type, name] = [fields.text(0), fields.text(1)];
  const [count, failures] = [column('Request Count', '# requests'), column('Failure Count', '# failures')];
  if (count === undefined || failures === undefined) {
    return { at: `row ${fields.row}`, found: 'no number of requests or failures', expected: '`Request Count` and `Failure Count`' };
  }
  const aggregated = type === '' && (name === 'Aggregated' || name === 'Total');
  const tags: Record<string, string> = aggregated ? {} : { ...(type === '' ? {} : { method: type }), name };
  const percentiles: Record<string, number> = {};
  names.forEach((heading, index) => {
    const rank = /^(\d+(?:\.\d+)?)%$/.exec(heading)?.[1];
    const value = fields.number(index);
    if (rank !== undefined && !Number.isNaN(value)) percentiles[String(Number(rank))] = value;
  });
  const statistics = {
    min: column('Min Response Time', 'Min response time'),
    max: column('Max Response Time', 'Max response time'),
    mean: column('Average Response Time', 'Average response time'),
    median: column('Median Response Time', 'Median response time'),
  };
  const known = Object.fromEntries(Object.entries(statistics).filter(([, value]) => value !== undefined));
  const perSecond = column('Requests/s');
  const dimensional = aggregated ? {} : { dimensional: true as const };
  series.push(
    {
      metric: 'http_req_duration',
      tags,
      unit: 'ms',
      data: { kind: 'trend-summary', count, ...known, percentiles: count === 0 ? {} : percentiles },
      ...dimensional,
    },
    { metric: 'http_req_failed', tags, unit: '1', data: { kind: 'rate', matches: failures, total: count }, ...dimensional },
    {
      metric: 'http_reqs',
      tags,
      unit: '1',
      data: { kind: 'counter', sum: count, ...(perSecond === undefined ? {} : { perSecond }) },
      ...dimensional,
    },
  );
  return undefined;
}
