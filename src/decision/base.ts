import { z } from 'zod';
import { commitId, type Frozen, hex64, type InputDocument, reference } from './reference.ts';

/** Why the limits of a commit are compared with. */
const whyCompared = z.enum(['base', 'next-lower', 'between', 'numbered-between', 'ancestor-tag', 'default-branch']);

/** What is known about the decision behind a beta tag on its commit. */
const standing = z.enum(['accepted', 'refused', 'retracted', 'unknown']);
export type Standing = z.infer<typeof standing>;

/** A commit whose limits must not be loosened, with its files that hold limits. */
const comparedCommit = z.strictObject({
  commit: commitId,
  tag: z.string().optional(),
  standing: standing.optional(),
  why: z.array(whyCompared).min(1),
  /** Absent: they could not be listed. */
  files: z.array(reference).optional(),
});

/** The base of a comparison, as whoever gathered the input resolved it. */
export const baseSchema = z.strictObject({
  bases: z.array(
    z.strictObject({
      commit: commitId,
      tag: z.string().optional(),
      /** Named by `decision-record.base` on the default branch. */
      named: z.boolean().optional(),
      /** Digest of the signed summary that says so; it is an input of the bundle. */
      summary: hex64.optional(),
    }),
  ),
  compared: z.array(comparedCommit),
  /** What `tag:previous` stands for. */
  previous: z.strictObject({ tag: z.string(), commit: commitId }).optional(),
  /** An accepted beta that is no ancestor. */
  elsewhere: z.strictObject({ tag: z.string(), commit: commitId }).optional(),
  /** Tags that lead elsewhere than where they were pushed or decided. */
  moved: z.array(z.strictObject({ tag: z.string(), commit: commitId, was: commitId })),
  /** Files that steer a measurement and changed since the bases: for people to look at. */
  steering: z.array(z.string()),
  /** Whether a forge could be asked about decisions. */
  asked: z.boolean(),
});
export type Base = z.infer<typeof baseSchema>;

/** The default branch, and who says where it is. */
export const defaultBranch = z.strictObject({
  name: z.string(),
  commit: commitId,
  source: z.enum(['forge', 'flag', 'origin-head', 'head']),
});
export type DefaultBranch = z.infer<typeof defaultBranch>;

/** Files with limits at the judged commit and at the tip of the default branch, and the table of directions that the comparison follows. */
export const limitsSchema = z.strictObject({
  /** Path of testops.yml. */
  configuration: z.string(),
  directions: reference,
  files: z.array(reference).optional(),
  branch: z.array(reference).optional(),
});

/** The base of a comparison, with the files that its references stand for. */
export type BaseInput = Frozen<Omit<Base, 'bases' | 'compared'>> & {
  readonly bases: readonly (Frozen<Omit<Base['bases'][number], 'summary'>> & { readonly summary?: InputDocument | undefined })[];
  readonly compared: readonly (Frozen<Omit<Base['compared'][number], 'files'>> & {
    readonly files?: readonly InputDocument[] | undefined;
  })[];
};

/** Files with limits that are compared; `undefined` where they could not be listed. */
export interface LimitsInput {
  readonly configuration: string;
  readonly directions: InputDocument;
  readonly files?: readonly InputDocument[] | undefined;
  readonly branch?: readonly InputDocument[] | undefined;
}
