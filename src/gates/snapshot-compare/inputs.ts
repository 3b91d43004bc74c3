import { z } from 'zod';
import { declareInputs } from '../../core/inputs.ts';

export const MODES = ['compare', 'update', 'accept', 'scrub', 'restore'] as const;

/** A place that keeps a copy of the store: exactly one of the keys. */
const replicaPlace = z.union([
  z.strictObject({ folder: z.string().min(1) }),
  z.strictObject({
    s3: z.strictObject({
      bucket: z.string().min(1),
      prefix: z.string().optional(),
      region: z.string().optional(),
      endpoint: z.url().optional(),
    }),
  }),
  z.strictObject({ release: z.string().min(1) }),
  z.strictObject({ branch: z.string().min(1) }),
]);

const store = z.strictObject({
  replicas: z.array(replicaPlace).min(1),
  'public-key': z.string().min(1).optional(),
});

/** Inputs of snapshot-compare. */
export const inputs = declareInputs({
  baseline: z
    .string()
    .min(1)
    .describe(
      'What is meant to be: a folder, `tag:v1.2.0` or `tag:previous` (from the store, or with `:folder` behind it from git), `run:ID`, `release:v1.2.0`, `artifact:NAME`, `cache:KEY`',
    ),
  actual: z.string().min(1).describe('Folder with the snapshots that were produced; in mode restore, the folder to be made'),
  rules: z
    .string()
    .min(1)
    .optional()
    .describe('YAML file that says what may differ: ignored paths, tolerances, keys; format in docs/gates/snapshot-compare.md'),
  mode: z
    .enum(MODES)
    .default('compare')
    .describe(
      '`compare` judges; `update` writes what differs to a pending set; `accept` promotes that set, or makes the first baseline; `scrub` checks and repairs the store; `restore` brings a snapshot back. Only `compare` can pass on the snapshots themselves',
    ),
  by: z.string().min(1).optional().describe('Who wants a new baseline; needed by mode update, and by mode accept with a store'),
  reason: z.string().min(1).optional().describe('Why a new baseline is wanted; needed by mode update, and by mode accept with a store'),
  'patch-dir': z
    .string()
    .min(1)
    .optional()
    .describe('Folder that receives an RFC 6902 patch (`<file>.patch.json`) for each JSON or YAML file that differs; it is emptied first'),
  store: store
    .optional()
    .describe(
      'Where snapshots of tags are kept: `replicas` (folder, s3, release, branch) and the `public-key` (PEM) that pointers are checked with',
    )
    .meta({ fileOnly: true }),
  'signing-key': z
    .string()
    .optional()
    .describe('Ed25519 private key in PEM that signs pointers of the store; in the command the environment variable `TESTOPS_SIGNING_KEY`')
    .meta({ secret: 'TESTOPS_SIGNING_KEY' }),
});

export type Inputs = z.infer<typeof inputs>;
export type StoreInput = z.infer<typeof store>;
