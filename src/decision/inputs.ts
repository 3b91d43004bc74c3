import { z } from 'zod';
import { declareInputs, GATE_IDS, none } from '../core/index.ts';

/** What an action or a flag says about one run, and no file. */
const FACE = { faceOnly: true, ...none('Says nothing about the gates: it is about one decision') } as const;
/** A commit cannot change what it is: the default branch has it, and the decision lists its changes. */
const FROM_BRANCH = none('Read from the default branch, whatever the commit says');
const WORKFLOW = /^[^/@\s]+\/[^/@\s]+\/\.github\/workflows\/[^/@\s]+\.ya?ml(@\S+)?$/;
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const DISTRUSTED = /^([^/@\s]+\/[^/@\s]+\/\.github\/workflows\/[^/@\s]+\.ya?ml@)?([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Inputs of `decision-record`, the action and the command. Files are named relative to the workspace. */
export const inputs = declareInputs({
  mode: z
    .enum(['decide', 'cut'])
    .default('decide')
    .describe('`decide`, or `cut`: verify the decision on the commit, write the status, and make the next beta tag')
    .meta(FACE),
  'run-id': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Decide on the evidence of this workflow run instead of the evidence folder; needs a token')
    .meta(FACE),
  version: z
    .string()
    .optional()
    .describe('Beta that the decision is for, `2.5.0-beta.1`, without `v`; with it the stricter rules for tags apply')
    .meta(none('Says which beta is judged')),
  commit: z.string().optional().describe('Full id of the commit that is judged; default the checked out one').meta(FACE),
  policy: z
    .string()
    .optional()
    .describe('YAML file with the policy; absent, every required gate must pass. For a tag it is read from the default branch')
    .meta({ direction: 'fixed', role: 'limits', document: 'policy' }),
  required: z
    .array(z.enum(GATE_IDS))
    .optional()
    .describe('Gates without which there is no GO; default every configured gate that does not say `required: false`')
    .meta({ direction: 'more', absent: 'strictest' }),
  checklist: z
    .string()
    .optional()
    .describe('YAML file with the readiness checklist')
    .meta({ direction: 'fixed', role: 'limits', document: 'checklist' }),
  waivers: z
    .string()
    .optional()
    .describe('YAML file with the waivers. For a tag it is read from the default branch')
    .meta({ ...FROM_BRANCH, document: 'waivers' }),
  decision: z.enum(['go', 'no-go']).optional().describe('What a person decides, recorded next to the recommendation').meta(FACE),
  reason: z.string().min(1).optional().describe('Why the person decides so; needed with `decision`').meta(FACE),
  out: z
    .string()
    .default('testops-out/decision')
    .describe('Folder that receives the bundle')
    .meta({ ...FACE, writes: true }),
  artifacts: z
    .array(z.string())
    .optional()
    .describe('What is to be released, one `name=path` per line; its digests become subjects of the summary')
    .meta(FACE),
  'evidence-digests': z
    .array(z.string())
    .optional()
    .describe('Digests that the gate jobs reported, one `gate=sha256` per line; a file with another digest is refused')
    .meta(FACE),
  workflows: z
    .array(z.string().regex(WORKFLOW, '`owner/name/.github/workflows/file.yml`'))
    .min(1)
    .optional()
    .describe('Workflows whose runs are believed; default testops-ci.yml and testops-sign.yml of testops/beta-gates')
    .meta(FROM_BRANCH),
  signers: z
    .array(z.string().regex(WORKFLOW, '`owner/name/.github/workflows/file.yml`'))
    .min(1)
    .optional()
    .describe(
      'Workflows whose signature is believed, on the default branch; default testops-sign.yml of testops/beta-gates at any commit: add `@` and the ref that you call to pin it',
    )
    .meta({ fileOnly: true, ...FROM_BRANCH }),
  'self-hosted-signing': z
    .boolean()
    .optional()
    .describe('Believe signatures that were made on a self-hosted runner, on the default branch; default false')
    .meta({ fileOnly: true, ...FROM_BRANCH }),
  'trusted-root': z
    .string()
    .optional()
    .describe(
      'File with trusted roots of Sigstore (`gh attestation trusted-root`), on the default branch; default that of the public instance',
    )
    .meta({ fileOnly: true, ...FROM_BRANCH }),
  'public-key': z
    .string()
    .optional()
    .describe('PEM file with the public key whose signatures are believed, on the default branch')
    .meta({ fileOnly: true, ...FROM_BRANCH }),
  base: z
    .string()
    .regex(COMMIT, 'a full commit id, 40 or 64 hexadecimal digits')
    .optional()
    .describe('Full id of a commit whose decision counts as accepted, named on the default branch')
    .meta({ fileOnly: true, ...FROM_BRANCH }),
  distrust: z
    .array(z.string().regex(DISTRUSTED, 'a full commit id, or `owner/name/.github/workflows/file.yml@commit`'))
    .min(1)
    .optional()
    .describe(
      'Commits of gate or signing workflows that are no longer believed, as `<commit>` or `<workflow>@<commit>`, on the default branch',
    )
    .meta({ fileOnly: true, ...FROM_BRANCH }),
  'default-branch': z
    .string()
    .min(1)
    .optional()
    .describe('Default branch, such as `origin/main`, off GitHub; default `origin/HEAD`, else `HEAD`')
    .meta(FACE),
  environment: z
    .string()
    .min(1)
    .default('beta')
    .describe('With `mode: cut`: environment whose required reviewers approve the beta')
    .meta(FACE),
  'decided-run': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Run that `plan` found to hold the decision on the pushed tag; it is verified, and no gate runs again')
    .meta(FACE),
  'exercise-result': z
    .string()
    .optional()
    .describe('How the exercise of this run ended, where one was planned: `success`, or anything else')
    .meta(FACE),
  needs: z
    .string()
    .optional()
    .describe('What the jobs before reported: `toJSON(needs)` of the deciding job, in place of `job-results` and `evidence-digests`')
    .meta(FACE),
  'job-results': z
    .array(z.string())
    .optional()
    .describe('How the gate jobs ended, one `gate=result` per line; skipped, cancelled and neutral never count as passed')
    .meta(FACE),
});

export type Inputs = z.infer<typeof inputs>;
