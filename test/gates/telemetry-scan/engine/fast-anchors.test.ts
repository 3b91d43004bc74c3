import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCorpus } from '../../../../bench/telemetry-corpus.ts';
import { createScanner, type Scanner, scanBytes } from '../../../../src/gates/telemetry-scan/engine/scanner.ts';
import { readColumns } from '../../../../src/gates/telemetry-scan/formats/columns.ts';
import { DEFAULT_RULES } from '../../../../src/gates/telemetry-scan/rules/index.ts';

const fast = createScanner(DEFAULT_RULES);
const reference = createScanner(DEFAULT_RULES, [], true);

function expectSame(bytes: Buffer, from = 0, to = bytes.length): number {
  const hits = scanBytes(fast, bytes, from, to);
  expect(hits).toEqual(scanBytes(reference, bytes, from, to));
  return hits.length;
}

/** Values that the rules know, and things that look like them, whole: cutting and joining is done by the properties. */
const VALUE = fc.oneof(
  fc.constantFrom(
    'jane.doe@posteo.de',
    'user:pw4Xk9@db.corp.io',
    '4929 3258 2713 6822',
    '4929325827136822',
    '4929-3258-2713-6822',
    '3714 496353 98431',
    'DE89370400440532013000',
    'DE89 3704 0044 0532 0130 00',
    'gb29-nwbk-6016-1331-9268-19',
    '536-22-1234',
    '536221234',
    '536 22 1234',
    '+49 30 901820',
    '(415) 555-2671',
    '415.555.2671',
    '0044 20 7946 0958',
    '8.8.8.8',
    '10.20.30.40',
    'Chrome/142.0.0.0',
    '2001:4860:4860::8888',
    '00:11:22:33:44:55',
    '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    '0x52908400098527886E0F7030069857D2E4169EE7',
    'SK0123456789abcdef0123456789abcdef',
    '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1',
    `MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.${'ZnCjm1XVW7vRze4b7Cq4se7kKWs'}`,
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'AKIAQYLPMN5HHHFPZAM2',
    '10000000146',
    '52998224725',
    '529.982.247-25',
    '7569217076985',
    '13097248022',
    '110105194912310020',
    '1763805600000000000',
    '2026-11-22T10:11:12',
    'hunter2!x',
    '\\u0040',
    '%40',
    '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW',
    '52.520008, 13.404954',
    '1990-04-12',
  ),
  fc
    .constantFrom('jane.doe@posteo.de', '+49 30 901820 12', '4929325827136822', 'password=hunter2xyz')
    .chain((text) =>
      fc.constantFrom(Buffer.from(text).toString('hex'), Buffer.from(`{"v":"${text}"}`).toString('base64'), encodeURIComponent(text)),
    ),
  fc.integer({ min: 0, max: 999_999_999 }).map((number) => String(number).padStart(9, '0')),
  fc.bigInt({ min: 0n, max: 10n ** 19n }).map(String),
  fc.string({ unit: fc.constantFrom(...'0123456789 -.()/+'), minLength: 5, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 15, maxLength: 70 }),
  fc.string({ unit: fc.constantFrom(...'13MNOSKpatABCDEFbcx0.-_:'), minLength: 15, maxLength: 50 }),
);
const WORD = fc.constantFrom(
  ...'ssn SSN ss# "tax_id": social userSsn éssn 1ssn _ssn national-id ITIN card iban phone tel: mobil password userPassword dateofbirth Birthdate: X-birthday'.split(
    ' ',
  ),
  ...'mac lat geo: wallet ethereum aadhaar cpf pesel nir svnr: token secret api_key= Authorization: Bearer bearer cookie: at from to'.split(
    ' ',
  ),
  '{"key":"enduser.ssn","value":{"stringValue":"',
  '"client.address":"',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Mobile/15E148',
);
const JOINT = fc.constantFrom(
  ' ',
  ' ',
  '"',
  ':',
  ',',
  '\n',
  '=',
  '',
  '-',
  '.',
  '/',
  '::',
  ' - ',
  'é',
  '日本',
  '_',
  '(',
  ') ',
  '\\',
  '    ',
  'x',
);
const TEXT = fc
  .array(fc.tuple(JOINT, fc.oneof(VALUE, VALUE, WORD, fc.string({ maxLength: 12 })), JOINT), { minLength: 1, maxLength: 60 })
  .map((pieces) => pieces.flat().join(''));

/** Enough bytes for the fast pass to be worth its while. */
function long(text: string): Buffer {
  return Buffer.from(`${text};`.repeat(Math.ceil(2_300 / Buffer.byteLength(`${text};`))));
}

describe('the fast first pass finds what the reference finds', () => {
  const numRuns = Number(process.env.TESTOPS_FUZZ_RUNS ?? 150);

  it('in text around its edges, wherever it begins and ends', () => {
    let hits = 0;
    fc.assert(
      fc.property(TEXT, fc.nat({ max: 70 }), fc.nat({ max: 70 }), (text, skip, cut) => {
        const bytes = long(text);
        hits += expectSame(bytes, Math.min(skip, bytes.length - 2_200), bytes.length - Math.min(cut, 50));
      }),
      { numRuns },
    );
    expect(hits).toBeGreaterThan(numRuns);
  });

  it('in a table, where the words stand in the head', () => {
    const columns = readColumns(Buffer.from('id,ssn,phone,card,note\n'));
    fc.assert(
      fc.property(fc.array(fc.tuple(VALUE, VALUE, VALUE, VALUE, TEXT), { minLength: 40, maxLength: 60 }), (rows) => {
        const bytes = Buffer.from(
          rows
            .map((row) => row.join(','))
            .join('\n')
            .padEnd(2_100),
        );
        const context = { ...(columns ? { columns } : {}), columnAt: () => 'ssn' };
        expect(scanBytes(fast, bytes, 0, bytes.length, context)).toEqual(scanBytes(reference, bytes, 0, bytes.length, context));
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });

  it('in any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2_048, maxLength: 4_096 }), (bytes) => {
        expectSame(Buffer.from(bytes));
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it.each(['otlp', 'access', 'cloudtrail', 'json'] as const)('in %s, cut anywhere, with values strewn in', (kind) => {
    const bytes = createCorpus(kind, 300_000);
    expectSame(bytes);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 8_000 }), WORD, JOINT, VALUE), { maxLength: 30 }),
        fc.nat({ max: 200_000 }),
        (plants, at) => {
          const part = Buffer.from(bytes.subarray(at, at + 9_000));
          for (const [offset, word, joint, value] of plants) part.write(`${word}${joint}${value}`, offset);
          expectSame(part);
        },
      ),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });

  it('when there are more anchors than it had room for, and more words', () => {
    expectSame(Buffer.from('@'.repeat(200_000)));
    expectSame(Buffer.from('ssn 536221234 '.repeat(20_000)));
  });
});

describe('a rule that asks for what the fast pass cannot tell', () => {
  it('has the reference', () => {
    const odd = { id: 'odd', severity: 'low', wish: { digits: [9, 12] }, find: () => {} } as const;
    const scanner: Scanner = createScanner([...DEFAULT_RULES, odd]);
    expect(scanner.fast).toBeUndefined();
  });
});
