import { z } from 'zod';
import { declareInputs } from '../core/index.ts';
import { MAX_PARTS, PARTED_GATES } from '../suite/part-limits.ts';

/** Inputs of `plan`. */
export const planInputs = declareInputs({
  commit: z
    .string()
    .optional()
    .describe('Commit to judge: a full id, a branch or a tag; default the head of the pull request, else the pushed commit')
    .meta({ faceOnly: true }),
  version: z
    .string()
    .optional()
    .describe('Beta that the decision is for, `2.5.0-beta.1`; default the pushed tag without `v`')
    .meta({ faceOnly: true }),
  gates: z.array(z.string()).optional().describe('Run only these configured gates; the others stay required').meta({ faceOnly: true }),
  'determinism-matrix': z
    .array(z.string())
    .optional()
    .describe('Runner labels on which determinism-check runs, one per line or a JSON list, 2 to 16; one job without')
    .meta({ faceOnly: true }),
  'telemetry-shards': z
    .number()
    .int()
    .min(1)
    .max(MAX_PARTS)
    .optional()
    .describe('Jobs over which telemetry-scan is spread, up to 16; one job without')
    .meta({ faceOnly: true }),
  'runs-on': z
    .string()
    .default('ubuntu-latest')
    .describe('Runner label of the jobs that telemetry-scan is spread over')
    .meta({ faceOnly: true }),
});

/** Inputs of `gate-inputs`. */
export const gateInputsInputs = declareInputs({
  setup: z.string().optional().describe('Command that prepares the machine, run before the one in testops.yml').meta({ faceOnly: true }),
  'run-setup': z
    .boolean()
    .default(false)
    .describe('Whether this job runs code of the repository, and so needs `setup`')
    .meta({ faceOnly: true }),
  'inputs-sha256': z.string().optional().describe('Digest of the artifact that `exercise` uploaded').meta({ faceOnly: true }),
  'input-artifacts': z
    .array(z.string())
    .optional()
    .describe('Artifacts of earlier jobs in this run, one `name=path` per line; each is unpacked into its path')
    .meta({ faceOnly: true }),
  'parts-of': z
    .enum(PARTED_GATES)
    .optional()
    .describe(
      'Gate whose parts this job merges: with `parts` only they are fetched, into `testops-out/parts/<gate>`, and nothing else is done',
    )
    .meta({ faceOnly: true }),
  parts: z.number().int().min(1).max(MAX_PARTS).optional().describe('Number of the parts; absent, there are none').meta({ faceOnly: true }),
  'part-digests': z
    .string()
    .optional()
    .describe(
      'Outputs of the job that wrote the parts, as JSON: a part with another digest than `part-<i>` says, or without one, is left out',
    )
    .meta({ faceOnly: true }),
});

/** Inputs of `exercise`. */
export const exerciseInputs = declareInputs({
  setup: z.string().optional().describe('Command that prepares the machine, run before the one in testops.yml').meta({ faceOnly: true }),
});

/** Inputs of `publish-comment`. */
export const publishCommentInputs = declareInputs({
  'run-id': z
    .string()
    .optional()
    .describe('Run of the pull request whose decision is published; default the one that started this workflow')
    .meta({ faceOnly: true }),
});

/** Inputs of `sign`. */
export const signInputs = declareInputs({
  'run-id': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Run whose decision is signed, or on whose evidence the person decides; default this run')
    .meta({ faceOnly: true }),
  decision: z
    .enum(['go', 'no-go'])
    .optional()
    .describe('What the person who started this run decides; absent, the decision of the run is signed as it stands')
    .meta({ faceOnly: true }),
  reason: z.string().min(1).optional().describe('Why the person decides so; needed with `decision`').meta({ faceOnly: true }),
  out: z.string().default('testops-out/signed').describe('Folder that receives the signed bundle').meta({ faceOnly: true }),
  'signing-key': z
    .string()
    .optional()
    .describe('Private key (PEM, Ed25519 or ECDSA) to sign with instead of Sigstore')
    .meta({ secret: 'TESTOPS_SIGNING_KEY' }),
});
export type SignInputs = z.infer<typeof signInputs>;

/** Inputs of `accept-snapshots`. */
export const acceptSnapshotsInputs = declareInputs({
  command: z
    .string()
    .regex(/^\/\S/, 'something that begins with a slash')
    .default('/testops accept-snapshots')
    .describe('What a comment begins with that asks for it; the rest of the line is the reason')
    .meta({ faceOnly: true }),
  label: z.string().min(1).default('accept-snapshots').describe('Label that asks for it').meta({ faceOnly: true }),
});

/** Inputs of `scrub-store`: everything stands in testops.yml. */
export const scrubStoreInputs = declareInputs({});

/** Inputs of `rehearse-rollback`. */
export const rehearseRollbackInputs = declareInputs({
  tag: z
    .string()
    .min(1)
    .optional()
    .describe('Tag to roll back to; default the highest lower version tag that is an ancestor')
    .meta({ faceOnly: true }),
});

/** Inputs of `upload-sarif`. */
export const uploadSarifInputs = declareInputs({
  'run-id': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Run whose log is uploaded; default the run that started this one, else this run')
    .meta({ faceOnly: true }),
});

/** Inputs of `record`. */
export const recordInputs = declareInputs({
  'run-id': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Run whose decision is recorded; default this run')
    .meta({ faceOnly: true }),
  'remove-tag': z
    .boolean()
    .default(false)
    .describe('Remove a pushed beta tag that must not stand, where no ruleset and no immutable release forbids it; otherwise say why not')
    .meta({ faceOnly: true }),
  'check-tags': z
    .boolean()
    .default(false)
    .describe('Also look for beta tags without a decision, and open an incident for each; the nightly round does')
    .meta({ faceOnly: true }),
});
