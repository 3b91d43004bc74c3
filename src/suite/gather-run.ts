import { type ArchiveLimits, type Forge, type ForgeRun, GATE_IDS, UserError } from '../core/index.ts';
import { type Decision, type DecisionFinding, type InputDocument, judgeRun } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';
import { changed, fetchBundle, newest } from './fetch-bundle.ts';
import type { ConfirmTrust } from './tag/confirm.ts';

const MAX_ARCHIVE_BYTES = 32 * 1024 * 1024;
const MAX_EVIDENCE_BYTES = 64 * 1024 * 1024;

/** Everything of a run that a decision rests on, or why it must not rest on it. */
export type GatheredRun =
  | { readonly kind: 'refused'; readonly findings: readonly DecisionFinding[] }
  | {
      readonly kind: 'gathered';
      readonly run: ForgeRun;
      /** Of each gate the highest attempt; two in one attempt are both there, so that the decision refuses them. */
      readonly evidence: readonly InputDocument[];
      /** What the run's own deciding job decided, when it got so far. */
      readonly own: Decision | undefined;
    };

/** Fetches the evidence of a run, digests compared. @throws UserError when there is no such run, or an archive is none of ours. */
export async function gatherRun(
  forge: Forge,
  runId: string,
  demand: { readonly trust: ConfirmTrust; readonly now: number },
): Promise<GatheredRun> {
  const run = await forge.findRun(runId);
  if (!run) {
    throw new UserError({
      where: `run ${runId}`,
      found: `no such run in ${forge.repository}`,
      expected: 'a workflow run of this repository',
      todo: 'mend the number; it stands in the address of the run',
    });
  }
  const findings = judgeRun(run, { repository: forge.repository, workflows: demand.trust.workflows });
  if (findings.length > 0) return { kind: 'refused', findings };
  const artifacts = await forge.listArtifacts(run.id);
  const bundle = await fetchBundle(forge, run, { ...demand, listed: artifacts });
  if (bundle.kind === 'refused') return bundle;
  const evidence: InputDocument[] = [];
  const foreign: DecisionFinding[] = [];
  for (const gate of GATE_IDS) {
    for (const artifact of newest(artifacts, new RegExp(`^testops-evidence-${gate}-a(\\d+)$`))) {
      const attempt = Number(/-a(\d+)$/.exec(artifact.name)?.[1]);
      // It would hide what the gate said in an attempt that was.
      if (attempt > run.attempt) {
        foreign.push(errorOf('decision-record/evidence-future-attempt', { file: artifact.name, found: attempt, expected: run.attempt }));
        continue;
      }
      const fetched = await forge.fetchArtifact(artifact, MAX_ARCHIVE_BYTES, evidenceLimits(gate));
      if (fetched.kind === 'other-bytes') foreign.push(changed(artifact, fetched));
      else for (const [name, bytes] of fetched.files) evidence.push({ name, bytes });
    }
  }
  if (foreign.length > 0) return { kind: 'refused', findings: foreign };
  return { kind: 'gathered', run, evidence, own: bundle.kind === 'sound' ? bundle.decision : undefined };
}

function evidenceLimits(gate: string): ArchiveLimits {
  return {
    maxEntries: 1,
    maxFileBytes: MAX_EVIDENCE_BYTES,
    maxTotalBytes: MAX_EVIDENCE_BYTES,
    names: new RegExp(`^${gate}\\.intoto\\.json$`),
  };
}
