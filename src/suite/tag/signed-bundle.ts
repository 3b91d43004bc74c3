import { canonicalJson } from '../../core/index.ts';
import type { ForgeSummary } from '../../core/ports/forge.ts';
import {
  type DecisionFinding,
  judgeSignatures,
  readStoredSummary,
  SIGNATURE_FILES,
  type StoredDecision,
  SUMMARY_FILE,
  signatureFileOf,
} from '../../decision/index.ts';
import type { TrustedSignatures } from '../signatures.ts';

/** Whose signature is believed, for which repository. */
export interface Signers {
  readonly repository: string;
  readonly signatures: TrustedSignatures;
}

/** Why the signatures of a bundle are not believed; empty when it has one, and all of them are. */
export async function judgeSigned(
  files: ReadonlyMap<string, Uint8Array>,
  { repository, signatures }: Signers,
): Promise<readonly DecisionFinding[]> {
  const { signers, keyIds } = signatures;
  return judgeSignatures(await signatures.read(files), files, { required: true, repository, workflows: signers, keyIds });
}

export function hasSignature(files: ReadonlyMap<string, Uint8Array>): boolean {
  return SIGNATURE_FILES.some((name) => files.has(name));
}

/** The decision that a signed summary tells, and the file that proves it. */
export interface SignedSummary {
  readonly decision: StoredDecision;
  /** A signature file of a bundle. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads what some place keeps; undefined for what nobody signed whom we believe, and for what says too little by itself. */
export async function readSignedSummary({ bytes }: Pick<ForgeSummary, 'bytes'>, signers: Signers): Promise<SignedSummary | undefined> {
  const name = signatureFileOf(bytes);
  if (name === undefined) return undefined;
  const files = new Map([[name as string, bytes]]);
  const [fact] = await signers.signatures.read(files);
  if (fact === undefined || fact.kind === 'invalid') return undefined;
  const decision = readStoredSummary(fact.payload);
  if (decision === undefined || decision.repository?.toLowerCase() !== signers.repository.toLowerCase()) return undefined;
  // Whoever signs serializes the statement anew; the bundle has it as canonical JSON.
  const summary = new TextEncoder().encode(canonicalJson(JSON.parse(new TextDecoder().decode(fact.payload))));
  const findings = await judgeSigned(new Map([...files, [SUMMARY_FILE, summary]]), signers);
  return findings.length === 0 ? { decision, name, bytes } : undefined;
}
