import { createScanner, scanBytes } from './engine/scanner.ts';
import { hmacHex } from './fingerprint.ts';
import { DEFAULT_RULES } from './rules/index.ts';
import type { Severity } from './rules/rule.ts';

/** What would leave with a text: where, never what. `start` and `length` count UTF-16 code units of the text. */
export interface TextFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly start: number;
  readonly length: number;
  /** HMAC-SHA-256 of the value in hexadecimal, when a salt is given. */
  readonly fingerprint?: string;
}

let prepared: ReturnType<typeof createScanner> | undefined;

/**
 * Scans a text that is about to leave, with the default rules at `high` and above, and for e-mail addresses. Pure and synchronous; findings are in
 * order of place and do not overlap, but for what was found inside of an encoded value.
 */
export function scanText(text: string, options: { readonly salt?: string } = {}): { readonly findings: readonly TextFinding[] } {
  prepared ??= createScanner(DEFAULT_RULES);
  const bytes = Buffer.from(text, 'utf8');
  const hits = scanBytes(prepared, bytes, 0, bytes.length);
  const wanted = hits.filter((hit) => hit.severity === 'critical' || hit.severity === 'high' || hit.rule === 'email');
  const ascii = bytes.length === text.length;
  const unitsBefore = (offset: number) => (ascii ? offset : bytes.toString('utf8', 0, offset).length);
  return {
    findings: wanted.map((hit) => {
      const start = unitsBefore(hit.start);
      return {
        ruleId: hit.rule,
        severity: hit.severity,
        start,
        length: unitsBefore(hit.end) - start,
        ...(options.salt === undefined ? {} : { fingerprint: hmacHex(Buffer.from(options.salt, 'utf8'), hit.value) }),
      };
    }),
  };
}
