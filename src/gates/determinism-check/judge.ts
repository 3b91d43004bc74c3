import {
  type Check,
  conclude,
  counted,
  type FindingOf,
  type Judgement,
  type Measurement,
  type Place,
  type Verdict,
  worstVerdict,
} from '../../core/index.ts';
import { covers } from './accepted.ts';
import { rateBound, rateInterval } from './bound.ts';
import { exhibitsOf } from './exhibits.ts';
import type { DifferenceFacts, Facts, RunsFacts } from './facts.ts';
import type { Inputs, VariationId } from './inputs.ts';
import { coversTarget, judgeManifests } from './judge-manifests.ts';
import { endingText } from './runs/compare-outcomes.ts';
import { chooseVariations } from './variations/index.ts';
import type { Arguments } from './words.ts';

type DeterminismFinding = FindingOf<Arguments>;

interface Judged {
  readonly checks: readonly Check[];
  readonly findings: readonly DeterminismFinding[];
}

/** Verdict, findings and measurements from facts. Pure. */
export function judge(facts: Facts, inputs: Inputs): Judgement<DeterminismFinding> {
  const { runs } = facts;
  const parts: Judged[] = [];
  const differences = runs?.differences ?? [];
  const effective = facts.accepted.filter(({ state }) => state === 'effective');
  const isAccepted = (difference: DifferenceFacts): boolean => effective.some(({ match }) => covers(match, difference));
  const failing = differences.filter((difference) => !isAccepted(difference));
  if (runs !== undefined) {
    parts.push(
      judgeEnding(runs, inputs),
      judgeContents(runs, inputs, isAccepted),
      judgeVariations(runs, inputs),
      judgeRate(runs, inputs, isAccepted),
      judgeConduct(runs),
    );
  }
  const inForce = effective.map(({ match }) => match);
  parts.push(judgeManifests(facts.manifests, inForce), judgeAccepted(facts, differences));
  return conclude<DeterminismFinding>({
    checks: parts.flatMap(({ checks }) => checks),
    findings: parts.flatMap(({ findings }) => findings),
    measurements: runs === undefined ? [] : measurementsOf(runs, failing, inputs),
    headline: headlineOf(facts, failing, inputs),
    exhibits: runs === undefined ? [] : exhibitsOf(runs),
  });
}

function mayEnd(ending: RunsFacts['runs'][number]['ending'], inputs: Inputs): boolean {
  return ending.kind === 'exit' && (ending.code === 0 || inputs['allow-exit-codes'].some((code) => Number(code) === ending.code));
}

function judgeEnding(runs: RunsFacts, inputs: Inputs): Judged {
  const first = runs.runs[0]?.ending;
  const check = (verdict: Verdict, ...findings: DeterminismFinding[]): Judged => ({ checks: [{ id: 'exit', verdict }], findings });
  if (first === undefined) return check('inconclusive');
  if (first.kind === 'timeout')
    return check('inconclusive', { code: 'determinism-check/timed-out', level: 'error', args: { seconds: first.seconds } });
  if (first.kind === 'not-started')
    return check('inconclusive', { code: 'determinism-check/not-started', level: 'error', args: { detail: first.detail } });
  const difference = runs.differences.find(({ target }) => target.type === 'exit');
  if (difference !== undefined) {
    const args = { left: difference.values?.left ?? '', right: difference.values?.right ?? '', culprits: culpritsOf(difference) };
    return check('fail', { code: 'determinism-check/exit-differs', level: 'error', args });
  }
  const failing = runs.runs.filter(({ ending }) => !mayEnd(ending, inputs));
  const [one] = failing;
  if (one === undefined) return check('pass');
  const code = one.ending.kind === 'exit' ? one.ending.code : -1;
  const args = { ending: endingText(one.ending), code, failed: failing.length, runs: runs.runs.length };
  return check('fail', { code: 'determinism-check/command-fails', level: 'error', args });
}

