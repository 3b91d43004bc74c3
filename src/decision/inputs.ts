import { z } from 'zod';
import { declareInputs, GATE_IDS } from '../core/index.ts';

/** Inputs of `decision-record`, the action and the command. Files are named relative to the workspace. */
export const inputs = declareInputs({
  mode: z
    .enum(['decide', 'cut'])
    .default('decide')
    .describe('`decide`, or `cut`: verify the decision on the commit, write the status, and make the next beta tag')
    .meta({ faceOnly: true }),
  'run-id': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Decide on the evidence of this workflow run instead of the evidence folder; needs a token')
    .meta({ faceOnly: true }),
  version: z
    .string()
    .optional()
    .describe('Beta that the decision is for, `2.5.0-beta.1`, without `v`; with it the stricter rules for tags apply'),
  commit: z.string().optional().describe('Full id of the commit that is judged; default the checked out one').meta({ faceOnly: true }),
  policy: z
    .string()
    .optional()
    .describe('YAML file with the policy; absent, every required gate must pass. For a tag it is read from the default branch'),
  required: z
    .array(z.enum(GATE_IDS))
    .optional()
    .describe('Gates without which there is no GO; default every configured gate that does not say `required: false`'),
  checklist: z.string().optional().describe('YAML file with the readiness checklist'),
  waivers: z.string().optional().describe('YAML file with the waivers. For a tag it is read from the default branch'),
  decision: z
    .enum(['go', 'no-go'])
    .optional()
    .describe('What a person decides, recorded beside the recommendation')
    .meta({ faceOnly: true }),
  reason: z.string().min(1).optional().describe('Why the person decides so; needed with `decision`').meta({ faceOnly: true }),
  out: z.string().default('testops-out/decision').describe('Folder that receives the bundle').meta({ faceOnly: true }),
  artifacts: z
    .array(z.string())
    .optional()
    .describe('What is to be released, one `name=path` per line; its digests become subjects of the summary')
    .meta({ faceOnly: true }),
  'evidence-digests': z
    .array(z.string())
    .optional()
    .describe('Digests that the gate jobs reported, one `gate=sha256` per line; a file with another digest is refused')
    .meta({ faceOnly: true }),
  workflows: z
    .array(z.string().regex(/^[^/@\s]+\/[^/@\s]+\/\.github\/workflows\/[^/@\s]+\.ya?ml(@\S+)?$/, '`owner/name/.github/workflows/file.yml`'))
    .min(1)
    .optional()
    .describe('Workflows whose runs are believed; default testops-ci.yml and testops-sign.yml of testops/beta-gates'),
  signers: z
    .array(z.string().regex(/^[^/@\s]+\/[^/@\s]+\/\.github\/workflows\/[^/@\s]+\.ya?ml(@\S+)?$/, '`owner/name/.github/workflows/file.yml`'))
    .min(1)
    .optional()
    .describe(
      'Workflows whose signature is believed, on the default branch; default testops-sign.yml of testops/beta-gates at any commit: add `@` and the ref that you call to pin it',
    )
    .meta({ fileOnly: true }),
  'trusted-root': z
    .string()
    .optional()
    .describe(
      'File with trusted roots of Sigstore (`gh attestation trusted-root`), on the default branch; default that of the public instance',
    )
    .meta({ fileOnly: true }),
  'public-key': z
    .string()
    .optional()
    .describe('PEM file with the public key whose signatures are believed, on the default branch')
    .meta({ fileOnly: true }),
  environment: z
    .string()
    .min(1)
    .default('beta')
    .describe('With `mode: cut`: environment whose required reviewers approve the beta')
    .meta({ faceOnly: true }),
  'decided-run': z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'the number of a workflow run')
    .optional()
    .describe('Run that `plan` found to hold the decision on the pushed tag; it is verified, and no gate runs again')
    .meta({ faceOnly: true }),
  'job-results': z
    .array(z.string())
    .optional()
    .describe('How the gate jobs ended, one `gate=result` per line; skipped, cancelled and neutral never count as passed')
    .meta({ faceOnly: true }),
});

export type Inputs = z.infer<typeof inputs>;
