import type { Tolerance } from './structural-diff-number.ts';

/** A rule on values: where (a pointer pattern) and what. */
export interface ValueRule {
  /** RFC 6901 pointer with `*` (one segment, or any characters inside one) and `**` (any number of segments); `~2` is a literal `*`. */
  readonly path: string;
  readonly ignore?: boolean | undefined;
  readonly tolerance?: Tolerance | undefined;
  /** Decimal places. */
  readonly round?: number | undefined;
  /** What it matches in a string is blotted out on both sides; `true`: the whole value. */
  readonly redact?: RegExp | true | undefined;
  readonly unordered?: boolean | undefined;
  /** Fields that identify an element of an array. */
  readonly key?: readonly string[] | undefined;
}

type Segment =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'one' }
  | { readonly type: 'many' }
  | { readonly type: 'pattern'; readonly expression: RegExp };

/** Rules ready to be walked along a document. */
export interface CompiledRules {
  readonly rules: readonly ValueRule[];
  readonly segments: readonly (readonly Segment[])[];
}

/** Where the walk stands in each rule that may still match: `[rule, position]` pairs. Empty: no rule reaches this subtree. */
export type RuleState = readonly (readonly [rule: number, position: number])[];

/** What applies to one value; of two rules that set the same thing, the later one counts. */
export type Effect = Omit<ValueRule, 'path' | 'redact'> & { readonly redact?: readonly (RegExp | true)[] };

const NO_EFFECT: Effect = {};

/** Compiles rules. @throws SyntaxError on a pattern that is neither empty nor starts with `/` */
export function compileRules(rules: readonly ValueRule[]): CompiledRules {
  return { rules, segments: rules.map((rule) => compilePattern(rule.path)) };
}

/** Segments of a pointer pattern. @throws SyntaxError */
export function compilePattern(pattern: string): readonly Segment[] {
  if (pattern === '') return [];
  if (!pattern.startsWith('/')) throw new SyntaxError('a pointer pattern starts with "/"');
  return pattern
    .slice(1)
    .split('/')
    .map((raw): Segment => {
      if (/~(?![012])/.test(raw)) throw new SyntaxError('"~" stands only in ~0, ~1 and ~2');
      if (raw === '*') return { type: 'one' };
      if (raw === '**') return { type: 'many' };
      const decode = (part: string) => part.replace(/~[012]/g, (code) => (code === '~0' ? '~' : code === '~1' ? '/' : '*'));
      if (!raw.includes('*')) return { type: 'literal', text: decode(raw) };
      const parts = raw.split(/\*+/).map((part) => decode(part).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
      return { type: 'pattern', expression: new RegExp(`^${parts.join('[^]*')}$`, 'u') };
    });
}

/** The state at the root. */
export function startState({ segments }: CompiledRules): RuleState {
  return close(
    segments,
    segments.map((_, rule) => [rule, 0] as const),
  );
}

/** The state one segment further. */
export function advance({ segments }: CompiledRules, state: RuleState, key: string): RuleState {
  if (state.length === 0) return state;
  const next: (readonly [number, number])[] = [];
  for (const [rule, position] of state) {
    const segment = segments[rule]?.[position];
    if (segment === undefined) continue;
    if (segment.type === 'many') next.push([rule, position]);
    else if (segment.type === 'one' || (segment.type === 'literal' ? segment.text === key : segment.expression.test(key)))
      next.push([rule, position + 1]);
  }
  return next.length === 0 ? next : close(segments, next);
}

/** Whether the next state is the same for every index of an array. */
export function isIndexBlind({ segments }: CompiledRules, state: RuleState): boolean {
  return state.every(([rule, position]) => {
    const type = segments[rule]?.[position]?.type;
    return type !== 'literal' && type !== 'pattern';
  });
}

/** What the rules say about the value at this state. */
export function effectOf({ rules, segments }: CompiledRules, state: RuleState): Effect {
  let effect: { -readonly [Key in keyof Effect]: Effect[Key] } | undefined;
  for (const [index, position] of state) {
    if (position !== segments[index]?.length) continue;
    const { path: _path, redact, ...rest } = rules[index] as ValueRule;
    effect ??= {};
    for (const [name, value] of Object.entries(rest)) if (value !== undefined) Object.assign(effect, { [name]: value });
    if (redact !== undefined) effect.redact = [...(effect.redact ?? []), redact];
  }
  return effect ?? NO_EFFECT;
}

/** `**` may stand for no segment at all: adds the positions behind it. Order by rule, so that later rules win. */
function close(segments: readonly (readonly Segment[])[], state: readonly (readonly [number, number])[]): RuleState {
  const closed: (readonly [number, number])[] = [];
  const seen = new Set<number>();
  for (const [rule, start] of state)
    for (let position = start; ; position++) {
      const mark = rule * 4096 + position;
      if (!seen.has(mark)) closed.push([rule, position]);
      seen.add(mark);
      if (segments[rule]?.[position]?.type !== 'many') break;
    }
  return closed;
}
