import { UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import { burnTable } from './burn-tables.ts';
import { parseThresholdLine } from './k6-threshold.ts';
import type { Objective } from './objective.ts';
import { isOpenSlo, type OpenSloEntry, objectivesOf, parseOpenSlo } from './openslo.ts';
import { selectorText } from './selector.ts';
import { isShortForm, parseShortForm, type Score } from './short-form.ts';
import { readYamlEntries } from './yaml-file.ts';

const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** What the inputs `objectives` and `thresholds` say. */
export interface LoadedObjectives {
  readonly objectives: readonly Objective[];
  /** Patterns of `objectives` that no file matches. */
  readonly emptyPatterns: readonly string[];
  readonly scores: readonly Score[];
}

/**
 * Reads all objectives.
 * @throws UserError for a named file that is absent or empty, for what is not an objective, and when two have the same id.
 */
export async function loadObjectives(
  inputs: { readonly objectives: readonly string[]; readonly thresholds: readonly string[]; readonly burnRates: '30d' | '7d' | 'none' },
  files: Files,
): Promise<LoadedObjectives> {
  const { paths, emptyPatterns } = await findNamedFiles(inputs.objectives, files, 'objectives');
  const entries: OpenSloEntry[] = [];
  const short: Objective[] = [];
  const scores: Score[] = [];
  for (const path of paths) {
    const text = await files.readText(path, { maxBytes: MAX_FILE_BYTES });
    for (const entry of readYamlEntries(text, path)) {
      if (isShortForm(entry.value)) {
        const { objectives, score } = parseShortForm(entry);
        short.push(...objectives);
        if (score) scores.push(score);
        continue;
      }
      if (!isOpenSlo(entry.value)) {
        const { line } = entry.place([]);
        throw new UserError({
          where: line === undefined ? path : `${path}:${line}`,
          found: `a document with ${keysOf(entry.value)}`,
          expected: '`apiVersion: openslo/v1`, or a list under `objectives`',
          todo: 'write the objectives as OpenSLO v1 or in the short form, or take the file out of `objectives`',
        });
      }
      entries.push(parseOpenSlo(entry));
    }
  }
  const burn = inputs.burnRates === 'none' ? [] : burnTable(inputs.burnRates);
  const objectives = [...objectivesOf(entries, burn), ...short, ...thresholdObjectives(inputs.thresholds)];
  refuseRepeated(objectives);
  return { objectives, emptyPatterns, scores };
}

/** Lines of `thresholds` as objectives, one for each expression. */
export function thresholdObjectives(lines: readonly string[]): readonly Objective[] {
  return lines.flatMap((line) => {
    const parsed = parseThresholdLine(line);
    if ('found' in parsed) {
      throw new UserError({
        where: 'slo-gate.thresholds',
        found: parsed.found,
        expected: parsed.expected,
        todo: 'write the threshold as in a k6 script',
      });
    }
    return parsed.expressions.map(
      ({ text, statistic, limit }): Objective => ({
        id: `${selectorText(parsed.metric)}: ${text}`,
        dialect: 'k6',
        place: {},
        ask: { kind: 'statistic', metric: parsed.metric, statistic },
        fail: limit,
      }),
    );
  });
}

/**
 * Files that patterns match, sorted; a pattern without special characters names a file, which must be there, and `!pattern` leaves files out.
 * @throws UserError when a named file is absent.
 */
export async function findNamedFiles(
  patterns: readonly string[],
  files: Files,
  input: string,
): Promise<{ readonly paths: readonly string[]; readonly emptyPatterns: readonly string[] }> {
  const paths = new Set<string>();
  const emptyPatterns: string[] = [];
  const negations = patterns.filter(isNegation);
  for (const pattern of patterns.filter((one) => !isNegation(one))) {
    const special = /[*?[\]{}()!]/.test(pattern);
    const target = await files.statTarget(pattern);
    if (target?.kind === 'file' && negations.length === 0) {
      paths.add(pattern);
      continue;
    }
    if (!special && target === undefined) {
      throw new UserError({
        where: `slo-gate.${input}`,
        found: `${JSON.stringify(pattern)}, which is not there`,
        expected: 'a file, or a pattern such as `load/*.json`',
        todo: 'correct the path, or see why the file was not produced',
      });
    }
    const found = await files.glob([pattern, ...negations]);
    if (found.length === 0) emptyPatterns.push(pattern);
    for (const path of found) paths.add(path);
  }
  return { paths: [...paths].sort(), emptyPatterns };
}

/** `!(a|b)` is a pattern of its own. */
function isNegation(pattern: string): boolean {
  return pattern.startsWith('!') && !pattern.startsWith('!(');
}

function refuseRepeated(objectives: readonly Objective[]): void {
  const places = new Map<string, Objective>();
  for (const objective of objectives) {
    const first = places.get(objective.id);
    if (first) {
      const { file = 'slo-gate.thresholds', line } = objective.place;
      throw new UserError({
        where: line === undefined ? file : `${file}:${line}`,
        found: `a second objective ${JSON.stringify(objective.id)}`,
        expected: 'a name of its own for every objective',
        todo: 'rename one, or give the objectives of an SLO different displayNames',
      });
    }
    places.set(objective.id, objective);
  }
}

function keysOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${typeof value} ${JSON.stringify(value).slice(0, 60)}`;
  const keys = Object.keys(value).sort().slice(0, 6);
  return keys.length === 0 ? 'no fields' : `the fields ${keys.join(', ')}`;
}
