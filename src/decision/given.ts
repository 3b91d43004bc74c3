import { z } from 'zod';
import { GATE_IDS, sha256 } from '../core/index.ts';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const commitId = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const gate = z.enum(GATE_IDS);
const instant = z.iso.datetime();

/** Where a document comes from. For a tag, policy and waivers come from the default branch, never from the commit that they judge. */
const origin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('default-branch'), commit: commitId }),
  z.strictObject({ kind: z.literal('commit'), commit: commitId }),
  z.strictObject({ kind: z.literal('workspace') }),
]);
export type Origin = z.infer<typeof origin>;

const reference = z.strictObject({ name: z.string(), sha256: hex64, origin: origin.optional() });

/**
 * Someone's approval, as the review or the environment of GitHub tells it. `commit` is the commit that it stands for: whoever gathers approvals gives
 * a review of a merged pull request the merge commit when it looked at the last head of that pull request, else the commit that it looked at.
 * An approval of an environment has no commit, and no time of its own: it gets that of its run.
 */
const approval = z.strictObject({
  by: z.string().min(1),
  kind: z.enum(['review', 'environment']),
  state: z.enum(['approved', 'changes-requested', 'dismissed', 'rejected', 'commented']),
  at: instant,
  commit: commitId.optional(),
  /** Name of the environment that was approved. */
  environment: z.string().optional(),
  link: z.string().optional(),
});
export type Approval = z.infer<typeof approval>;

/** What a person decided. */
const person = z.strictObject({
  by: z.string().min(1),
  decision: z.enum(['go', 'no-go']),
  reason: z.string().min(1),
  at: instant,
  link: z.string().optional(),
});
export type PersonDecision = z.infer<typeof person>;

/** Why the limits of a commit are compared with. */
const whyCompared = z.enum(['base', 'next-lower', 'between', 'numbered-between', 'ancestor-tag', 'default-branch']);

/** What is known about the decision behind a beta tag on its commit (DESIGN §4). */
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

/** The base of a comparison, as whoever gathered the input resolved it (DESIGN §4). */
const baseSchema = z.strictObject({
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
  /** Whether a forge could be asked about decisions. */
  asked: z.boolean(),
});
export type Base = z.infer<typeof baseSchema>;

/** The default branch, and who says where it is. */
const defaultBranch = z.strictObject({
  name: z.string(),
  commit: commitId,
  source: z.enum(['forge', 'flag', 'origin-head', 'head']),
});
export type DefaultBranch = z.infer<typeof defaultBranch>;

/** Everything that a decision is a function of; files stand as references by digest. It is a member of `decision.json`, so that anyone can decide again. */
export const givenSchema = z.strictObject({
  /** Version of the rules that the decision follows; absent in decisions of version 1. */
  rulesVersion: z.number().int().min(2).optional(),
  /** The clock. */
  timeVerified: instant,
  toolVersion: z.string(),
  /** Address of the GitHub server. */
  server: z.url(),
  /** `owner/name`. */
  repository: z.string().optional(),
  subject: z.union([z.strictObject({ commit: commitId }), z.strictObject({ workspaceSha256: hex64 })]),
  /** Whether the deciding work tree differs from the commit. */
  dirty: z.boolean(),
  run: z.strictObject({
    id: z.string().optional(),
    attempt: z.number().int().positive().optional(),
    event: z.string().optional(),
    /** URI of the deciding workflow, with its ref. */
    workflow: z.string().optional(),
    url: z.string().optional(),
  }),
  /** Beta that the decision is for. */
  version: z.string().optional(),
  /** Tag that exists already, and the commit that it leads to. */
  tag: z.strictObject({ name: z.string(), commit: commitId }).optional(),
  /** The tag was there before any gate had run. */
  tagFirst: z.boolean(),
  configured: z.array(gate),
  required: z.array(gate),
  /** How the job of each gate ended, where there were jobs. */
  jobs: z.partialRecord(gate, z.string()).optional(),
  /** Digest of its evidence that each gate job reported, where there were jobs. */
  expectedEvidence: z.partialRecord(gate, z.string()).optional(),
  evidence: z.array(reference),
  policy: reference.optional(),
  checklist: reference.optional(),
  waivers: reference.optional(),
  approvals: z.array(approval),
  person: person.optional(),
  /** Who wrote the commit, or the pull request that it merges; they do not approve it. */
  authors: z.array(z.string()),
  artifacts: z.array(z.strictObject({ name: z.string().min(1), sha256: hex64, url: z.string().optional() })),
  links: z.array(z.strictObject({ title: z.string(), url: z.url({ protocol: /^https?$/ }) })),
  /** What changed since the last beta; absent, there was none, and everything counts as changed. */
  changes: z.strictObject({ tag: z.string(), commit: commitId, paths: z.array(z.string()).optional() }).optional(),
  /** Files with limits as they were at the last beta and as they are; paths are their names. */
  configuration: z.strictObject({ before: z.array(reference), after: z.array(reference) }).optional(),
  /** Files that the checklist names, at the judged commit. */
  files: z.array(reference),
  /** Since rules version 2. */
  defaultBranch: defaultBranch.optional(),
  /** Since rules version 2; absent where there is no commit. */
  base: baseSchema.optional(),
  /** Files with limits at the judged commit, and the table of directions that the comparison follows. Since rules version 2. */
  limits: z.strictObject({ files: z.array(reference).optional(), directions: reference }).optional(),
  /** Inputs of each gate as the configuration at the commit says, secrets and execution inputs left out. Since rules version 2. */
  configuredInputs: z.partialRecord(gate, z.record(z.string(), z.json())).optional(),
  /** How the exercise ended, where there was one to run: `success`, or how not. Since rules version 2. */
  exercise: z.string().optional(),
});
export type Given = z.infer<typeof givenSchema>;
export type DocumentReference = z.infer<typeof reference>;

