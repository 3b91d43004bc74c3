import type { ArchiveLimits, Forge, ForgeArtifact, ForgeRun } from '../core/index.ts';
import {
  DECISION_FILE,
  type Decision,
  type DecisionFinding,
  MARKDOWN_FILE,
  SIGNATURE_FILES,
  SUMMARY_FILE,
  verifyBundle,
} from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';

const MAX_ARCHIVE_BYTES = 32 * 1024 * 1024;
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
  | { readonly kind: 'refused'; readonly findings: readonly DecisionFinding[] }
  | { readonly kind: 'sound'; readonly files: ReadonlyMap<string, Uint8Array>; readonly decision: Decision };

/** Fetches the decision that a run left: that of its highest attempt, the signed one where there is one. It must say itself that it was made in this run of this repository. */
export async function fetchBundle(forge: Forge, run: ForgeRun, now: number, listed?: readonly ForgeArtifact[]): Promise<FetchedBundle> {
  const candidates = newest(listed ?? (await forge.listArtifacts(run.id)), /^testops-(?:decision|signed)-a(\d+)$/);
  const signed = candidates.find(({ name }) => name.startsWith('testops-signed-'));
  const artifact = signed ?? candidates[0];
  if (!artifact) return { kind: 'none' };
  // Nobody uploads for an attempt that has not been: it would hide the decision of the one that was.
  if (attemptOf(artifact) > run.attempt) return { kind: 'refused', findings: [otherRun(`attempt ${attemptOf(artifact)}`, run)] };
  const fetched = await forge.fetchArtifact(artifact, MAX_ARCHIVE_BYTES, BUNDLE_LIMITS);
  if (fetched.kind === 'other-bytes') return { kind: 'refused', findings: [changed(artifact, fetched)] };
  const { files } = fetched;
  const { decision, findings } = verifyBundle(files, { now, asOfDecision: true });
  const broken = findings.filter(({ code }) => code !== 'decision-record/decision-no-go');
  if (broken.length > 0) return { kind: 'refused', findings: broken };
  if (!decision) throw new Error('a bundle without findings has a decision');
  const { id, attempt } = decision.given.run;
  // A person's decision names the run whose evidence it judges; it is made, and any decision may be signed, in another run of a workflow that is trusted.
  if (decision.given.person === undefined && signed === undefined) {
    if (id !== run.id) return { kind: 'refused', findings: [otherRun(id ?? 'none', run)] };
    if (attempt !== attemptOf(artifact)) return { kind: 'refused', findings: [otherRun(`${id}, attempt ${attempt ?? 'none'}`, run)] };
  }
  return { kind: 'sound', files, decision };
}

/** The number at the end of an artifact's name. */
function attemptOf({ name }: ForgeArtifact): number {
  return Number(/-a(\d+)$/.exec(name)?.[1] ?? 0);
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
