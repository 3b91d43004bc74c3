import { canonicalJson, compareText, type GateId, type MeasuredFile, sortBy } from '../../core/index.ts';
import { compareInputs } from '../configuration/compare.ts';
import type { DecisionFacts } from '../facts.ts';
import type { SoundEvidence } from '../read-evidence.ts';
import { broken, brokenIf, forTagsOnly, holds, type RuleResult } from '../rule.ts';
import { type MeasuredArguments, measuredWords } from '../words/measured.ts';
import { errorOf, noteOf } from '../words.ts';

const DAY_MS = 86_400_000;

/** Whether a measured file proves something about the commit. */
export function countsForCommit({ origin, reason }: Pick<MeasuredFile, 'origin' | 'reason'>): boolean {
  return origin === 'produced' || origin === 'handed-over' || (origin === 'found' && reason === undefined);
}

/** `measured-for-commit/<gate>`, for tags: every file that a required gate measured was produced for the commit. */
export function judgeMeasured({ given, evidence, required, now }: DecisionFacts): RuleResult[] {
  if (given.rulesVersion === undefined) return [];
  return [...required.keys()].flatMap((gate) => {
    const chosen = evidence.chosen.get(gate);
    return chosen === undefined ? [] : [forTagsOnly(judgeFiles(chosen, now))];
  });
}

function judgeFiles({ gate, file, own }: SoundEvidence, now: number): RuleResult {
  if (own.measured === undefined) return broken('measured-for-commit', gate, errorOf('decision-record/measured-unknown', { gate }, file));
  const strangers = own.measured.filter((one) => !countsForCommit(one));
  const args = argumentsFor(gate, strangers, now);
  if (args !== undefined) return broken('measured-for-commit', gate, errorOf('decision-record/measured-not-for-commit', args, file));
  const found = sortBy(
    own.measured.filter(({ origin }) => origin === 'found'),
    ({ path }) => path,
  );
  const notes =
    found[0] === undefined ? [] : [noteOf('decision-record/measured-found', { gate, files: found.length, path: found[0].path }, file)];
  return holds('measured-for-commit', gate, notes);
}

/** The first of the files that do not count, by path, with its age. */
function argumentsFor(
  gate: string,
  strangers: readonly MeasuredFile[],
  now: number,
): MeasuredArguments['decision-record/measured-not-for-commit'] | undefined {
  const [first] = sortBy(strangers, ({ path }) => path);
  if (first === undefined) return undefined;
  const { path, origin, reason, modifiedAt } = first;
  const days = modifiedAt === undefined ? null : Math.max(0, Math.floor((now - Date.parse(modifiedAt)) / DAY_MS));
  return { gate, files: strangers.length, path, why: reason ?? origin, days };
}

/** The same as the finding of the decision, as two sentences, for whoever reads the result of the gate alone. */
export function describeStrangers(gate: string, strangers: readonly MeasuredFile[], now: number): string {
  const { message, fix } = measuredWords['decision-record/measured-not-for-commit'];
  const args = argumentsFor(gate, strangers, now);
  return args === undefined ? '' : `${message(args)}. ${fix.replace(/\.$/, '')}`;
}

/** `inputs-as-configured/<gate>`, for tags: a required gate ran with the inputs of the configuration at the commit, or with provably stricter ones. */
export function judgeInputs({ given, evidence, required, directions }: DecisionFacts): RuleResult[] {
  if (given.rulesVersion === undefined || given.configuredInputs === undefined) return [];
  const configured = given.configuredInputs;
  return [...required.keys()].flatMap((gate) => {
    const [chosen, wanted] = [evidence.chosen.get(gate), configured[gate]];
    if (chosen === undefined || wanted === undefined) return [];
    const used = chosen.own.inputs;
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(used)])]
      .filter((key) => canonicalJson(wanted[key] ?? null) !== canonicalJson(used[key] ?? null))
      .filter((key) => !isStricter(gate, { [key]: wanted[key] }, { [key]: used[key] }, directions))
      .sort(compareText);
    const findings = keys.length === 0 ? [] : [errorOf('decision-record/inputs-differ', { gate, keys }, chosen.file)];
    return [forTagsOnly(brokenIf('inputs-as-configured', gate, findings))];
  });
}

function isStricter(gate: GateId, before: object, after: object, directions: unknown): boolean {
  if (directions === undefined) return false;
  const changes = compareInputs(gate, { before, after }, directions);
  return changes.length > 0 && changes.every(({ effect }) => effect === 'tightened');
}

/** `exercise/run`: the exercise that produces what gates measure ended well, where one was planned. */
export function judgeExercise({ given, evidence, required }: DecisionFacts): RuleResult[] {
  if (given.rulesVersion === undefined || given.exercise === undefined) return [];
  if (given.exercise === 'success') return [holds('exercise', 'run')];
  // A gate without evidence may be missing what the exercise should have left.
  const depends = [...required.keys()].filter((gate) => {
    const chosen = evidence.chosen.get(gate);
    return chosen === undefined || (chosen.own.measured?.length ?? 1) > 0;
  });
  return [broken('exercise', 'run', errorOf('decision-record/exercise-failed', { found: given.exercise, gates: depends }))];
}
