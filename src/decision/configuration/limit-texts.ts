/** A limit on a number: which way is stricter, and whether the number itself is allowed. */
export interface NumericLimit {
  readonly stricter: 'higher' | 'lower';
  readonly number: number;
  readonly inclusive: boolean;
}

const LIMIT = /^\s*(<=|>=|<|>)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(%?)\s*$/;

/** `< 300`, `>= 99.9 %`; `undefined` for equalities and whatever else is no bound. */
export function readLimit(text: unknown): NumericLimit | undefined {
  const [, operator, number, percent] = (typeof text === 'string' && LIMIT.exec(text)) || [];
  if (operator === undefined) return undefined;
  const value = percent ? Number((Number(number) / 100).toPrecision(15)) : Number(number);
  return { stricter: operator.startsWith('<') ? 'lower' : 'higher', number: value, inclusive: operator.endsWith('=') };
}

/**
 * Limits of lines in k6 syntax, by what they limit: `metric{tag:a}: p(95)<300, avg<100` has two. Of two limits on one value the stricter one counts. An
 * expression that is no bound is kept whole, so that its removal shows.
 */
export function limitsOfLines(lines: unknown): ReadonlyMap<string, NumericLimit> {
  const limits = new Map<string, NumericLimit>();
  for (const { metric, expression } of (Array.isArray(lines) ? lines : [lines]).flatMap((line) => splitExpressions(String(line)))) {
    const [, statistic, bound] = /^([^<>=!]+)([<>][^<>!]*)$/.exec(expression.replaceAll(/\s+/g, '')) ?? [];
    const limit = readLimit(bound);
    if (statistic === undefined || limit === undefined) {
      limits.set(`${metric}: ${expression.trim()}`, { stricter: 'lower', number: 0, inclusive: false });
      continue;
    }
    const name = `${metric}: ${statistic} ${limit.stricter}`;
    const known = limits.get(name);
    limits.set(name, known === undefined ? limit : stricterOf(known, limit));
  }
  return limits;
}

function stricterOf(one: NumericLimit, other: NumericLimit): NumericLimit {
  if (one.number === other.number) return one.inclusive ? other : one;
  return one.number < other.number === (one.stricter === 'lower') ? one : other;
}

/** `metric{tag:a,b}: p(95)<300, avg<100` becomes one entry for each expression. */
function splitExpressions(line: string): readonly { readonly metric: string; readonly expression: string }[] {
  const colon = line.indexOf(':', Math.max(line.indexOf('}'), 0));
  if (colon < 0) return [{ metric: line.trim(), expression: '' }];
  const metric = line.slice(0, colon).trim();
  return line
    .slice(colon + 1)
    .split(',')
    .map((expression) => ({ metric, expression }));
}
