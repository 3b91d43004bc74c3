import { describe, expect, it } from '@jest/globals';
import { type Corpus, createCorpus } from '../../../bench/telemetry-corpus.ts';
import { createScanner, scanBytes } from '../../../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../../../src/gates/telemetry-scan/rules/index.ts';

/** 100 with `TESTOPS_LONG_TESTS`; the aim is at most one finding at high or above in 10 MB. */
const MEGABYTES = process.env.TESTOPS_LONG_TESTS ? 100 : 10;

describe(`false alarms in ${MEGABYTES} MB`, () => {
  it.each(['otlp', 'access', 'cloudtrail'] as const)(
    '%s',
    (kind: Corpus) => {
      const scanner = createScanner(DEFAULT_RULES);
      const counts: Record<string, number> = {};
      let alarms = 0;
      for (let piece = 0; piece < MEGABYTES; piece += 10) {
        const bytes = createCorpus(kind, Math.min(10, MEGABYTES) * 1e6, 1_000 + piece);
        for (const hit of scanBytes(scanner, bytes, 0, bytes.length)) {
          if (hit.severity !== 'critical' && hit.severity !== 'high') continue;
          alarms++;
          counts[hit.rule] = (counts[hit.rule] ?? 0) + 1;
        }
      }
      expect({ tooMany: alarms > MEGABYTES / 10, counts: alarms > MEGABYTES / 10 ? counts : {} }).toEqual({ tooMany: false, counts: {} });
    },
    600_000,
  );

  it('would be seen: the same corpus with one card has one', () => {
    const scanner = createScanner(DEFAULT_RULES);
    const bytes = Buffer.concat([createCorpus('otlp', 1e6), Buffer.from('{"card":"4929325827136822"}\n')]);
    expect(
      scanBytes(scanner, bytes, 0, bytes.length)
        .filter((hit) => hit.severity === 'high')
        .map((hit) => hit.rule),
    ).toEqual(['card']);
  });
});