/** A file with its bytes; `name` is what messages call it. */
export interface InputDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly origin?: Origin | undefined;
}

type DocumentKeys = 'evidence' | 'policy' | 'checklist' | 'waivers' | 'configuration' | 'files';
type NeededKeys = 'toolVersion' | 'subject' | 'dirty' | 'run' | 'configured';

/** The same type, unchangeable all the way down. */
type Frozen<T> = T extends readonly (infer E)[] ? readonly Frozen<E>[] : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/**
 * Input of `decide`. `now` is in milliseconds since the epoch. `required` undefined means every configured gate but those in `reportedOnly`
 * (`required: false`). Lists that are left out are empty, the server is github.com, the tag did not come first; `dirty` has no default.
 */
export type DecisionInput = Frozen<Pick<Given, NeededKeys>> &
  Frozen<Partial<Omit<Given, DocumentKeys | NeededKeys | 'timeVerified'>>> & {
    readonly now: number;
    readonly reportedOnly?: readonly Given['configured'][number][];
    readonly evidence: readonly InputDocument[];
    readonly policy?: InputDocument | undefined;
    readonly checklist?: InputDocument | undefined;
    readonly waivers?: InputDocument | undefined;
    readonly configuration?: { readonly before: readonly InputDocument[]; readonly after: readonly InputDocument[] } | undefined;
    readonly files?: readonly InputDocument[];
  };

/** What an input file is to the decision. */
export type InputRole = 'evidence' | 'policy' | 'checklist' | 'waivers' | 'configuration-before' | 'configuration-after' | 'file';

/** Lists every input file with its role, in total order of role, name and digest. */
export function listReferences(given: Given): readonly { readonly role: InputRole; readonly name: string; readonly sha256: string }[] {
  const of = (role: InputRole, references: readonly (DocumentReference | undefined)[]) =>
    references.flatMap((entry) => (entry ? [{ role, name: entry.name, sha256: entry.sha256 }] : []));
  return [
    ...of('checklist', [given.checklist]),
    ...of('configuration-after', given.configuration?.after ?? []),
    ...of('configuration-before', given.configuration?.before ?? []),
    ...of('evidence', given.evidence),
    ...of('file', given.files),
    ...of('policy', [given.policy]),
    ...of('waivers', [given.waivers]),
  ];
}

/** Lists every input file with its bytes. */
export function listDocuments(input: DecisionInput): readonly InputDocument[] {
  const single = [input.policy, input.checklist, input.waivers].flatMap((document) => (document ? [document] : []));
  const configuration = input.configuration ? [...input.configuration.before, ...input.configuration.after] : [];
  return [...input.evidence, ...single, ...configuration, ...(input.files ?? [])];
}

/** A document by its digest. */
export function referTo({ name, bytes, origin }: InputDocument): DocumentReference {
  return { name, sha256: sha256(bytes), ...(origin ? { origin } : {}) };
}

/** Turns a recorded `given` back into the input of `decide`. `lookup` gives the bytes of a digest; it throws when it has none. */
export function inputFrom(given: Given, lookup: (sha256: string) => Uint8Array): DecisionInput {
  const read = (entry: DocumentReference): InputDocument => ({ name: entry.name, bytes: lookup(entry.sha256), origin: entry.origin });
  const { timeVerified, evidence, policy, checklist, waivers, configuration, files, ...rest } = given;
  return {
    ...rest,
    now: Date.parse(timeVerified),
    evidence: evidence.map(read),
    policy: policy && read(policy),
    checklist: checklist && read(checklist),
    waivers: waivers && read(waivers),
    configuration: configuration && { before: configuration.before.map(read), after: configuration.after.map(read) },
    files: files.map(read),
  };
}
