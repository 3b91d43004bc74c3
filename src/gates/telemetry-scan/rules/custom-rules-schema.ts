import { z } from 'zod';
import { type DirectionMeta, none } from '../../../core/directions.ts';

const FIXED = { direction: 'fixed' } as const;
/** Another rule for a value: what it finds cannot be compared with what the one before found. */
const INCOMPARABLE = { direction: 'fixed', absent: 'incomparable' } as const satisfies DirectionMeta;
const EXCUSES = { direction: 'fewer' } as const;
/** Without a keyword the pattern is tried everywhere. */
const KEYWORDS = { direction: 'more', absent: 'strictest' } as const;
const LIST = { direction: 'more', identity: ['id'] } as const satisfies DirectionMeta;

const id = z
  .string()
  .regex(/^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/i, 'letters and digits with hyphens between them')
  .meta(FIXED);

/** A file of custom rules, in YAML. */
export const customRules = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        id,
        title: z.string().min(1).optional().meta(none('A name for people')),
        pattern: z.string().min(1).meta(FIXED),
        group: z.number().int().min(0).default(0).meta(FIXED),
        severity: z
          .enum(['critical', 'high', 'medium', 'low'])
          .default('high')
          .meta({ direction: ['critical', 'high', 'medium', 'low'] }),
        keywords: z.array(z.string().min(1)).default([]).meta(KEYWORDS),
        entropy: z.number().min(0).max(8).default(0).meta({ direction: 'lower' }),
        unless: z.array(z.string().min(1)).default([]).meta(EXCUSES),
      }),
    )
    .min(1)
    .meta(LIST),
});

const texts = z.array(z.string()).optional();
const allowlist = z.looseObject({
  regexes: texts.meta(EXCUSES),
  regexTarget: z.string().optional().meta(INCOMPARABLE),
  stopwords: texts.meta(EXCUSES),
  paths: texts.meta(INCOMPARABLE),
  condition: z.string().optional().meta(INCOMPARABLE),
});

/** The parts of a gitleaks configuration that say what a secret looks like; what is about commits, paths and output is not for telemetry. */
export const gitleaksRules = z.looseObject({
  rules: z
    .array(
      z.looseObject({
        id,
        description: z.string().optional().meta(none('A name for people')),
        regex: z.string().optional().meta(FIXED),
        secretGroup: z.number().int().min(0).optional().meta(INCOMPARABLE),
        entropy: z
          .number()
          .optional()
          .meta({ direction: 'lower', absent: { value: 0 } }),
        keywords: texts.meta(KEYWORDS),
        allowlist: allowlist.optional(),
        allowlists: z.array(allowlist).optional().meta({ direction: 'fewer', identity: [] }),
      }),
    )
    .min(1)
    .meta(LIST),
  allowlist: allowlist.optional(),
});
