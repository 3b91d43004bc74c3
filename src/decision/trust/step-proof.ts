import { compareText, sha256 } from '../../core/index.ts';
import { SIGNATURE_FILES } from '../bundle.ts';
import type { Decision } from '../record.ts';

/** What the name of the last step of the deciding job says. No other job can write it. */
export interface StepProof {
  readonly outcome: string;
  /** The judged commit. */
  readonly commit: string;
  /** The beta without `v`; undefined for a decision about no version. */
  readonly version: string | undefined;
  /** Digest of the bundle. */
  readonly bundle: string;
}

const PROOF = /^testops-proof v1 (GO|CONDITIONAL|NO-GO) ([0-9a-f]{40}|[0-9a-f]{64}) (-|\d[0-9A-Za-z.-]*) ([0-9a-f]{64})$/;

/** Whether a step's name is meant to be a proof. */
export function isStepProof(name: string): boolean {
  return name.startsWith('testops-proof ');
}

/** Reads a step's name; undefined when it is no proof. */
export function readStepProof(name: string): StepProof | undefined {
  const [, outcome = '', commit = '', version = '', bundle = ''] = PROOF.exec(name) ?? [];
  return bundle === '' ? undefined : { outcome, commit, version: version === '-' ? undefined : version, bundle };
}

/** Writes a proof: one line of printable ASCII. */
export function writeStepProof({ outcome, commit, version, bundle }: StepProof): string {
  return `testops-proof v1 ${outcome} ${commit} ${version ?? '-'} ${bundle}`;
}

/** The proof of a decision; undefined for one about no commit, which nothing can rest on. */
export function stepProofOf(decision: Decision, files: ReadonlyMap<string, Uint8Array>): StepProof | undefined {
  const { subject, version, tag } = decision.given;
  if (!('commit' in subject)) return undefined;
  return {
    outcome: decision.outcome,
    commit: subject.commit,
    version: tag === undefined ? version : tag.name.replace(/^v/, ''),
    bundle: bundleDigest(files),
  };
}

/** SHA-256 over the lines `<path>\0<sha256>\n` of the files of a bundle, sorted by path. A signature comes later, so it is left out. */
export function bundleDigest(files: ReadonlyMap<string, Uint8Array>): string {
  const lines = [...files]
    .filter(([path]) => !(SIGNATURE_FILES as readonly string[]).includes(path))
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, bytes]) => `${path}\0${sha256(bytes)}\n`);
  return sha256(new TextEncoder().encode(lines.join('')));
}
