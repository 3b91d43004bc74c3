import { sortBy } from '../../../core/index.ts';
import type { Tags } from '../series/series.ts';

/** Which series an objective means: a metric, and the tags that it must carry. */
export interface MetricSelector {
  readonly metric: string;
  readonly tags: Tags;
  /** A query to a server instead of a metric of the results; `counter`: its values only grow, and what counts is by how much. */
  readonly query?: { readonly text: string; readonly counter: boolean };
}

const NAME = /^[A-Za-z_][\w./: -]*$/;

/**
 * Parses `http_req_duration` or `http_req_duration{name:cart,status:200}`, k6's syntax of a submetric; values may be quoted.
 * `undefined` when the text is not of this form.
 */
export function parseSelector(text: string): MetricSelector | undefined {
  const match = /^([^{}]+?)\s*(?:\{(.*)\})?$/s.exec(text.trim());
  const metric = match?.[1]?.trim();
  if (!match || metric === undefined || !NAME.test(metric)) return undefined;
  const tags: Record<string, string> = Object.create(null);
  const inside = match[2]?.trim() ?? '';
  if (inside === '') return { metric, tags: { ...tags } };
  for (const part of splitOutsideQuotes(inside)) {
    const pair = /^\s*([^:=\s]+)\s*(?::|=)\s*(.*?)\s*$/s.exec(part);
    const [key, value] = [pair?.[1], pair?.[2]];
    if (key === undefined || value === undefined || value === '') return undefined;
    tags[unquote(key)] = unquote(value);
  }
  return { metric, tags: { ...tags } };
}

/** The canonical text of a selector, tags sorted by name. */
export function selectorText({ metric, tags }: MetricSelector): string {
  const pairs = sortBy(Object.entries(tags), ([key]) => key).map(([key, value]) => `${key}:${value}`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(',')}}`;
}

/** Whether two sets of tags are the same. */
export function sameTags(a: Tags, b: Tags): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:"[^"]*"|'[^']*'|[^,])+/g) ?? [];
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted?.[2] ?? text;
}
