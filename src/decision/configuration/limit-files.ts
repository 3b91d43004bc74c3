import type { InputDocument } from '../given.ts';
import { matchesGlobs } from '../patterns.ts';
import { isMap, keyOf } from './compare-value.ts';
import { readOne, UNREADABLE } from './read-file.ts';
import { type DirectionsTable, readDirections } from './table.ts';

/** Files with limits that one input of testops.yml names. */
export interface LimitPatterns {
  /** Gate, or `decision-record`. */
  readonly section: string;
  readonly input: string;
  /** Which kind of document they are. */
  readonly document: string;
  /** Paths and globs; `!pattern` leaves out. */
  readonly patterns: readonly string[];
  /** The input names one file, whatever it is called. */
  readonly single: boolean;
}

/**
 * Paths and patterns of the files that hold limits, as testops.yml names them: objectives, rules of comparison, custom rules, the policy, the checklist. A
 * file that cannot be read names nothing; comparing it reports that.
 * @param testopsYml bytes of testops.yml at a commit.
 * @param directions the table of directions.
 * @throws UserError for a table that cannot be read.
 */
export function limitFilesNamedBy(testopsYml: Uint8Array, directions: unknown): readonly LimitPatterns[] {
  const value = readOne({ name: '', bytes: testopsYml });
  return value === UNREADABLE ? [] : limitPatternsOf(value, readDirections(directions));
}

/** Of the paths of a commit, those of files with limits. */
export function selectLimitFiles(testopsYml: Uint8Array, paths: readonly string[], directions: unknown): readonly string[] {
  const named = limitFilesNamedBy(testopsYml, directions);
  return named.length === 0 ? [] : paths.filter((path) => named.some((one) => isNamed(path, one)));
}

/** Inputs that name files with limits, of every section that there is. */
export function limitPatternsOf(configuration: unknown, table: DirectionsTable): readonly LimitPatterns[] {
  return Object.entries(table.configuration.keys).flatMap(([section, node]) => {
    const written = keyOf(configuration, section);
    if (node.kind !== 'map' || !isMap(written)) return [];
    return Object.entries(node.keys).flatMap(([input, declared]) => {
      if (declared.kind !== 'value' || declared.role !== 'limits' || declared.document === undefined) return [];
      const patterns = textsOf(keyOf(written, input));
      if (patterns.length === 0) return [];
      return [{ section, input, document: declared.document, patterns, single: declared.direction !== 'globs' }];
    });
  });
}

/** Those of the files that one input names. */
export function filesOf(files: readonly InputDocument[], named: LimitPatterns): readonly InputDocument[] {
  return files.filter(({ name }) => isNamed(name, named));
}

function isNamed(path: string, { patterns, single }: LimitPatterns): boolean {
  return single ? patterns.some((one) => one.replace(/^(\.\/)+/, '') === path) : matchesGlobs(path, patterns);
}

function textsOf(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value : typeof value === 'string' ? value.split('\n') : [];
  return texts.flatMap((text) => (typeof text === 'string' && text.trim() !== '' ? [text.trim()] : []));
}
