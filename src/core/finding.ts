import { canonicalJson } from './canonical-json.ts';
import type { JsonValue } from './json.ts';
import { sortBy } from './order.ts';

/** How grave a finding is. `error` stands behind a `fail` or an `inconclusive`, `warning` behind a `warn`, `note` behind neither. */
export type Level = 'error' | 'warning' | 'note';

/** Where in the inputs a finding lies. All numbers are 1-based but `byte`, which counts from 0. */
export interface Place {
  /** Relative to the workspace, `/` between segments; `-` is standard input. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byte?: number;
  /** RFC 6901 pointer inside the document. */
  readonly pointer?: string;
  /** Member inside an archive, outermost first. */
  readonly member?: readonly string[];
}

/** A result as data: its sentence is looked up in the gate's words. */
export interface Finding<Code extends string = string, Args = { readonly [name: string]: JsonValue }> {
  /** `<gate>/<kebab-name>`; the page is `docs/findings/<gate>/<kebab-name>.md`. */
  readonly code: Code;
  readonly level: Level;
  readonly args: Args;
  readonly place?: Place;
  /** Stable identity across runs, for SARIF and for accepted exceptions; never derived from a private value without a key. */
  readonly fingerprint?: string;
}

/** The union of findings that a table of arguments by code allows. */
export type FindingOf<Arguments extends object> = {
  [Code in keyof Arguments & string]: Finding<Code, Arguments[Code]>;
}[keyof Arguments & string];

/** What one code says to a person. `message` gets the arguments as data and returns plain text, not Markdown. */
export interface Word<Args> {
  readonly title: string;
  readonly message: (args: Args) => string;
  /** What to do about it, in one or two sentences. */
  readonly fix: string;
}

/** The one total table of a gate's sentences: a code without a sentence does not compile. */
export type Words<Arguments extends object> = { readonly [Code in keyof Arguments & string]: Word<Arguments[Code]> };

/** Words whose arguments are no longer known to the compiler, for renderers. */
export type AnyWords = { readonly [code: string]: Word<never> };

const LEVELS: readonly Level[] = ['error', 'warning', 'note'];

/** Removes exact repetitions and sorts by a total order: level, file, line, column, byte, code, then everything else. */
export function sortFindings<F extends Finding<string, unknown>>(findings: readonly F[]): F[] {
  const distinct = new Map(findings.map((finding) => [canonicalJson(finding), finding]));
  const keyed = [...distinct].map(([key, finding]) => ({ key, finding }));
  return sortBy(
    keyed,
    ({ finding }) => LEVELS.indexOf(finding.level),
    ({ finding }) => finding.place?.file ?? '',
    ({ finding }) => finding.place?.line ?? 0,
    ({ finding }) => finding.place?.column ?? 0,
    ({ finding }) => finding.place?.byte ?? -1,
    ({ finding }) => finding.code,
    ({ key }) => key,
  ).map(({ finding }) => finding);
}
