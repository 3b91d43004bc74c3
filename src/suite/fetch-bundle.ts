import type { ArchiveLimits, Forge, ForgeArtifact, ForgeRun } from '../core/index.ts';
import {
  DECISION_FILE,
  type Decision,
  type DecisionFinding,
  judgeSignatures,
  MARKDOWN_FILE,
  SIGNATURE_FILES,
  SUMMARY_FILE,
  verifyBundle,
} from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import type { TrustedSignatures } from './signatures.ts';
import { type ConfirmForge, type ConfirmTrust, confirmDecision } from './tag/confirm.ts';
import type { HeldPin } from './tag/reviewed-workflows.ts';

export const MAX_ARCHIVE_BYTES = 32 * 1024 * 1024;
const NAMES = [DECISION_FILE, SUMMARY_FILE, MARKDOWN_FILE, ...SIGNATURE_FILES].map((name) => name.replaceAll('.', '\\.')).join('|');

/** What the archive of a bundle may hold. */
export const BUNDLE_LIMITS: ArchiveLimits = {
  maxEntries: 1000,
  maxFileBytes: 64 * 1024 * 1024,
  maxTotalBytes: 128 * 1024 * 1024,
  names: new RegExp(`^(${NAMES}|inputs/[0-9a-f]{64})$`),
};

/** The bundle of a run: none, one that must not be believed, or one that is whole and follows from its own bytes, whatever its outcome and age. */
export type FetchedBundle =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'refused';
      readonly findings: readonly DecisionFinding[];
      /** There is a signed decision alone, and nobody whom we trust signed it: that says nothing about what other runs decided. */
      readonly foreign?: true;
    }
  | {
      readonly kind: 'sound';
      readonly files: ReadonlyMap<string, Uint8Array>;
      readonly decision: Decision;
      /** Why it is believed: a signer whom we trust, or the deciding job of the run itself. */
      readonly believed: 'signed' | 'confirmed';
      /** Called workflows of a confirmed decision at their commits. */
      readonly pins: readonly HeldPin[];
    };

export type BundleForge = ConfirmForge & Pick<Forge, 'listArtifacts' | 'fetchArtifact'>;

export interface BundleDemand {
  readonly now: number;
  readonly trust: ConfirmTrust;
  /** Whose signatures are believed; absent, an artifact with a signed decision is no source. */
  readonly signatures?: Pick<TrustedSignatures, 'read' | 'keyIds' | 'signers'>;
  /** Artifacts of the run, where they were listed before. */
  readonly listed?: readonly ForgeArtifact[];
}

/**
 * Fetches the decision that a run left, that of its highest attempt. Any job of the run can upload an artifact under any name, so the name is worth nothing: a
 * signed decision counts by its signature, any other when the forge confirms that the deciding job of this very attempt made it.
 */
export async function fetchBundle(forge: BundleForge, run: ForgeRun, demand: BundleDemand): Promise<FetchedBundle> {
  const all = demand.listed ?? (await forge.listArtifacts(run.id));
  const decisions = newest(all, /^testops-decision-a(\d+)$/);
  const signed = demand.signatures === undefined ? [] : newest(all, /^testops-signed-a(\d+)$/);
  const refused: DecisionFinding[] = [];
  if (demand.signatures !== undefined && signed[0] !== undefined && attemptOf(signed[0]) >= attemptOf(decisions[0])) {
    const fetched = await fetchSigned(forge, run, signed, { ...demand, signatures: demand.signatures, alone: decisions.length === 0 });
    if (fetched.kind === 'sound') return fetched;
    // What nobody whom we trust signed hides nothing: the decision of the deciding job counts beside it.
    if (fetched.kind === 'refused') refused.push(...fetched.findings);
  }
  if (decisions.length === 0) return refused.length === 0 ? { kind: 'none' } : { kind: 'refused', findings: refused, foreign: true };
  return fetchConfirmed(forge, run, decisions, demand);
}

