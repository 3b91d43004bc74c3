import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCsv } from '../../../../src/gates/slo-gate/formats/csv.ts';
import { forEachLine, lineText } from '../../../../src/gates/slo-gate/formats/lines.ts';
import { words } from '../../../../src/gates/slo-gate/words.ts';
import { runWith } from '../run-gate.ts';

/** Bytes in pieces of these lengths, again and again. */
async function* pieces(text: string, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield new Uint8Array(bytes.subarray(at, at + length));
    at += length;
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 5 });

describe('lines and rows, wherever the pieces end', () => {
  it('lines are those of split', async () => {
    const line = fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        cuts,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        async (lines, lengths, ended, end) => {
          const text = lines.join(end) + (ended && lines.length > 0 ? end : '');
          const seen: string[] = [];
          await forEachLine(pieces(text, lengths), (one) => {
            seen.push(lineText(one));
            expect(one.number).toBe(seen.length);
            return undefined;
          });
          const expected = text.split(end);
          if (expected.at(-1) === '') expected.pop();
          expect(seen).toEqual(expected);
        },
      ),
    );
  });

  it('rows come back as they were written, quotes, delimiters and line feeds inside', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', '\n', ';', ' ', '1'), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 8 }),
        cuts,
        fc.boolean(),
        async (rows, lengths, ended) => {
          const quote = (text: string, index: number) =>
            /[",\n]/.test(text) || (index === 0 && text === '') ? `"${text.replaceAll('"', '""')}"` : text;
          const text = ['x,y,z', ...rows.map((row) => row.map(quote).join(','))].join('\n') + (ended ? '\n' : '');
          const seen: string[][] = [];
          const problem = await readCsv(pieces(text, lengths), (names) => {
            expect(names).toEqual(['x', 'y', 'z']);
            return {
              columns: [0, 2],
              onRow(fields) {
                seen.push([fields.text(0), fields.text(1)]);
                return undefined;
              },
            };
          });
          expect(problem).toBeUndefined();
          expect(seen).toEqual(rows.map(([x, , z]) => [x, z]));
        },
      ),
    );
  });
});

describe('results that cannot be used', () => {
  const ask = { results: ['r'], thresholds: ['http_req_duration: p(95)<300'] };
  const jtl = 'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success\n1795000000000,10,a,200,OK,t,text,true\n';
  const ndjson =
    '{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time"},"metric":"http_req_duration"}\n{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":5,"tags":{}}}\n';

  it.each([
    ['a JTL that ends inside of a row', `${jtl}1795000000001,12,b,20`, /row 3\n {2}found: +4 of 8 columns: the file is truncated/],
    [
      'a JTL whose quotes never close',
      `${jtl}1795000000001,12,"b,200,OK,t,text,true\n`,
      /row 3\n {2}found: +a quoted field without an end/,
    ],
    ['a JTL with a word for a number', `${jtl}1795000000001,fast,b,200,OK,t,text,true\n`, /row 3\n {2}found: +elapsed "fast"/],
    [
      'NDJSON that ends inside of a line',
      `${ndjson}{"metric":"http_req_duration","type":"Point","data":{"time":"2026-`,
      /line 3\n {2}found: +a line that is truncated/,
    ],
    ['NDJSON with a line that is not JSON', `${ndjson}oh no\n`, /line 3\n {2}found: +a line that is not JSON/],
    [
      'a point before its type',
      '{"metric":"x","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":5}}\n',
      /line 1\n {2}found: +a point of "x" before its type/,
    ],
    [
      'a JTL in XML that ends too early',
      '<?xml version="1.0"?>\n<testResults version="1.2">\n<httpSample t="1" ts="2" s="true"/>\n',
      /no <\/testResults>: the file is truncated/,
    ],
    [
      'a log of Gatling that ends inside of a record',
      'RUN\ta\tb\t1\t \t3.5.1\nREQUEST\t\tx\t1\t2\tOK\t\nREQUEST\t\tx\t1',
      /line 3\n {2}found: +a record that is truncated/,
    ],
    ['OpenMetrics without its end', '# TYPE a gauge\n# UNIT a seconds\na 1\n', /OpenMetrics without `# EOF`/],
    [
      'a percentile distribution without its end',
      ' Value   Percentile   TotalCount 1/(1-Percentile)\n\n 1.0 0.5 10 2.00\n#[Max     =   5.0, Total count    =   20]\n',
      /10 samples in rows, 20 in total/,
    ],
    ['a gzip file that was cut', 'GZIP', /gzip file that is damaged or truncated/],
    ['a line of 70 MB', 'LONG', /line 3\n {2}found: +a line of more than 64 MiB/],
  ])('%s', async (_name, content, message) => {
    const { gzipSync } = await import('node:zlib');
    const bytes =
      content === 'GZIP'
        ? gzipSync(jtl.repeat(400)).subarray(0, -30)
        : content === 'LONG'
          ? Buffer.from(`${ndjson}{"metric":"${'x'.repeat(70e6)}`)
          : Buffer.from(content);
    await expect(runWith({ r: bytes }, ask)).rejects.toThrow(message);
  });

  it('a line of 10 MB is read', async () => {
    const long = JSON.stringify({
      metric: 'http_req_duration',
      type: 'Point',
      data: { time: '2026-01-01T00:00:01Z', value: 7, tags: { note: 'x'.repeat(10e6) } },
    });
    const { judgement } = await runWith(
      { r: `${ndjson}${long}\n` },
      { results: ['r'], thresholds: ['http_req_duration: count==2, avg==6'] },
    );
    expect(judgement.verdict).toBe('pass');
  });

  it('names with spaces, quotes, line feeds, `::` and other letters', async () => {
    const name = 'lo ad/"r\'\n::warning::ü.jtl';
    const { judgement } = await runWith({ [name]: jtl }, { results: ['lo ad/*'], thresholds: ['http_req_duration: max<300'] });
    expect(judgement.verdict).toBe('pass');
  });

  it('every code has its page, and every page its code', () => {
    const folder = join(import.meta.dirname, '../../../../docs/findings/slo-gate');
    expect(existsSync(folder)).toBe(true);
    expect(
      readdirSync(folder)
        .map((file) => `slo-gate/${file.replace(/\.md$/, '')}`)
        .sort(),
    ).toEqual(Object.keys(words).sort());
  });
});
