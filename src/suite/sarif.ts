import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { UserError } from '../core/index.ts';
import { refuseLeaks } from './leaks.ts';

/** Name of the file in the artifact `testops-sarif-a<attempt>`. */
export const SARIF_FILE = 'telemetry-scan.sarif';
export const MAX_SARIF_BYTES = 64 << 20;

/** What GitHub takes: docs.github.com, "SARIF support for code scanning", upload limits. */
const MAX_GZIP_BYTES = 10 * 1000 * 1000;
const MAX_RUNS = 20;
const MAX_OF_A_RUN = 25_000;

const log = z.looseObject({
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.looseObject({
        tool: z.looseObject({ driver: z.looseObject({ name: z.string(), rules: z.array(z.unknown()).max(MAX_OF_A_RUN).optional() }) }),
        results: z.array(z.unknown()).max(MAX_OF_A_RUN).optional(),
      }),
    )
    .min(1)
    .max(MAX_RUNS),
});

/** A SARIF log that may leave, as code scanning takes it. */
export interface PackedSarif {
  /** Base64 of gzip. */
  readonly packed: string;
  readonly results: number;
}

/** Checks what a file says against GitHub's limits, and that it tells nothing private. @throws UserError */
export function packSarif(bytes: Uint8Array): PackedSarif {
  const refuse = (found: string, expected: string): UserError =>
    new UserError({ where: SARIF_FILE, found, expected, todo: 'run telemetry-scan with `sarif`, and change nothing in what it writes' });
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw refuse('bytes that are not JSON', 'a SARIF 2.1.0 log');
  }
  const parsed = log.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(
      `\`${issue?.path.join('.')}\`: ${issue?.message}`,
      `SARIF 2.1.0 with at most ${MAX_RUNS} runs of ${MAX_OF_A_RUN} results and rules`,
    );
  }
  refuseLeaks(SARIF_FILE, withoutDigests(text));
  const packed = gzipSync(bytes);
  if (packed.length > MAX_GZIP_BYTES) throw refuse(`${packed.length} bytes after gzip`, `at most ${MAX_GZIP_BYTES}`);
  return { packed: packed.toString('base64'), results: parsed.data.runs.reduce((sum, run) => sum + (run.results?.length ?? 0), 0) };
}

/** Fingerprints are keyed digests: they tell nothing, and hold every pattern of digits. */
export function withoutDigests(text: string): string {
  return text.replace(/"(hmac-sha256:[0-9a-f]{8}:\d+:)?[0-9a-f]{64}"/g, '""');
}
