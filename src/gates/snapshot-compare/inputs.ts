import { z } from 'zod';
import { none } from '../../core/directions.ts';
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
  replicas: z.array(replicaPlace).min(1).meta({ direction: 'fixed', absent: 'incomparable' }),
  'public-key': z.string().min(1).optional().meta({ direction: 'fixed' }),
});

/** Inputs of snapshot-compare. */
export const inputs = declareInputs({
  baseline: z
    .string()
    .min(1)
    .describe(
      'What is meant to be: a folder, `tag:v1.2.0` or `tag:previous` (from the store, or with `:folder` behind it from git), `run:ID`, `release:v1.2.0`, `artifact:NAME`, `cache:KEY`',
    )
    .meta({ direction: 'fixed' }),
  actual: z
    .string()
    .min(1)
    .describe('Folder with the snapshots that were produced; in mode restore, the folder to be made')
    .meta({ direction: 'globs', role: 'measured' }),
  rules: z
    .string()
    .min(1)
    .optional()
    .describe('YAML file that says what may differ: ignored paths, tolerances, keys; format in docs/gates/snapshot-compare.md')
    .meta({ ...none('The rules in the file are compared, whatever its name'), role: 'limits', document: 'snapshot-rules' }),
  mode: z
    .enum(MODES)
    .default('compare')
    .describe(
      '`compare` judges; `update` writes what differs to a pending set; `accept` promotes that set, or makes the first baseline; `scrub` checks and repairs the store; `restore` brings a snapshot back. Only `compare` can pass on the snapshots themselves',
    )
    .meta({ direction: ['compare', 'update', 'scrub', 'restore', 'accept'] }),
  by: z
    .string()
    .min(1)
    .optional()
    .describe('Who wants a new baseline; needed by mode update, and by mode accept with a store')
    .meta(none('Compares nothing')),
  reason: z
    .string()
    .min(1)
    .optional()
    .describe('Why a new baseline is wanted; needed by mode update, and by mode accept with a store')
    .meta(none('Compares nothing')),
  'patch-dir': z
    .string()
    .min(1)
    .optional()
    .describe('Folder that receives an RFC 6902 patch (`<file>.patch.json`) for each JSON or YAML file that differs; it is emptied first')
    .meta({ ...none('Only says where patches are written'), writes: true }),
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
    .meta({ secret: 'TESTOPS_SIGNING_KEY', ...none('A secret') }),
});

export type Inputs = z.infer<typeof inputs>;
export type StoreInput = z.infer<typeof store>;
