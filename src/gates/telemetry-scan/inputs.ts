import { z } from 'zod';
import { acceptedException, declareInputs } from '../../core/index.ts';

export const inputs = declareInputs({
  paths: z.array(z.string().min(1)).min(1).describe('Files to scan: globs, folders or files; everything that the release candidate emits'),
  'fail-on': z
    .enum(['critical', 'high', 'medium', 'low'])
    .default('high')
    .describe('The slightest severity that fails; findings below it are a warning'),
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
  sarif: z.string().min(1).optional().describe('File that receives the findings as SARIF 2.1.0'),
  salt: z
    .string()
    .optional()
    .describe('Key of the fingerprints, at least 32 bytes; without it fingerprints are not comparable between runs')
    .meta({ secret: 'TESTOPS_SALT' }),
});

export type Inputs = z.infer<typeof inputs>;
