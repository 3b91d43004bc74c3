import { type SignatureFact, sortFindings } from '../../core/index.ts';
import { type Verification, type VerifyOptions, verifyBundle } from '../verify.ts';
import { type DecisionFinding, errorOf } from '../words.ts';
import { judgeSignatures, type SignatureDemand } from './signature.ts';
import { judgeTagged, type TagFact } from './tag.ts';

export interface ProofOptions extends VerifyOptions {
  /** What whoever checks signatures found, one fact for each signature file of the bundle. */
  readonly signatures: readonly SignatureFact[];
  /** Whom to believe; `repository` undefined means that of the decision. */
  readonly demand: SignatureDemand;
  /** The tag that is to stand on the decision: `verify TAG`, a pushed tag, `mode: cut`. */
  readonly tag?: TagFact;
}

export interface Proof extends Verification {
  /** Whether a signature stood in the bundle and was believed. */
  readonly signed: boolean;
}

/**
 * The whole verification: the bundle by itself, its signatures, and, where there is one, the tag. Everything must hold; a signature file that nobody
 * looked at is refused.
 * @throws UserError when the tag is no beta tag.
 */
export function verifyProof(files: ReadonlyMap<string, Uint8Array>, options: ProofOptions): Proof {
  const verification = verifyBundle(files, { ...options, forTag: options.forTag === true || options.tag !== undefined });
  const { decision } = verification;
  if (!decision) return { ...verification, signed: false };
  const { signatures, demand, tag } = options;
  const untrusted = [
    ...unseen(verification.signatureFiles, signatures),
    ...judgeSignatures(signatures, files, { ...demand, repository: demand.repository ?? decision.given.repository }),
  ];
  const findings = sortFindings([...verification.findings, ...untrusted, ...(tag ? judgeTagged(decision, tag) : [])]);
  const accepted = verification.accepted && findings.length === 0;
  return {
    ...verification,
    accepted,
    exit: accepted ? 0 : verification.exit === 3 ? 3 : 1,
    findings,
    signed: signatures.length > 0 && untrusted.length === 0,
  };
}

function unseen(names: readonly string[], signatures: readonly SignatureFact[]): DecisionFinding[] {
  return names
    .filter((name) => !signatures.some(({ file }) => file === name))
    .map((file) => errorOf('decision-record/signature-invalid', { file, reason: 'nobody checked it' }, file));
}
