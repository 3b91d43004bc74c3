import { z } from 'zod';
import { FORMAT_NAMES } from '../formats/names.ts';

const globs = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const pointers = z.union([z.string(), z.array(z.string()).min(1)]);
const bound = z.number().nonnegative();

/** One rule of the rules file; the meaning of each key is in docs/gates/snapshot-compare.md. */
export const snapshotRule = z.strictObject({
  files: globs.optional(),
  path: pointers.optional(),
  lines: z.string().min(1).optional(),
  ignore: z.literal(true).optional(),
  tolerance: z
    .strictObject({ absolute: bound.optional(), relative: bound.optional(), ulp: z.number().int().nonnegative().optional() })
    .refine((tolerance) => Object.keys(tolerance).length > 0, 'at least one of absolute, relative, ulp')
    .optional(),
  round: z.number().int().min(-300).max(300).optional(),
  redact: z.union([z.string().min(1), z.literal(true)]).optional(),
  unordered: z.literal(true).optional(),
  key: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  format: z.enum(FORMAT_NAMES).optional(),
  image: z
    .strictObject({
      threshold: z.number().min(0).max(1).default(0.1),
      pixels: z.number().int().nonnegative().default(0),
      rate: z.number().min(0).max(1).default(0),
      antialiasing: z.enum(['ignore', 'count']).default('ignore'),
    })
    .optional(),
  renamed: z.literal('accept').optional(),
});

export type SnapshotRule = z.infer<typeof snapshotRule>;
export const RULE_KEYS = Object.keys(snapshotRule.shape);
export const ACTION_KEYS = ['ignore', 'tolerance', 'round', 'redact', 'unordered', 'key', 'format', 'image', 'renamed'] as const;
