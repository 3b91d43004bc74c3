import { type Check, type FindingOf, type Verdict, worstVerdict } from '../../core/index.ts';
import { matchesTarget, parseMatch } from './accepted.ts';
import type { Facts, ManifestDifference } from './facts.ts';
import type { Arguments } from './words.ts';

type DeterminismFinding = FindingOf<Arguments>;

/** Machines agree when every part is there, could be compared, said yes by itself, and has the same outputs. `accepted`: matches that are in force. */
export function judgeManifests(
  manifests: Facts['manifests'],
  accepted: readonly string[],
): { readonly checks: readonly Check[]; readonly findings: readonly DeterminismFinding[] } {
  if (manifests === undefined) return { checks: [], findings: [] };
  const findings: DeterminismFinding[] = [];
  const verdicts: Verdict[] = [];
  const add = (verdict: Verdict, finding: DeterminismFinding): void => {
    verdicts.push(verdict);
    findings.push(finding);
  };
  for (const pattern of manifests.emptyPatterns)
    add('inconclusive', { code: 'determinism-check/no-manifest', level: 'error', args: { pattern } });
  for (const part of manifests.missingParts)
    add('inconclusive', { code: 'determinism-check/part-missing', level: 'error', args: { part } });
  for (const name of manifests.incomparable)
    add('inconclusive', { code: 'determinism-check/other-command', level: 'error', args: { name } });
  if (manifests.read.length < 2)
    add('inconclusive', { code: 'determinism-check/one-manifest', level: 'error', args: { manifests: manifests.read.length } });
  for (const { name, platform, verdict, headline } of manifests.read) {
    if (name === 'this machine' || verdict === 'pass') continue;
    add(verdict, {
      code: 'determinism-check/part-verdict',
      level: verdict === 'warn' ? 'warning' : 'error',
      args: { name, platform, verdict, headline: headline ?? null },
    });
  }
  for (const difference of manifests.differences) {
    const isAccepted = accepted.some((match) => coversTarget(match, difference));
    add(isAccepted ? 'pass' : 'fail', {
      code: 'determinism-check/machines-differ',
      level: isAccepted ? 'note' : 'error',
      args: { output: nameOf(difference), aspect: difference.aspect, left: difference.left, right: difference.right, accepted: isAccepted },
      ...(difference.target.type === 'file' ? { place: { file: difference.target.path } } : {}),
    });
  }
  if (manifests.furtherDifferences > 0) verdicts.push('fail');
  return { checks: [{ id: 'manifests', verdict: worstVerdict(['pass', ...verdicts]) }], findings };
}

function nameOf({ target }: ManifestDifference): string {
  return target.type === 'file' ? target.path : target.type;
}

/** Between machines neither cause nor variation is known: only what accepts an output as a whole counts. */
export function coversTarget(match: string, difference: ManifestDifference): boolean {
  const { target, cause, variation } = parseMatch(match);
  return target !== undefined && cause === undefined && variation === undefined && matchesTarget(match, difference.target);
}
