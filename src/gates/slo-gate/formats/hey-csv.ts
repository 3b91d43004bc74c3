import { readCsv } from './csv.ts';
import { defined, isProblem, type StreamFormat } from './format.ts';

/**
 * `hey -o csv`: seconds for each answer, and its offset from the start. What had no answer has no row, so how many requests failed cannot be told:
 * `http_res_failed` is the share of the answers whose status was not 2xx or 3xx.
 */
export const heyCsv: StreamFormat = {
  id: 'hey-csv',
  title: 'hey (-o csv)',
  matches: (head) => /^response-time,DNS\+dialup,DNS,/.test(head),
  async read(chunks, recording) {
    const duration = recording.sink('http_req_duration', 'trend', 'ms');
    const waiting = recording.sink('http_req_waiting', 'trend', 'ms');
    const failed = recording.sink('http_res_failed', 'rate', '1');
    const requests = recording.sink('http_reqs', 'counter', '1');
    const problem = await readCsv(chunks, (names) => {
      const columns = ['response-time', 'Response-delay', 'status-code', 'offset'].map((name) => names.indexOf(name));
      if (columns.some((column) => column < 0))
        return {
          at: 'line 1',
          found: `the columns ${names.join(', ')}`,
          expected: 'response-time, Response-delay, status-code and offset',
        };
      return {
        columns,
        onRow(fields) {
          const [seconds, delay, status, offset] = [fields.number(0), fields.number(1), fields.number(2), fields.number(3)];
          if (Number.isNaN(seconds) || Number.isNaN(offset))
            return { at: `row ${fields.row}`, found: 'a field that is no number', expected: 'seconds' };
          // hey says when a request started relative to the run, not to the calendar.
          const timeMs = offset * 1000;
          const tag = (name: string) => (name === 'status' ? String(status) : undefined);
          duration?.add(millis(seconds), timeMs, tag);
          waiting?.add(millis(delay), timeMs, tag);
          failed?.add(status >= 200 && status < 400 ? 0 : 1, timeMs, tag);
          if (requests) {
            requests.add(1, timeMs, tag);
            recording.cover(timeMs + seconds * 1000);
          }
          return undefined;
        },
      };
    });
    return problem && isProblem(problem) ? problem : defined({});
  },
};

/** hey writes tenths of milliseconds; the product would carry a rounding error. */
function millis(seconds: number): number {
  return Math.round(seconds * 1e7) / 1e4;
}
