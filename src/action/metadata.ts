import type { z } from 'zod';
import { commonInputs } from '../core/index.ts';
import { inputs as decisionInputs } from '../decision/index.ts';
import { ACTIONS, type ActionName } from '../entries.ts';
import { gates } from '../gates/index.ts';
import {
  acceptSnapshotsInputs,
  exerciseInputs,
  gateInputsInputs,
  planInputs,
  publishCommentInputs,
  recordInputs,
  rehearseRollbackInputs,
  scrubStoreInputs,
  signInputs,
  uploadSarifInputs,
} from './workflow-inputs.ts';

/** What `action.yml` says beyond inputs. */
export interface ActionMetadata {
  readonly name: ActionName;
  /** One sentence. */
  readonly description: string;
  readonly inputs: readonly z.ZodObject[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Only of use inside `testops-ci.yml`. */
  readonly internal: boolean;
}

const GATE_OUTPUTS = {
  verdict: 'pass, warn, fail or inconclusive',
  evidence: 'Path of the evidence file',
  'evidence-sha256': 'SHA-256 of the evidence file',
} as const;

const PART_OUTPUT = { 'part-sha256': 'As a part of a matrix: SHA-256 of the artifact that holds the part' } as const;

const DESCRIPTIONS: Readonly<Record<ActionName, string>> = {
  'determinism-check': 'Runs a command several times, varied, and proves that it makes the same every time',
  'slo-gate': 'Holds load-test and chaos results against service level objectives',
  'telemetry-scan': 'Finds private data in what a release candidate emits, and never repeats it',
  'snapshot-compare': 'Compares a folder of snapshots with its baseline, by structure and within tolerances',
  'deploy-preview': 'Deploys a preview and waits until enough runners and gateways are ready',
  'decision-record': 'Decides on the evidence of the gates, writes a record that anyone can check, and publishes it',
  plan: 'Resolves the commit once and says which gates run (a part of testops-ci.yml)',
  exercise: 'Sets the system up, serves it, loads it, and uploads what the gates look at (a part of testops-ci.yml)',
  'gate-inputs': 'Brings what the exercise left into the job of a gate (a part of testops-ci.yml)',
  'publish-comment':
    'Publishes the decision on a pull request from a fork, treating its artifact as hostile (a part of testops-comment.yml)',
  sign: 'Signs a decision with Sigstore or a key, and records what a person decides (a part of testops-sign.yml)',
  'accept-snapshots':
    'Commits the snapshots of a pull request as its baseline when a reviewer asks for it (a part of testops-accept-snapshots.yml)',
  'scrub-store': 'Checks and repairs the store of snapshots, and opens an incident when that is impossible (a part of testops-nightly.yml)',
  'rehearse-rollback': 'Tries a rollback to the previous tag out and records the time it took (a part of testops-nightly.yml)',
  'upload-sarif': 'Hands the SARIF log of telemetry-scan to code scanning (a part of testops-sarif.yml)',
  record: 'Writes a decision to the ledger, the release notes and the incident issues (a part of testops-record.yml)',
};

const OWN_INPUTS: Readonly<Partial<Record<ActionName, z.ZodObject>>> = {
  'decision-record': decisionInputs,
  plan: planInputs,
  exercise: exerciseInputs,
  'gate-inputs': gateInputsInputs,
  'publish-comment': publishCommentInputs,
  sign: signInputs,
  record: recordInputs,
  'accept-snapshots': acceptSnapshotsInputs,
  'scrub-store': scrubStoreInputs,
  'rehearse-rollback': rehearseRollbackInputs,
  'upload-sarif': uploadSarifInputs,
};

const OUTPUTS: Readonly<Partial<Record<ActionName, Readonly<Record<string, string>>>>> = {
  'determinism-check': { ...GATE_OUTPUTS, ...PART_OUTPUT },
  'telemetry-scan': { ...GATE_OUTPUTS, ...PART_OUTPUT },
  'decision-record': {
    decision: 'GO, CONDITIONAL or NO-GO',
    bundle: 'Folder of the bundle',
    evidence: 'Address of the artifact that holds the bundle',
    'report-url': 'Address of the report',
    proof: 'What was decided, in one line for the name of the last step of the deciding job; empty when no bundle was uploaded',
    version: 'With `mode: cut`: the beta that was cut, `2.5.0-beta.2`',
    tag: 'With `mode: cut`: its tag, `v2.5.0-beta.2`',
  },
  plan: {
    commit: 'Full id of the commit that every job checks out',
    version: 'Beta that the decision is for, or empty',
    gates: 'Gates that run, as a JSON list',
    exercise: 'Whether the exercise job has anything to run: true or false',
    'determinism-parts': 'Jobs of determinism-check as a matrix, a JSON list of index, part and runs-on; `[]` without determinism-matrix',
    'determinism-count': 'Their number, or empty',
    'telemetry-parts': 'Jobs of telemetry-scan as a matrix, a JSON list of index, shard and runs-on; `[]` without telemetry-shards',
    'telemetry-count': 'Their number, or empty',
    'decided-run': 'For a pushed tag: run that holds the decision on its commit, which is verified in place of the gates; or empty',
    previous: 'What `tag:previous` stands for, `v2.5.0-beta.1 COMMIT`, or none; empty where no gate compares with it',
  },
  exercise: {
    ...GATE_OUTPUTS,
    'inputs-sha256': 'Digest of the uploaded artifact of gate inputs',
    result: '`success` when every command ended well; absent otherwise',
  },
  'gate-inputs': {},
  'publish-comment': { decision: 'GO, CONDITIONAL or NO-GO, as the pull request says it' },
  sign: {
    decision: 'GO, CONDITIONAL or NO-GO',
    bundle: 'Folder of the signed bundle',
    evidence: 'Address of the artifact that holds the signed bundle',
    attestation: 'Id of the attestation that GitHub keeps, or empty',
    'report-url': 'Address of the run that signed',
  },
  'accept-snapshots': { commit: 'Commit with the accepted baseline, or empty' },
  'scrub-store': {
    verdict: 'pass, warn, fail or inconclusive; empty without a store',
    incidents: 'Address of the incident that stands open, or empty',
  },
  'rehearse-rollback': {
    verdict: 'pass, warn, fail or inconclusive',
    tag: 'Tag that was rolled back to',
    'duration-ms': 'Time that it took, in milliseconds',
  },
  'upload-sarif': { 'sarif-id': 'Id of the upload', results: 'Number of results that were uploaded' },
  record: {
    decision: 'GO, CONDITIONAL or NO-GO',
    'tag-removed': 'With `remove-tag`, for a pushed tag that must not stand: `true` when it is gone, `false` when it was kept',
    'ledger-head': 'Length and hash of the ledger of decisions, `412:9f86…`',
    incidents: 'Addresses of the open incidents of this release, one a line',
  },
};

/** Actions whose testops.yml is the one of the default branch: who starts them has no say in which. */
const BRANCH_CONFIGURED: ReadonlySet<ActionName> = new Set(['sign', 'record']);

/** Every action with what its action.yml, README and types say. */
export function listActions(): readonly ActionMetadata[] {
  return ACTIONS.map((name) => {
    const own = gates.find((gate) => gate.id === name)?.inputs ?? OWN_INPUTS[name];
    if (!own) throw new Error(`no inputs for ${name}`);
    return {
      name,
      description: DESCRIPTIONS[name],
      inputs: BRANCH_CONFIGURED.has(name) ? [own, commonInputs.omit({ config: true })] : [own, commonInputs],
      outputs: OUTPUTS[name] ?? GATE_OUTPUTS,
      internal: name in OWN_INPUTS && name !== 'decision-record',
    };
  });
}
