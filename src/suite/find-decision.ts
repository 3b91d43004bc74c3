import type { Forge, ForgeRun } from '../core/index.ts';
import {
  CLOCK_SKEW_MS,
  type Decision,
  type DecisionFinding,
  judgeRun,
  judgeSignatures,
  parseBetaVersion,
  SIGNATURE_FILES,
  STATUS_CONTEXT,
} from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { fetchBundle } from './fetch-bundle.ts';
import type { TrustedSignatures } from './signatures.ts';

/** Candidates whose bundles are fetched. */
const MAX_CANDIDATES = 10;

/** The decision on a commit, where there is one; `refused` when a run that is trusted left one that must not be believed. */
export type FoundDecision =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly run: ForgeRun; readonly findings: readonly DecisionFinding[] }
  | { readonly kind: 'found'; readonly run: ForgeRun; readonly files: ReadonlyMap<string, Uint8Array>; readonly decision: Decision };

export interface FindDemand {
  readonly commit: string;
  /** Tag that is to stand on it; decisions for another tag are passed over. */
  readonly tag: string | undefined;
  readonly workflows: readonly string[];
  readonly signatures: TrustedSignatures;
  readonly now: number;
  /** The run that asks; it has decided nothing yet. */
  readonly except: string | undefined;
}

/** A decision among those on a commit. */
type Candidate = FoundDecision & { kind: 'found' } & {
  /** Whether somebody whom we believe signed it. */
  readonly signed: boolean;
};

/**
 * Looks for the decision on a commit: in the runs on it, and in those that its status links to (a run that was started by hand for another commit than
 * the tip of its branch, and the one that signed). Only runs that are trusted count. Of several decisions the latest counts, and before it the latest that
 * a person took or that was made for this tag. Whether it is signed as it must be is for whoever verifies it.
 */
export async function findDecision(forge: Forge, demand: FindDemand): Promise<FoundDecision> {
  const found: Candidate[] = [];
  for (const run of await listCandidates(forge, demand)) {
    if (isSettled(run, found, demand)) continue;
    const bundle = await fetchBundle(forge, run, demand.now);
    if (bundle.kind === 'none') continue;
    // A broken decision of a trusted run is no reason to look for a nicer one.
    if (bundle.kind === 'refused') return { kind: 'refused', run, findings: bundle.findings };
    const { files, decision } = bundle;
    const { subject } = decision.given;
    if (!('commit' in subject) || subject.commit !== demand.commit) continue;
    if (isForAnotherTag(decision, demand.tag)) continue;
    found.push({ kind: 'found', run, files, decision, signed: await isSigned(forge, files, demand) });
  }
  const [best] = withoutUnsignedTwins(found).sort(
    (a, b) => weightOf(b, demand) - weightOf(a, demand) || timeOf(b) - timeOf(a) || Number(b.run.id) - Number(a.run.id),
  );
  return best ?? { kind: 'none' };
}

const timeOf = ({ decision }: Candidate) => Date.parse(decision.given.timeVerified);
const weightOf = ({ decision }: Candidate, { tag }: FindDemand) =>
  decision.given.person !== undefined || (tag !== undefined && tagOf(decision) === tag) ? 1 : 0;

/**
 * Whether a run cannot change what is found, so that its bundle need not be fetched: a signed decision was made in this very attempt of it, or one that nothing earlier
 * outweighs came after its end. Only what is signed is believed so far.
 */
function isSettled(run: ForgeRun, found: readonly Candidate[], demand: FindDemand): boolean {
  return found.some((one) => {
    if (!one.signed) return false;
    const { id, attempt } = one.decision.given.run;
    if (id === run.id && attempt === run.attempt) return true;
    return weightOf(one, demand) === 1 && Date.parse(run.updatedAt) + CLOCK_SKEW_MS < timeOf(one);
  });
}

async function isSigned(forge: Forge, files: ReadonlyMap<string, Uint8Array>, { signatures }: FindDemand): Promise<boolean> {
  if (!SIGNATURE_FILES.some((name) => files.has(name))) return false;
  const { signers, keyIds } = signatures;
  const demand = { required: true, repository: forge.repository, workflows: signers, keyIds };
  return judgeSignatures(await signatures.read(files), files, demand).length === 0;
}

/** Beside signed decisions an unsigned GO says nothing, since nobody answers for it; an unsigned NO-GO still stands against them. */
function withoutUnsignedTwins(found: readonly Candidate[]): Candidate[] {
  if (!found.some(({ signed }) => signed)) return [...found];
  return found.filter(({ signed, decision }) => signed || decision.outcome === 'NO-GO' || decision.outcomeForTag === 'NO-GO');
}

/** The decision of one run, which was named: why not, or the bundle. */
export async function decisionOfRun(
  forge: Forge,
  runId: string,
  demand: Omit<FindDemand, 'except' | 'signatures'>,
): Promise<FoundDecision | { readonly kind: 'no-run' }> {
  const run = await forge.findRun(runId);
  if (!run) return { kind: 'no-run' };
  const findings = judgeRun(run, { repository: forge.repository, workflows: demand.workflows });
  if (findings.length > 0) return { kind: 'refused', run, findings };
  const bundle = await fetchBundle(forge, run, demand.now);
  if (bundle.kind === 'none') return { kind: 'none' };
  return bundle.kind === 'refused'
    ? { kind: 'refused', run, findings: bundle.findings }
    : { kind: 'found', run, files: bundle.files, decision: bundle.decision };
}

/** The finding where nobody decided. */
export function absent(commit: string): DecisionFinding {
  return errorOf('decision-record/decision-absent', { commit });
}

async function listCandidates(forge: Forge, { commit, workflows, except }: FindDemand): Promise<readonly ForgeRun[]> {
  const runs = new Map((await forge.listRuns(commit)).map((run) => [run.id, run]));
  for (const id of (await forge.listRunsNamedByStatus(commit, STATUS_CONTEXT)).slice(0, MAX_CANDIDATES)) {
    const run = runs.has(id) || id === except ? undefined : await forge.findRun(id);
    if (run) runs.set(id, run);
  }
  return [...runs.values()]
    .filter((run) => run.id !== except && judgeRun(run, { repository: forge.repository, workflows }).length === 0)
    .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || Number(b.id) - Number(a.id))
    .slice(0, MAX_CANDIDATES);
}

function tagOf({ given }: Decision): string | undefined {
  return given.tag?.name ?? (given.version === undefined ? undefined : parseBetaVersion(given.version).tag);
}

function isForAnotherTag(decision: Decision, tag: string | undefined): boolean {
  const made = tagOf(decision);
  return tag !== undefined && made !== undefined && made !== tag;
}
