import { z } from 'zod';
import { declareInputs } from '../../core/inputs.ts';

export const MODES = ['compare', 'accept'] as const;

/** Inputs of snapshot-compare. */
export const inputs = declareInputs({
  baseline: z.string().min(1).describe('Folder with the snapshots that are meant to be'),
  actual: z.string().min(1).describe('Folder with the snapshots that were produced'),
  rules: z
    .string()
    .min(1)
    .optional()
    .describe('YAML file that says what may differ: ignored paths, tolerances, keys; format in docs/gates/snapshot-compare.md'),
  mode: z
    .enum(MODES)
    .default('compare')
    .describe('`compare` judges; `accept` writes the first baseline from `actual` and judges nothing, so its verdict is inconclusive'),
});

export type Inputs = z.infer<typeof inputs>;
