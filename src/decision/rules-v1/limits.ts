/** How two values of a key compare, and what its absence means. */
export type Limit =
  | { readonly kind: 'number'; readonly stricter: 'higher' | 'lower'; readonly absent: number }
  | { readonly kind: 'duration'; readonly stricter: 'lower'; readonly absent: string }
  /** From strictest to loosest. */
  | { readonly kind: 'order'; readonly levels: readonly string[]; readonly absent: string }
  | { readonly kind: 'set'; readonly stricter: 'more' | 'fewer'; readonly absent: 'everything' | 'nothing' }
  /** Lines `metric: aggregation<number`, or a map of metric to such expressions. */
  | { readonly kind: 'thresholds' }
  /** Names, and `-name` for what is left out. */
  | { readonly kind: 'signed-set' }
  /** Any change but an addition loosens. */
  | { readonly kind: 'fixed' }
  /** A number whose direction the `op` beside it gives (OpenSLO). */
  | { readonly kind: 'beside-op' };

const ATLEAST: Limit = { kind: 'number', stricter: 'higher', absent: Number.NEGATIVE_INFINITY };
const TOLERANCE: Limit = { kind: 'number', stricter: 'lower', absent: 0 };
const DEMANDS: Limit = { kind: 'set', stricter: 'more', absent: 'nothing' };
const SCOPE: Limit = { kind: 'set', stricter: 'more', absent: 'everything' };
const EXCUSES: Limit = { kind: 'set', stricter: 'fewer', absent: 'nothing' };
const PEOPLE: Limit = { kind: 'set', stricter: 'fewer', absent: 'everything' };

/** Keys that hold a limit, wherever they stand in testops.yml, the policy, objectives (OpenSLO v1) and rules of comparison. */
export const LIMITS: Readonly<Record<string, Limit>> = {
  // testops.yml: every gate
  required: { kind: 'set', stricter: 'more', absent: 'everything' },
  accepted: EXCUSES,
  mode: { kind: 'order', levels: ['compare', 'accept'], absent: 'compare' },
  // determinism-check
  outputs: DEMANDS,
  vary: { kind: 'signed-set' },
  'require-variations': DEMANDS,
  compare: SCOPE,
  'allow-exit-codes': EXCUSES,
  confidence: { kind: 'number', stricter: 'higher', absent: 0.95 },
  'max-divergence-rate': { kind: 'number', stricter: 'lower', absent: Number.POSITIVE_INFINITY },
  // slo-gate
  objectives: DEMANDS,
  thresholds: { kind: 'thresholds' },
  'min-samples': ATLEAST,
  'consecutive-days': ATLEAST,
  // telemetry-scan
  paths: SCOPE,
  'fail-on': { kind: 'order', levels: ['low', 'medium', 'high', 'critical'], absent: 'high' },
  // deploy-preview
  'min-runners': { kind: 'number', stricter: 'higher', absent: 2 },
  'min-gateways': { kind: 'number', stricter: 'higher', absent: 2 },
  'deadline-seconds': { kind: 'number', stricter: 'lower', absent: 120 },
  // rules of snapshot-compare
  ignore: EXCUSES,
  absolute: TOLERANCE,
  relative: TOLERANCE,
  ulp: TOLERANCE,
  round: { kind: 'number', stricter: 'higher', absent: Number.POSITIVE_INFINITY },
  redact: EXCUSES,
  unordered: EXCUSES,
  // decision-record: another file cannot be compared with the one before
  policy: { kind: 'fixed' },
  checklist: { kind: 'fixed' },
  // policy
  gates: DEMANDS,
  'at-least': ATLEAST,
  refreshed: DEMANDS,
  flags: DEMANDS,
  tags: SCOPE,
  'not-waivable': DEMANDS,
  owners: PEOPLE,
  from: PEOPLE,
  kinds: PEOPLE,
  environments: PEOPLE,
  'max-days': { kind: 'number', stricter: 'lower', absent: Number.POSITIVE_INFINITY },
  'evidence-max-age': { kind: 'duration', stricter: 'lower', absent: '7d' },
  'decision-max-age': { kind: 'duration', stricter: 'lower', absent: '7d' },
  person: { kind: 'order', levels: ['required', 'optional'], absent: 'optional' },
  'tag-first': { kind: 'order', levels: ['refuse', 'allow'], absent: 'allow' },
  // readiness checklist
  kind: { kind: 'fixed' },
  contains: DEMANDS,
  without: DEMANDS,
  'max-age': { kind: 'duration', stricter: 'lower', absent: '999999d' },
  // OpenSLO v1
  target: ATLEAST,
  targetPercent: ATLEAST,
  timeSliceTarget: ATLEAST,
  op: { kind: 'fixed' },
  value: { kind: 'beside-op' },
};

/** `runs` is how often to run in testops.yml, and which runs count in a policy. */
export const RUNS_OF_GATE: Limit = { kind: 'number', stricter: 'higher', absent: 3 };
export const RUNS_OF_POLICY: Limit = { kind: 'order', levels: ['same', 'earlier'], absent: 'same' };
