import { defined, type FormatProblem, type StreamFormat } from './format.ts';
import { forEachLine, lineText } from './lines.ts';

/**
 * Gatling's text `simulation.log`, up to 3.11: tab-separated records. The columns before the name differ from version to version; the status, `OK` or `KO`,
 * has the end, the start, the name and the groups in front of it in all of them.
 */
export const gatlingLog: StreamFormat = {
  id: 'gatling-log',
  title: 'Gatling simulation.log (text, before 3.12)',
  matches: (head) => /^(?:ASSERTION\t|RUN\t)/.test(head) && /(?:^|\n)RUN\t/.test(head),
  async read(chunks, recording) {
    const duration = recording.sink('http_req_duration', 'trend', 'ms');
    const failed = recording.sink('http_req_failed', 'rate', '1');
    const requests = recording.sink('http_reqs', 'counter', '1');
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const problem = await forEachLine(chunks, (line): FormatProblem | undefined => {
      // R, E, Q: anything else is a user, a group or the header.
      if (line.bytes[line.start] !== 82 || line.bytes[line.start + 2] !== 81) return undefined;
      const fields = lineText(line).split('\t');
      const status = fields.findIndex(
        (field, index) => index > 3 && (field === 'OK' || field === 'KO') && /^\d+$/.test(fields[index - 1] ?? ''),
      );
      const [startMs, endMs] = [Number(fields[status - 2]), Number(fields[status - 1])];
      if (status < 0 || !Number.isFinite(startMs) || !Number.isFinite(endMs)) {
        const found = line.unended ? 'a record that is truncated: the file ends inside of it' : 'a REQUEST without start, end and status';
        return { at: `line ${line.number}`, found, expected: 'a record of Gatling' };
      }
      const tag = (name: string) => (name === 'name' ? fields[status - 3] : name === 'group' ? fields[status - 4] : undefined);
      duration?.add(endMs - startMs, startMs, tag);
      failed?.add(fields[status] === 'KO' ? 1 : 0, startMs, tag);
      requests?.add(1, startMs, tag);
      if (startMs < first) first = startMs;
      if (endMs > last) last = endMs;
      return undefined;
    });
    if (problem) return problem;
    if (Number.isFinite(last)) recording.cover(last);
    return Number.isFinite(first) ? { startedMs: first, finishedMs: last } : defined({});
  },
};
