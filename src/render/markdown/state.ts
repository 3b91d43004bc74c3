import { canonicalJson, GATE_IDS, type GateId, type Outcome, VERDICTS, type Verdict } from '../../core/index.ts';

/** What a comment remembers of its run, for the next run to compare with. */
export interface CommentState extends RunState {
  /** Tells runs apart. */
  readonly run: string;
  /** The run before, so that a run that is published again says the same again. */
  readonly before?: RunState;
}

export interface RunState {
  readonly commit: string;
  readonly outcome: Outcome;
  readonly gates: { readonly [Gate in GateId]?: { readonly verdict: Verdict; readonly headline: string } };
}

const MARK = /^<!-- testops-state:v1 (\{.{2,20000}\}) -->$/m;
const OUTCOMES: readonly Outcome[] = ['GO', 'CONDITIONAL', 'NO-GO'];
const MAX_HEADLINE = 200;

/** The state as one invisible line. Everything that could end the comment, mention somebody or make a link is written as a JSON escape. */
export function writeState(state: CommentState): string {
  const json = JSON.stringify(state).replace(/[-<>@#/\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `<!-- testops-state:v1 ${json} -->`;
}

/** The state of a body that we wrote before; undefined when there is none, or when somebody changed it beyond belief. */
export function readState(body: string | undefined): CommentState | undefined {
  const json = MARK.exec(body ?? '')?.[1];
  if (json === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const own = readRun(value);
  if (!own || !isRecord(value) || typeof value.run !== 'string') return undefined;
  const before = readRun(value.before);
  return { run: value.run, ...own, ...(before ? { before } : {}) };
}

/** The run that a run is compared with: the one that the comment tells of, or, when that is this very run, the one before it. */
export function previousOf(known: CommentState | undefined, now: CommentState): RunState | undefined {
  if (!known) return undefined;
  const { before, ...own } = known;
  return canonicalJson(own) === canonicalJson({ ...now, before: undefined }) ? before : runOf(known);
}

/** A state without what only comments need. */
export function runOf({ commit, outcome, gates }: RunState): RunState {
  return { commit, outcome, gates };
}

function readRun(value: unknown): RunState | undefined {
  if (!isRecord(value) || typeof value.commit !== 'string' || !/^[0-9a-f]{7,64}$/.test(value.commit)) return undefined;
  const outcome = OUTCOMES.find((name) => name === (value as { outcome?: unknown }).outcome);
  if (outcome === undefined || !isRecord(value.gates)) return undefined;
  const gates: { [Gate in GateId]?: { verdict: Verdict; headline: string } } = {};
  for (const gate of GATE_IDS) {
    const entry = value.gates[gate];
    if (!isRecord(entry) || typeof entry.headline !== 'string') continue;
    const verdict = VERDICTS.find((name) => name === entry.verdict);
    if (verdict !== undefined) gates[gate] = { verdict, headline: entry.headline.slice(0, MAX_HEADLINE) };
  }
  return { commit: value.commit, outcome, gates };
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
