import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvPlan, readCsv } from '../../../../src/gates/slo-gate/formats/csv.ts';

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  // One memory for all pieces, as a reader that reuses its buffer gives them.
  const memory = Buffer.alloc(bytes.length);
  for (let index = 1; index < at.length; index++) {
    const piece = bytes.subarray(at[index - 1], at[index]);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    memory.fill(0x58);
  }
}

const TRUE = Buffer.from('true');

/** Everything that a plan is shown, and how the reading ended. */
async function everything(bytes: Buffer, cuts: readonly number[], columns: readonly number[], plain: boolean) {
  const rows: unknown[] = [];
  const plan: CsvPlan = {
    columns,
    onRow(fields) {
      rows.push([fields.row, ...columns.map((_, index) => [fields.text(index), fields.number(index), fields.is(index, TRUE)])]);
      return rows.length === 60 ? { at: 'row', found: 'enough', expected: 'no more' } : undefined;
    },
  };
  const problem = await readCsv(inPieces(bytes, cuts), () => plan, plain);
  return { rows, problem };
}

const CELL = fc.oneof(
  fc.constantFrom(
    '',
    'true',
    '0',
    '-1',
    '1.5',
    '1e3',
    ' 7 ',
    '007',
    '123456789012345',
    '1234567890123456',
    'OK',
    'a b',
    'é',
    '\r',
    'NaN',
    ';',
  ),
  fc.integer({ min: 0, max: 2_000_000_000_000 }).map(String),
  fc.string({ unit: fc.constantFrom('a', '0', '9', ' ', '-', '\r'), maxLength: 90 }),
);
const QUOTED = fc.constantFrom('"a,b"', '"say ""hi"""', '"two\nlines"', '"5"');

describe('rows of a table in WebAssembly', () => {
  it('are those of plain JavaScript, whatever the pieces, ends and lengths of lines', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.array(CELL, { minLength: 1, maxLength: 7 }), { maxLength: 40 }),
        fc.array(fc.nat({ max: 4_000 }), { maxLength: 4 }),
        fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        fc.boolean(),
        fc.option(fc.tuple(fc.nat({ max: 39 }), QUOTED), { freq: 4 }),
        async (width, cells, cuts, columns, delimiter, lineEnd, ended, quoted) => {
          // Most rows are whole, some too short, some too long.
          const rows = cells.map((row, index) =>
            index % 9 === 8 ? row : Array.from({ length: width }, (_, at) => row[at % row.length] ?? ''),
          );
          if (quoted && rows.length > 0) rows[quoted[0] % rows.length] = Array.from({ length: width }, () => quoted[1]);
          const header = Array.from({ length: width }, (_, at) => `c${at}`);
          const text = [header, ...rows].map((row) => row.join(delimiter)).join(lineEnd) + (ended ? lineEnd : '');
          const bytes = Buffer.from(text);
          const wanted = columns.filter((column) => column < width);
          if (wanted.length === 0) wanted.push(0);
          const fast = await everything(bytes, cuts, wanted, false);
          seen += fast.rows.length;
          expect(fast).toEqual(await everything(bytes, cuts, wanted, true));
        },
      ),
      { numRuns: Number(process.env.TESTOPS_FUZZ_RUNS ?? 400) },
    );
    expect(seen).toBeGreaterThan(1_000);
  });

  it('are all there when they are more than one call gives, and longer than a mask', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `${index},${index * 7},${'x'.repeat(index % 150)}`);
    const bytes = Buffer.from(`a,b,c\n${lines.join('\n')}\n`);
    const sums: number[] = [];
    for (const plain of [false, true]) {
      let sum = 0;
      let count = 0;
      const plan: CsvPlan = {
        columns: [1],
        onRow(fields) {
          sum += fields.number(0);
          count++;
          return undefined;
        },
      };
      expect(await readCsv(inPieces(bytes, [100_000, 250_000]), () => plan, plain)).toBeUndefined();
      sums.push(sum, count);
    }
    const expected = (7 * 4_999 * 5_000) / 2;
    expect(sums).toEqual([expected, 5_000, expected, 5_000]);
  });
});
