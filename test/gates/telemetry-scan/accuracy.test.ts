import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createScanner, scanBytes } from '../../../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../../../src/gates/telemetry-scan/rules/index.ts';
import { findData } from './find-data.ts';

const data = findData('pii/microsoft+presidio-research/tests/data');

interface Sentence {
  readonly full_text: string;
  readonly spans: readonly { readonly entity_type: string; readonly start_position: number; readonly end_position: number }[];
}

/** Least recall and precision by entity; for addresses at most one may be missed. */
const AIMS: readonly (readonly [entity: string, rules: readonly string[], recall: number, precision: number])[] = [
  ['EMAIL_ADDRESS', ['email'], 0.98, 0.95],
  ['CREDIT_CARD', ['card'], 0.98, 0.95],
  ['IBAN_CODE', ['iban'], 0.98, 0.95],
  ['US_SSN', ['us-ssn', 'us-itin'], 0.98, 0.95],
  ['IP_ADDRESS', ['ip-public', 'ip-private'], 12 / 13, 0.95],
  ['PHONE_NUMBER', ['phone'], 0.9, 0.9],
];

(data === undefined ? describe.skip : describe)('on the generated sets of presidio-research', () => {
  const scanner = createScanner(DEFAULT_RULES);
  const sentences = ['generated_large.json', 'generated_small.json'].flatMap(
    (name) => (data === undefined ? [] : JSON.parse(readFileSync(join(data, name), 'utf8'))) as Sentence[],
  );

  it.each(AIMS)('%s', (entity, rules, recall, precision) => {
    let hitSpans = 0;
    let missed = 0;
    let wrong = 0;
    for (const { full_text, spans } of sentences) {
      const bytes = Buffer.from(full_text);
      // The sets count code points.
      const byteOf = (codePoints: number) => Buffer.byteLength([...full_text].slice(0, codePoints).join(''));
      const wanted = spans
        .filter((span) => span.entity_type === entity)
        .map((span) => [byteOf(span.start_position), byteOf(span.end_position)] as const);
      const hits = scanBytes(scanner, bytes, 0, bytes.length);
      const relevant = hits.filter((hit) => rules.includes(hit.rule) || hit.rule === 'test-value');
      for (const [start, end] of wanted) {
        if (relevant.some((hit) => hit.start < end && start < hit.end)) hitSpans++;
        else missed++;
      }
      wrong += relevant.filter(
        (hit) => hit.rule !== 'test-value' && !wanted.some(([start, end]) => hit.start < end && start < hit.end),
      ).length;
    }
    expect(hitSpans).toBeGreaterThan(10);
    expect(hitSpans / (hitSpans + missed)).toBeGreaterThanOrEqual(recall);
    expect(hitSpans / (hitSpans + wrong)).toBeGreaterThanOrEqual(precision);
  });
});
