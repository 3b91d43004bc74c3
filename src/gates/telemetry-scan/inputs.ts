import { z } from 'zod';
import { acceptedException, declareInputs } from '../../core/index.ts';

const severity = z.enum(['critical', 'high', 'medium', 'low']);

/** What a cleaned stream says instead of a value. */
export const treatment = z.enum(['redact', 'mask', 'hash']);
export type Treatment = z.infer<typeof treatment>;

const quarantine = z.strictObject({
  recipient: z
    .string()
    .regex(/^age1[02-9ac-hj-np-z]{50,}$/, 'an age recipient, `age1…`')
    .optional()
    .describe('Public key of age that the records are encrypted to; without it they are encrypted under `TESTOPS_QUARANTINE_KEY`'),
  from: severity.optional().describe('The slightest severity that is taken out; default that of `fail-on`'),
  replace: z.boolean().default(false).describe('Whether the cleaned stream also takes the place of the file itself'),
  treatment: treatment.default('redact').describe('`redact` writes the name of the rule, `mask` asterisks, `hash` the fingerprint'),
  treatments: z.record(z.string(), treatment).default({}).describe('Other treatments, by rule'),
});

export const inputs = declareInputs({
  paths: z
    .array(z.string().min(1))
    .min(1)
    .describe('What to scan: globs, folders or files, `-` for standard input; everything that the release candidate emits'),
  rules: z
    .array(z.string().min(1))
    .default([])
    .describe('Files of own rules: YAML (docs/gates/telemetry-scan.md), or TOML as gitleaks has it'),
  'fail-on': severity.default('high').describe('The slightest severity that fails; findings below it are a warning'),
  accepted: z
    .array(acceptedException)
    .default([])
    .describe('Findings that are accepted: `match` is the fingerprint that the finding prints; needs the salt')
    .meta({ fileOnly: true }),
  'salt-epoch': z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('Counts the salts of this repository; part of every fingerprint, so that old ones are recognized after a rotation'),
  'quarantine-dir': z
    .string()
    .min(1)
    .optional()
    .describe('Folder that receives offending records, encrypted, and the streams without them'),
  quarantine: quarantine.optional().describe('How the quarantine treats what it takes out').meta({ fileOnly: true }),
  sarif: z.string().min(1).optional().describe('File that receives the findings as SARIF 2.1.0'),
  'compliance-report': z
    .string()
    .min(1)
    .optional()
    .describe('File that receives counts only, for security: whether a critical finding is open'),
  'rotate-salt': z
    .string()
    .min(1)
    .optional()
    .describe('File that receives `accepted` under the new salt, for the entries whose values this scan sees; needs the previous salt'),
  shard: z
    .string()
    .regex(/^[1-9]\d{0,3}\/[1-9]\d{0,3}$/, 'a part and their number, e.g. `3/16`')
    .optional()
    .describe('Scans only a part of the files, e.g. `3/16`, and writes it for the run that merges all parts')
    .meta({ faceOnly: true }),
  'part-dir': z.string().min(1).default('telemetry-parts').describe('Folder that receives the part of a shard').meta({ faceOnly: true }),
  parts: z
    .array(z.string().min(1))
    .default([])
    .describe('Parts that shards wrote: all of them are merged into one verdict and nothing is scanned')
    .meta({ faceOnly: true }),
  'merge-parts': z
    .number()
    .int()
    .min(1)
    .max(9_999)
    .optional()
    .describe('How many parts there must be: nothing is scanned, and one that is missing makes the gate inconclusive')
    .meta({ faceOnly: true }),
  'cache-file': z
    .string()
    .min(1)
    .optional()
    .describe('File that remembers what was found in unchanged files; it holds no value. Not for the run of a tag')
    .meta({ faceOnly: true }),
  salt: z
    .string()
    .optional()
    .describe('Key of the fingerprints, at least 32 bytes; without it fingerprints are not comparable between runs')
    .meta({ secret: 'TESTOPS_SALT' }),
  'previous-salt': z
    .string()
    .optional()
    .describe('The salt before this one, while accepted findings are re-keyed')
    .meta({ secret: 'TESTOPS_PREVIOUS_SALT' }),
  'quarantine-key': z
    .string()
    .optional()
    .describe('Key that quarantined records are encrypted under, 32 bytes in hexadecimal or base64')
    .meta({ secret: 'TESTOPS_QUARANTINE_KEY' }),
});

export type Inputs = z.infer<typeof inputs>;

/** Inputs that say how a scan is run, not what it measures: evidence is the same whatever they are. */
export const EXECUTION_INPUTS = ['shard', 'part-dir', 'parts', 'merge-parts', 'cache-file'] as const satisfies readonly (keyof Inputs)[];