async function fetchConfirmed(
  forge: BundleForge,
  run: ForgeRun,
  artifacts: readonly ForgeArtifact[],
  demand: BundleDemand,
): Promise<FetchedBundle> {
  const fetched = await fetchSound(forge, run, artifacts, demand.now);
  if (fetched.kind === 'refused') return fetched;
  const { files, decision, attempt } = fetched;
  const made = decision.given.run;
  // A person's decision names the run whose evidence it judges.
  if (decision.given.person === undefined) {
    if (made.id !== run.id) return { kind: 'refused', findings: [otherRun(made.id ?? 'none', run)] };
    if (made.attempt !== attempt) return { kind: 'refused', findings: [otherRun(`${made.id}, attempt ${made.attempt ?? 'none'}`, run)] };
  }
  const { findings, pins } = await confirmDecision(forge, run, { decision, files, attempt }, demand.trust);
  return findings.length > 0 ? { kind: 'refused', findings } : { kind: 'sound', files, decision, believed: 'confirmed', pins };
}

async function fetchSigned(
  forge: BundleForge,
  run: ForgeRun,
  artifacts: readonly ForgeArtifact[],
  demand: Required<Pick<BundleDemand, 'now' | 'signatures'>> & { readonly alone: boolean },
): Promise<FetchedBundle> {
  const fetched = await fetchSound(forge, run, artifacts, demand.now);
  if (fetched.kind === 'refused') return fetched;
  const { files, decision } = fetched;
  const { signers, keyIds } = demand.signatures;
  const wanted = { required: true, repository: forge.repository, workflows: signers, keyIds };
  const findings = judgeSignatures(await demand.signatures.read(files), files, wanted);
  if (findings.length > 0) return { kind: 'refused', findings };
  // A genuine decision about another run would hide the one of this run.
  if (!demand.alone && decision.given.run.id !== run.id) {
    return { kind: 'refused', findings: [otherRun(decision.given.run.id ?? 'none', run)] };
  }
  return { kind: 'sound', files, decision, believed: 'signed', pins: [] };
}

/** The one artifact of an attempt, whole and following from its own bytes. */
async function fetchSound(
  forge: BundleForge,
  run: ForgeRun,
  artifacts: readonly ForgeArtifact[],
  now: number,
): Promise<
  | { readonly kind: 'refused'; readonly findings: readonly DecisionFinding[] }
  | { readonly kind: 'sound'; readonly files: ReadonlyMap<string, Uint8Array>; readonly decision: Decision; readonly attempt: number }
> {
  const [artifact] = artifacts;
  if (artifact === undefined) throw new Error('there is an artifact');
  const refuse = (findings: readonly DecisionFinding[]) => ({ kind: 'refused', findings }) as const;
  const attempt = attemptOf(artifact);
  // Nobody uploads for an attempt that has not been: it would hide the decision of the one that was.
  if (attempt > run.attempt) return refuse([otherRun(`attempt ${attempt}`, run)]);
  if (artifacts.length > 1) {
    return refuse([errorOf('decision-record/artifact-duplicate', { run: run.id, artifact: artifact.name, count: artifacts.length })]);
  }
  const fetched = await forge.fetchArtifact(artifact, MAX_ARCHIVE_BYTES, BUNDLE_LIMITS);
  if (fetched.kind === 'other-bytes') return refuse([changed(artifact, fetched)]);
  const { decision, findings } = verifyBundle(fetched.files, { now, asOfDecision: true });
  const broken = findings.filter(({ code }) => code !== 'decision-record/decision-no-go');
  if (broken.length > 0) return refuse(broken);
  if (!decision) throw new Error('a bundle without findings has a decision');
  return { kind: 'sound', files: fetched.files, decision, attempt };
}

/** The number at the end of an artifact's name. */
function attemptOf(artifact: ForgeArtifact | undefined): number {
  return Number(/-a(\d+)$/.exec(artifact?.name ?? '')?.[1] ?? 0);
}

function otherRun(found: string, { id, attempt }: ForgeRun): DecisionFinding {
  return errorOf('decision-record/decision-other-run', { found, expected: `${id}, attempt ${attempt}` });
}

/** Artifacts of the highest attempt among those whose name matches; the first group is the attempt. */
export function newest(artifacts: readonly ForgeArtifact[], name: RegExp): readonly ForgeArtifact[] {
  const attemptOf = (artifact: ForgeArtifact) => Number(name.exec(artifact.name)?.[1] ?? 0);
  const highest = Math.max(0, ...artifacts.map(attemptOf));
  return highest === 0 ? [] : artifacts.filter((artifact) => attemptOf(artifact) === highest);
}

/** The finding about bytes that are not those that were uploaded. */
export function changed(
  artifact: ForgeArtifact,
  { found, expected }: { readonly found: string; readonly expected: string },
): DecisionFinding {
  return errorOf('decision-record/artifact-changed', { artifact: artifact.name, found, expected });
}