function judgeContents(runs: RunsFacts, inputs: Inputs, isAccepted: (difference: DifferenceFacts) => boolean): Judged {
  const findings: DeterminismFinding[] = [];
  const checks: Check[] = [];
  // When the command itself fails, what it left behind proves nothing, and missing files are no news.
  const failed = runs.stoppedEarly === 'fails' || runs.stoppedEarly === 'timed-out';
  const wantsOutputs = inputs.compare.includes('outputs') && inputs.outputs.length > 0;
  if (wantsOutputs) {
    const missing = failed ? [] : runs.emptyPatterns;
    for (const pattern of missing) findings.push({ code: 'determinism-check/no-outputs', level: 'error', args: { pattern } });
    for (const { path, reason } of runs.unreadable)
      findings.push({ code: 'determinism-check/unreadable-output', level: 'error', args: { path, reason }, place: { file: path } });
    const unmeasured = failed || missing.length > 0 || runs.unreadable.length > 0;
    const verdicts = runs.differences
      .filter(({ target }) => target.type === 'file')
      .map((one): Verdict => (isAccepted(one) ? 'pass' : 'fail'));
    checks.push({ id: 'outputs', verdict: worstVerdict([unmeasured ? 'inconclusive' : 'pass', ...verdicts]) });
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (!inputs.compare.includes(stream)) continue;
    const difference = runs.differences.find(({ target }) => target.type === stream);
    const verdict = difference === undefined ? (failed ? 'inconclusive' : 'pass') : isAccepted(difference) ? 'pass' : 'fail';
    checks.push({ id: stream, verdict });
  }
  findings.push(...runs.differences.filter(({ target }) => target.type !== 'exit').map((one) => describeDifference(one, isAccepted(one))));
  const printed = (inputs.compare.includes('stdout') ? runs.stdoutBytes : 0) + (inputs.compare.includes('stderr') ? runs.stderrBytes : 0);
  const onlyExit = inputs.compare.every((one) => one === 'exit');
  if (!failed && !onlyExit && !wantsOutputs && printed === 0 && runs.differences.length === 0) {
    findings.push({ code: 'determinism-check/nothing-compared', level: 'error', args: {} });
    checks.push({ id: 'something-compared', verdict: 'inconclusive' });
  }
  return { checks, findings };
}

function describeDifference(difference: DifferenceFacts, accepted: boolean): DeterminismFinding {
  const { target, attribution, explanation } = difference;
  const output = target.type === 'file' ? target.path : target.type;
  const args = {
    output,
    aspects: difference.aspects,
    left: difference.values?.left ?? '',
    right: difference.values?.right ?? '',
    causes: explanation.causes.map(({ id }) => id),
    accepted,
  };
  const common = { level: accepted ? ('note' as const) : ('error' as const), ...placeOf(difference) };
  switch (attribution.kind) {
    case 'intrinsic':
      return {
        code: 'determinism-check/differs-by-itself',
        args: { ...args, diverged: attribution.diverged, comparisons: attribution.comparisons },
        ...common,
      };
    case 'named':
      return {
        code: 'determinism-check/differs-when-varied',
        args: { ...args, culprits: culpritsOf(difference), ...searchOf(difference) },
        ...common,
      };
    case 'not-attributed': {
      const rates = attribution.rates.map(({ of, diverged, runs }) => `${of}: ${diverged} of ${runs}`);
      return { code: 'determinism-check/differs-for-no-known-reason', args: { ...args, rates }, ...common };
    }
  }
}

function searchOf({ search }: DifferenceFacts): { readonly furtherRuns: number; readonly furtherRunsBound: number } {
  return { furtherRuns: search?.runs ?? 0, furtherRunsBound: search?.bound ?? 0 };
}

function placeOf({ target, explanation: { first } }: DifferenceFacts): { readonly place?: Place } {
  if (target.type !== 'file') return {};
  return { place: { file: target.path, ...(first === undefined ? {} : first) } };
}

function culpritsOf({ attribution }: DifferenceFacts): readonly (readonly string[])[] {
  if (attribution.kind !== 'named') return [];
  return attribution.culprits.map((set) =>
    set.map(({ variation, variable }) => (variable === undefined ? variation : `${variation} (${variable})`)),
  );
}

function judgeVariations(runs: RunsFacts, inputs: Inputs): Judged {
  const findings: DeterminismFinding[] = [];
  for (const one of runs.variations)
    if (!one.applied)
      findings.push({ code: 'determinism-check/variation-not-applied', level: 'note', args: { variation: one.id, reason: one.reason } });
  const required = inputs['require-variations'];
  if (required.length === 0) return { checks: [], findings };
  const wanted = new Set<VariationId>(required.flatMap((name) => (name === 'all' ? chooseVariations(inputs.vary) : [name])));
  let missing = 0;
  for (const variation of wanted) {
    const state = runs.variations.find(({ id }) => id === variation);
    if (state?.applied === true) continue;
    missing += 1;
    const reason = state === undefined ? ({ kind: 'not-chosen' } as const) : state.reason;
    findings.push({ code: 'determinism-check/variation-missing', level: 'error', args: { variation, reason } });
  }
  return { checks: [{ id: 'variations', verdict: missing > 0 || wanted.size === 0 ? 'inconclusive' : 'pass' }], findings };
}

function judgeRate(runs: RunsFacts, inputs: Inputs, isAccepted: (difference: DifferenceFacts) => boolean): Judged {
  const maxRate = inputs['max-divergence-rate'];
  if (maxRate === undefined) return { checks: [], findings: [] };
  const diverged = runs.differences.some((one) => one.attribution.kind === 'intrinsic' && !isAccepted(one));
  if (diverged) return { checks: [{ id: 'divergence-rate', verdict: 'fail' }], findings: [] };
  const needed = runs.neededUnvaried ?? Number.POSITIVE_INFINITY;
  if (runs.comparisons + 1 >= needed) return { checks: [{ id: 'divergence-rate', verdict: 'pass' }], findings: [] };
  const args = { maxRate, comparisons: runs.comparisons, needed, confidence: inputs.confidence };
  return {
    checks: [{ id: 'divergence-rate', verdict: 'inconclusive' }],
    findings: [{ code: 'determinism-check/rate-not-shown', level: 'error', args }],
  };
}

