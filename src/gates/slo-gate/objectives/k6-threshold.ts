import type { Comparison } from '../../../core/index.ts';
import type { Limit, Statistic } from './objective.ts';
import { type MetricSelector, parseSelector } from './selector.ts';

/** One k6 threshold expression, `p(95)<300`. */
export interface ThresholdExpression {
  /** As it was written, white space around operators removed. */
  readonly text: string;
  readonly statistic: Statistic;
  readonly limit: Limit;
}

/** A line `metric{tags}: expression, expression`. */
export interface ThresholdLine {
  readonly metric: MetricSelector;
  readonly expressions: readonly ThresholdExpression[];
}

/** Why a text is not a threshold; `found` is the part that does not fit. */
export interface ThresholdProblem {
  readonly found: string;
  readonly expected: string;
}

const EXPRESSION = /^(avg|min|max|med|count|rate|value|p\(\s*(\d+(?:\.\d+)?)\s*\))\s*(===?|!=|<=|>=|<|>)\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))$/;
const STATISTICS = '`avg`, `min`, `max`, `med`, `count`, `rate`, `value` or `p(95)`';

/** Parses one expression after the grammar of k6 thresholds (`aggregation operator number`; `===` is `==`). */
export function parseExpression(text: string): ThresholdExpression | ThresholdProblem {
  const trimmed = text.trim();
  const match = EXPRESSION.exec(trimmed);
  const found = JSON.stringify(trimmed.slice(0, 80));
  if (!match) return { found, expected: `${STATISTICS}, then one of \`<\` \`<=\` \`>\` \`>=\` \`==\` \`!=\`, then a number` };
  const [, name = '', rankText, operator = '', number = ''] = match;
  const rank = Number(rankText);
  if (rankText !== undefined && rank > 100) return { found, expected: 'a percentile from 0 to 100' };
  const comparison = (operator === '===' ? '==' : operator) as Comparison;
  const statistic: Statistic = rankText === undefined ? { name: name as 'avg' } : { name: 'p', rank };
  return {
    text: `${rankText === undefined ? name : `p(${rankText})`}${comparison}${number}`,
    statistic,
    limit: { comparison, value: Number(number) },
  };
}

/** Parses a line of the input `thresholds`. */
export function parseThresholdLine(line: string): ThresholdLine | ThresholdProblem {
  const text = line.trim();
  const colon = indexOfSeparator(text);
  if (colon < 0)
    return { found: JSON.stringify(text.slice(0, 120)), expected: '`metric: expression`, e.g. `http_req_duration: p(95)<300`' };
  const metric = parseSelector(unquote(text.slice(0, colon)));
  if (!metric) {
    return {
      found: JSON.stringify(text.slice(0, colon)),
      expected: 'a metric with or without tags: `http_req_duration` or `http_req_duration{name:cart}`',
    };
  }
  const expressions: ThresholdExpression[] = [];
  for (const part of splitExpressions(text.slice(colon + 1))) {
    const expression = parseExpression(part);
    if ('found' in expression) return expression;
    expressions.push(expression);
  }
  if (expressions.length === 0) return { found: 'no expression after the colon', expected: 'at least one, e.g. `p(95)<300`' };
  return { metric, expressions };
}

/** The colon after the metric; those between braces belong to tags. */
function indexOfSeparator(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    else if (text[at] === ':' && depth === 0) return at;
  }
  return -1;
}

/** Expressions are separated by commas and may stand in an array of strings, as in a k6 script. */
function splitExpressions(text: string): string[] {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text;
  return inner
    .split(',')
    .map(unquote)
    .filter((part) => part !== '');
}

function unquote(text: string): string {
  const trimmed = text.trim();
  return /^(["'`])(.*)\1$/s.exec(trimmed)?.[2] ?? trimmed;
}
