import { z } from 'zod';
import { acceptedException, declareInputs, none } from '../../core/index.ts';

const severity = z.enum(['critical', 'high', 'medium', 'low']);

/** What a cleaned stream says instead of a value. */
export const treatment = z.enum(['redact', 'mask', 'hash']);
export type Treatment = z.infer<typeof treatment>;

const QUARANTINE = none('What is taken out was found, and is reported');

const quarantine = z.strictObject({
  recipient: z
    .string()
    .regex(/^age1[02-9ac-hj-np-z]{50,}$/, 'an age recipient, `age1…`')
    .optional()
    .describe('Public key of age that the records are encrypted to; without it they are encrypted under `TESTOPS_QUARANTINE_KEY`')
    .meta(QUARANTINE),
  from: severity.optional().describe('The slightest severity that is taken out; default that of `fail-on`').meta(QUARANTINE),
  replace: z.boolean().default(false).describe('Whether the cleaned stream also takes the place of the file itself').meta(QUARANTINE),
  treatment: treatment
    .default('redact')
    .describe('`redact` writes the name of the rule, `mask` asterisks, `hash` the fingerprint')
    .meta(QUARANTINE),
  treatments: z.record(z.string(), treatment).default({}).describe('Other treatments, by rule').meta(QUARANTINE),
});

export const inputs = declareInputs({
  paths: z
    .array(z.string().min(1))
    .min(1)
    .describe('What to scan: globs, folders or files, `-` for standard input; everything that the release candidate emits')
    .meta({ direction: 'globs', role: 'measured' }),
  rules: z
    .array(z.string().min(1))
    .default([])
    .describe('Files of own rules: YAML (docs/gates/telemetry-scan.md), or TOML as gitleaks has it')
    .meta({ direction: 'globs', role: 'limits', document: 'custom-rules' }),
  'fail-on': severity
    .default('high')
    .describe('The slightest severity that fails; findings below it are a warning')
    .meta({ direction: ['low', 'medium', 'high', 'critical'] }),
  accepted: z
    .array(acceptedException)
    .default([])
    .describe('Findings that are accepted: `match` is the fingerprint that the finding prints; needs the salt')
    .meta({ fileOnly: true, direction: 'fewer', identity: ['match'] }),
  'salt-epoch': z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('Counts the salts of this repository; part of every fingerprint, so that old ones are recognized after a rotation')
    .meta(none('Another epoch makes accepted findings count again')),
  'quarantine-dir': z
    .string()
    .min(1)
    .optional()
    .describe('Folder that receives offending records, encrypted, and the streams without them')
    .meta({ ...none('Only says where records are written'), writes: true }),
  quarantine: quarantine.optional().describe('How the quarantine treats what it takes out').meta({ fileOnly: true }),
  sarif: z
    .string()
    .min(1)
    .optional()
    .describe('File that receives the findings as SARIF 2.1.0')
    .meta({ ...none('Only says where findings are written'), writes: true }),
  'compliance-report': z
    .string()
    .min(1)
    .optional()
    .describe('File that receives counts only, for security: whether a critical finding is open')
    .meta({ ...none('Only says where counts are written'), writes: true }),
  'rotate-salt': z
    .string()
    .min(1)
    .optional()
    .describe('File that receives `accepted` under the new salt, for the entries whose values this scan sees; needs the previous salt')
    .meta({ ...none('Only says where fingerprints are written'), writes: true }),
  shard: z
    .string()
    .regex(/^[1-9]\d{0,3}\/[1-9]\d{0,3}$/, 'a part and their number, e.g. `3/16`')
    .optional()
    .describe('Scans only a part of the files, e.g. `3/16`, and writes it for the run that merges all parts')
    .meta({ faceOnly: true, ...none('A part alone has no verdict'), role: 'execution' }),
  'part-dir': z
    .string()
    .min(1)
    .default('telemetry-parts')
    .describe('Folder that receives the part of a shard')
    .meta({
      faceOnly: true,
      ...none('Only says where a part is written'),
      role: 'execution',
      writes: true,
    }),
  parts: z
    .array(z.string().min(1))
    .default([])
    .describe('Parts that shards wrote: all of them are merged into one verdict and nothing is scanned')
    .meta({ faceOnly: true, ...none('All parts must be there'), role: 'execution' }),
  'merge-parts': z
    .number()
    .int()
    .min(1)
    .max(9_999)
    .optional()
    .describe('How many parts there must be: nothing is scanned, and one that is missing makes the gate inconclusive')
    .meta({ faceOnly: true, ...none('All parts must be there, whatever their number'), role: 'execution' }),
  'cache-file': z
    .string()
    .min(1)
    .optional()
    .describe('File that remembers what was found in unchanged files; it holds no value. Not for the run of a tag')
    .meta({ faceOnly: true, ...none('Only unchanged files are remembered'), role: 'execution', writes: true }),
  salt: z
    .string()
    .optional()
    .describe('Key of the fingerprints, at least 32 bytes; without it fingerprints are not comparable between runs')
    .meta({ secret: 'TESTOPS_SALT', ...none('A secret') }),
  'previous-salt': z
    .string()
    .optional()
    .describe('The salt before this one, while accepted findings are re-keyed')
    .meta({ secret: 'TESTOPS_PREVIOUS_SALT', ...none('A secret') }),
  'quarantine-key': z
    .string()
    .optional()
    .describe('Key that quarantined records are encrypted under, 32 bytes in hexadecimal or base64')
    .meta({ secret: 'TESTOPS_QUARANTINE_KEY', ...none('A secret') }),
});

export type Inputs = z.infer<typeof inputs>;