/** How the command behaved around its work. */
function judgeConduct(runs: RunsFacts): Judged {
  const findings: DeterminismFinding[] = [];
  const checks: Check[] = [];
  for (const { run, detail } of runs.trouble)
    findings.push({ code: 'determinism-check/run-not-made', level: 'error', args: { run, detail } });
  if (runs.trouble.length > 0) checks.push({ id: 'runs-made', verdict: 'inconclusive' });
  if (runs.leftRunning.length > 0)
    findings.push({ code: 'determinism-check/left-running', level: 'warning', args: { names: runs.leftRunning } });
  if (runs.changedOutside.length > 0)
    findings.push({ code: 'determinism-check/workspace-changed', level: 'warning', args: { paths: runs.changedOutside } });
  if (runs.leftRunning.length + runs.changedOutside.length > 0) checks.push({ id: 'conduct', verdict: 'warn' });
  return { checks, findings };
}

function judgeAccepted({ runs, accepted, manifests }: Facts, differences: readonly DifferenceFacts[]): Judged {
  if (accepted.length === 0) return { checks: [], findings: [] };
  const findings = accepted.flatMap(({ match, state }): DeterminismFinding[] => {
    const args = { match };
    if (state === 'expired') return [{ code: 'determinism-check/accepted-expired', level: 'warning', args }];
    if (state === 'not-yet') return [{ code: 'determinism-check/accepted-not-yet', level: 'warning', args }];
    if (differences.some((difference) => covers(match, difference))) return [];
    // Comparing machines alone shows neither causes nor what varies by itself.
    if (runs === undefined || manifests?.differences.some((difference) => coversTarget(match, difference))) return [];
    return [{ code: 'determinism-check/accepted-unused', level: 'warning', args }];
  });
  return { checks: [{ id: 'accepted', verdict: findings.length > 0 ? 'warn' : 'pass' }], findings };
}

function measurementsOf(runs: RunsFacts, failing: readonly DifferenceFacts[], inputs: Inputs): readonly Measurement[] {
  const { comparisons, diverged } = runs;
  const { confidence } = inputs;
  const interval =
    diverged === 0
      ? { low: 0, high: rateBound(comparisons, confidence), confidence }
      : { ...rateInterval(diverged, comparisons, confidence), confidence };
  const maxRate = inputs['max-divergence-rate'];
  return [
    { id: 'runs', value: runs.runs.length, unit: 'runs' },
    { id: 'further-runs', value: runs.furtherRuns, unit: 'runs' },
    {
      id: 'intrinsic-divergence-rate',
      value: comparisons === 0 ? null : diverged / comparisons,
      unit: '1',
      interval,
      samples: comparisons,
      ...(maxRate === undefined ? {} : { limit: { comparison: '<', value: maxRate } }),
    },
    { id: 'variations-applied', value: runs.variations.filter(({ applied }) => applied).length, unit: 'variations' },
    { id: 'outputs', value: runs.outputs.files, unit: 'files' },
    { id: 'output-bytes', value: runs.outputs.bytes, unit: 'By' },
    { id: 'differing', value: failing.length, unit: 'outputs', limit: { comparison: '==', value: 0 } },
    { id: 'accepted-differences', value: runs.differences.length - failing.length, unit: 'outputs' },
  ];
}

function headlineOf({ runs, manifests }: Facts, failing: readonly DifferenceFacts[], inputs: Inputs): string {
  if (manifests !== undefined && (runs === undefined || failing.length === 0)) {
    const differing = manifests.differences.length + manifests.furtherDifferences;
    return `${counted(manifests.read.length, 'machine')}, ${differing === 0 ? 'equal' : counted(differing, 'difference')}`;
  }
  if (runs === undefined) return '';
  const first = runs.runs[0]?.ending;
  if (runs.stoppedEarly === 'fails' || runs.stoppedEarly === 'timed-out') return first === undefined ? '' : endingText(first).slice(0, 80);
  const culprits = [...new Set(failing.flatMap((one) => (one.attribution.kind === 'intrinsic' ? ['by itself'] : culpritsOf(one).flat())))];
  if (failing.length > 0) return `${failing.length} differ${culprits.length > 0 ? `: ${culprits.join(', ')}` : ''}`.slice(0, 80);
  const accepted = runs.differences.length;
  if (accepted > 0)
    return `${counted(runs.outputs.files, 'output')} in ${runs.runs.length} runs, ${counted(accepted, 'accepted difference')}`;
  const bound = rateBound(runs.comparisons, inputs.confidence);
  const rate = runs.comparisons === 0 ? '' : `, rate < ${(bound * 100).toPrecision(3)} % at ${inputs.confidence * 100} %`;
  const what = runs.outputs.files === 0 ? 'what it prints is' : counted(runs.outputs.files, 'output');
  return `${what} equal in ${runs.runs.length} runs${rate}`.slice(0, 80);
}
