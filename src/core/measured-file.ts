import { z } from 'zod';

export const hex64 = z.string().regex(/^[0-9a-f]{64}$/, 'a lower-case hexadecimal SHA-256');
export const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a full lower-case commit id');

/** Where a measured file comes from: docs/architecture.md. Only `recorded` never counts; `found` counts unless a reason says why not. */
export const FILE_ORIGINS = ['produced', 'handed-over', 'found', 'recorded'] as const;
export type FileOrigin = (typeof FILE_ORIGINS)[number];

/** Why a file is recorded, or why one that was found does not count. */
export const ORIGIN_REASONS = [
  'tracked',
  'older-than-commit',
  'submodule',
  'outside-workspace',
  'times-before-commit',
  'times-in-future',
  'equal-to-blob',
  'left-by-load',
  'written-by-setup',
  'found-in-workflow',
] as const;
export type OriginReason = (typeof ORIGIN_REASONS)[number];

/** An artifact of an earlier job of the same run. */
export const handingArtifact = z.strictObject({ name: z.string(), sha256: hex64, runId: z.string(), headSha: commitId });

export const measuredFile = z.strictObject({
  /** Name of the input that names it. */
  input: z.string(),
  /** Relative to the workspace. */
  path: z.string(),
  size: z.number().int().nonnegative(),
  sha256: hex64,
  origin: z.enum(FILE_ORIGINS),
  reason: z.enum(ORIGIN_REASONS).optional(),
  /** When the file last changed. */
  modifiedAt: z.iso.datetime().optional(),
  /** Artifact of an earlier job of this run that brought it. */
  artifact: handingArtifact.optional(),
});
export type MeasuredFile = z.infer<typeof measuredFile>;

export const limitFile = z.strictObject({ input: z.string(), path: z.string(), sha256: hex64 });
/** A file with limits that a gate read. */
export type LimitFile = z.infer<typeof limitFile>;
