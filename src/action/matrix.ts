import { UserError } from '../core/index.ts';
import { MAX_PARTS } from '../suite/part-limits.ts';

/** What `runs-on` of a job takes: one label, or labels that a runner must all have. */
export type RunnerLabel = string | readonly string[];

/** One job of a matrix. */
export interface MatrixPart {
  /** From 1. */
  readonly index: number;
  readonly 'runs-on': RunnerLabel;
}

/** Runner labels, one per line or a JSON list, in which a list of labels names one runner. @throws UserError for anything else, and for fewer than 2. */
export function readLabels(lines: readonly string[]): readonly RunnerLabel[] {
  const labels = lines[0]?.startsWith('[') ? readJsonList(lines.join('\n')) : lines;
  if (labels.length >= 2 && labels.length <= MAX_PARTS && labels.every(isRunnerLabel)) return labels;
  throw new UserError({
    where: 'determinism-matrix',
    found: labels.every(isRunnerLabel) ? `${labels.length} runner labels` : 'something that is no runner label',
    expected: `2 to ${MAX_PARTS} runner labels, one per line or a JSON list; a runner with several labels is a list in the list`,
    todo: 'mend the list, or leave the input out to run on one machine',
  });
}

/** Parts of determinism-check as a matrix: `part` is `1-of-2`. */
export function determinismParts(labels: readonly RunnerLabel[]): readonly (MatrixPart & { readonly part: string })[] {
  return labels.map((label, at) => ({ index: at + 1, part: `${at + 1}-of-${labels.length}`, 'runs-on': label }));
}

/** Parts of telemetry-scan as a matrix: `shard` is `1/2`. One shard is the whole, and needs no matrix. */
export function telemetryParts(shards: number, label: string): readonly (MatrixPart & { readonly shard: string })[] {
  if (shards < 2) return [];
  return Array.from({ length: shards }, (_, at) => ({ index: at + 1, shard: `${at + 1}/${shards}`, 'runs-on': label }));
}

function readJsonList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Said by the caller.
  }
  return [undefined];
}

function isRunnerLabel(value: unknown): value is RunnerLabel {
  return isLabel(value) || (Array.isArray(value) && value.length > 0 && value.every(isLabel));
}

/** GitHub takes labels of up to 256 characters. */
function isLabel(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 256 && !/\p{Cc}/u.test(value);
}
