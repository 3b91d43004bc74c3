import { z } from 'zod';
import { GATE_IDS } from '../core/index.ts';
import { type BaseInput, baseSchema, defaultBranch, type LimitsInput, limitsSchema } from './base.ts';
import { commitId, type DocumentReference, type Frozen, hex64, type InputDocument, reference } from './reference.ts';

export type { Base, BaseInput, DefaultBranch, LimitsInput, Standing } from './base.ts';
export { type DocumentReference, type InputDocument, type Origin, referTo } from './reference.ts';

const gate = z.enum(GATE_IDS);
const instant = z.iso.datetime();

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
  /** Role of the person in the repository. Since rules version 2, where commits have nobody who answers for them. */
  role: z.string().optional(),
});
export type Approval = z.infer<typeof approval>;

/** Someone whose approval does not count. */
const excludedPerson = z.strictObject({
  by: z.string().min(1),
  reason: z.enum(['started-run', 'opened-pull-request', 'signed-commit', 'wrote-commit', 'co-authored']),
});

/** What a person decided. */
const person = z.strictObject({
  by: z.string().min(1),
  decision: z.enum(['go', 'no-go']),
  reason: z.string().min(1),
  at: instant,
  link: z.string().optional(),
});
export type PersonDecision = z.infer<typeof person>;

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
  /** Everybody whose approval does not count, with the reason. Since rules version 2. */
  excluded: z.array(excludedPerson).optional(),
  /** Commits since the bases for which nobody answers: neither a pull request nor a verified signature. Since rules version 2. */
  unattributed: z.array(commitId).max(100).optional(),
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
  /** Since rules version 2. */
  limits: limitsSchema.optional(),
  /** Inputs of each gate as the configuration at the commit says, secrets and execution inputs left out. Since rules version 2. */
  configuredInputs: z.partialRecord(gate, z.record(z.string(), z.json())).optional(),
  /** How the exercise ended, where there was one to run: `success`, or how not. Since rules version 2. */
  exercise: z.string().optional(),
});
export type Given = z.infer<typeof givenSchema>;

type DocumentKeys = 'evidence' | 'policy' | 'checklist' | 'waivers' | 'configuration' | 'files' | 'base' | 'limits';
type NeededKeys = 'toolVersion' | 'subject' | 'dirty' | 'run' | 'configured';

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
    readonly base?: BaseInput | undefined;
    readonly limits?: LimitsInput | undefined;
  };

/** What an input file is to the decision. */
export type InputRole =
  | 'base-limits'
  | 'base-summary'
  | 'branch-limits'
  | 'checklist'
  | 'configuration-after'
  | 'configuration-before'
  | 'directions'
  | 'evidence'
  | 'file'
  | 'limits'
  | 'policy'
  | 'waivers';

/** Lists every input file with its role, in total order of role, name and digest. */
export function listReferences(given: Given): readonly { readonly role: InputRole; readonly name: string; readonly sha256: string }[] {
  const of = (role: InputRole, references: readonly (DocumentReference | undefined)[]) =>
    references.flatMap((entry) => (entry ? [{ role, name: entry.name, sha256: entry.sha256 }] : []));
  const { base, limits } = given;
  const summaries = (base?.bases ?? []).map(({ commit, summary }) =>
    summary === undefined ? undefined : { name: `summary of ${commit}`, sha256: summary },
  );
  return [
    ...of(
      'base-limits',
      (base?.compared ?? []).flatMap(({ files = [] }) => files),
    ),
    ...of('base-summary', summaries),
    ...of('branch-limits', limits?.branch ?? []),
    ...of('checklist', [given.checklist]),
    ...of('configuration-after', given.configuration?.after ?? []),
    ...of('configuration-before', given.configuration?.before ?? []),
    ...of('directions', [limits?.directions]),
    ...of('evidence', given.evidence),
    ...of('file', given.files),
    ...of('limits', limits?.files ?? []),
    ...of('policy', [given.policy]),
    ...of('waivers', [given.waivers]),
  ];
}

/** Lists every input file with its bytes. */
export function listDocuments(input: DecisionInput): readonly InputDocument[] {
  const single = [input.policy, input.checklist, input.waivers].flatMap((document) => (document ? [document] : []));
  const configuration = input.configuration ? [...input.configuration.before, ...input.configuration.after] : [];
  const { base, limits } = input;
  const compared = (base?.compared ?? []).flatMap(({ files = [] }) => files);
  const summaries = (base?.bases ?? []).flatMap(({ summary }) => (summary ? [summary] : []));
  const limited = limits ? [limits.directions, ...(limits.files ?? []), ...(limits.branch ?? [])] : [];
  return [...input.evidence, ...single, ...configuration, ...(input.files ?? []), ...compared, ...summaries, ...limited];
}

/** Version of the rules of a decision that names none. */
export const FIRST_RULES_VERSION = 1;

/** Turns a recorded `given` back into the input of `decide`. `lookup` gives the bytes of a digest; it throws when it has none. */
export function inputFrom(given: Given, lookup: (sha256: string) => Uint8Array): DecisionInput {
  const read = (entry: DocumentReference): InputDocument => ({ name: entry.name, bytes: lookup(entry.sha256), origin: entry.origin });
  const { timeVerified, evidence, policy, checklist, waivers, configuration, files, base, limits, ...rest } = given;
  const readAll = (entries: readonly DocumentReference[] | undefined) => entries?.map(read);
  return {
    ...rest,
    rulesVersion: given.rulesVersion ?? FIRST_RULES_VERSION,
    now: Date.parse(timeVerified),
    evidence: evidence.map(read),
    policy: policy && read(policy),
    checklist: checklist && read(checklist),
    waivers: waivers && read(waivers),
    configuration: configuration && { before: configuration.before.map(read), after: configuration.after.map(read) },
    files: files.map(read),
    base: base && {
      ...base,
      bases: base.bases.map(({ summary, ...entry }) => ({
        ...entry,
        summary: summary === undefined ? undefined : { name: `summary of ${entry.commit}`, bytes: lookup(summary) },
      })),
      compared: base.compared.map((entry) => ({ ...entry, files: readAll(entry.files) })),
    },
    limits: limits && { ...limits, directions: read(limits.directions), files: readAll(limits.files), branch: readAll(limits.branch) },
  };
}
