import { z } from 'zod';
import type { DirectionMeta } from '../../../core/directions.ts';
import { FORMAT_NAMES } from '../formats/names.ts';

/** Where a rule applies: a rule for another place is another rule. */
const PLACE = { direction: 'fixed' } as const;
/** What a rule forgives: nothing where it is absent, and something else when it changes. */
const FORGIVES = { direction: 'fixed', absent: 'strictest' } as const satisfies DirectionMeta;

const globs = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const pointers = z.union([z.string(), z.array(z.string()).min(1)]);
const bound = z
  .number()
  .nonnegative()
  .optional()
  .meta({ direction: 'lower', absent: { value: 0 } });

/** One rule of the rules file; the meaning of each key is in docs/gates/snapshot-compare.md. */
export const snapshotRule = z.strictObject({
  files: globs.optional().meta(PLACE),
  path: pointers.optional().meta(PLACE),
  lines: z.string().min(1).optional().meta(PLACE),
  ignore: z.literal(true).optional().meta(FORGIVES),
  tolerance: z
    .strictObject({
      absolute: bound,
      relative: bound,
      ulp: z
        .number()
        .int()
        .nonnegative()
        .optional()
        .meta({ direction: 'lower', absent: { value: 0 } }),
    })
    .refine((tolerance) => Object.keys(tolerance).length > 0, 'at least one of absolute, relative, ulp')
    .optional(),
  round: z.number().int().min(-300).max(300).optional().meta({ direction: 'higher', absent: 'strictest' }),
  redact: z
    .union([z.string().min(1), z.literal(true)])
    .optional()
    .meta(FORGIVES),
  unordered: z.literal(true).optional().meta(FORGIVES),
  key: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .meta(FORGIVES),
  format: z.enum(FORMAT_NAMES).optional().meta({ direction: 'fixed', absent: 'incomparable' }),
  image: z
    .strictObject({
      threshold: z.number().min(0).max(1).default(0.1).meta({ direction: 'lower' }),
      pixels: z.number().int().nonnegative().default(0).meta({ direction: 'lower' }),
      rate: z.number().min(0).max(1).default(0).meta({ direction: 'lower' }),
      antialiasing: z
        .enum(['ignore', 'count'])
        .default('ignore')
        .meta({ direction: ['count', 'ignore'] }),
    })
    .optional()
    // Without a rule every pixel counts.
    .meta({ absent: 'strictest' }),
  renamed: z.literal('accept').optional().meta(FORGIVES),
});

/** A file of rules: of tolerance, rounding, key, format and picture limits the last rule that applies to a value counts. */
export const snapshotRules = z.array(snapshotRule).meta({
  direction: 'fewer',
  identity: ['files', 'path', 'lines'],
  byKey: true,
  laterWins: ['tolerance', 'round', 'key', 'format', 'image'],
});

export type SnapshotRule = z.infer<typeof snapshotRule>;
export const RULE_KEYS = Object.keys(snapshotRule.shape);
export const ACTION_KEYS = ['ignore', 'tolerance', 'round', 'redact', 'unordered', 'key', 'format', 'image', 'renamed'] as const;
