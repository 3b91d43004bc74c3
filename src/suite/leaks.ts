import { type AnyWords, sortBy, UserError } from '../core/index.ts';
import { scanText } from '../gates/telemetry-scan/scan-text.ts';

/** What a text would give away, by rule; never the text itself. */
export function countLeaks(text: string): readonly { readonly rule: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { ruleId } of scanText(text).findings) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
  return sortBy(
    [...counts].map(([rule, count]) => ({ rule, count })),
    ({ rule }) => rule,
  );
}

/** Replaces each leaking span by a note of its rule; for words to people. */
export function withholdLeaks(text: string): string {
  const { findings } = scanText(text);
  let kept = '';
  let position = 0;
  for (const { ruleId, start, length } of sortBy(
    findings,
    (finding) => finding.start,
    (finding) => -finding.length,
  )) {
    if (start < position) {
      position = Math.max(position, start + length);
      continue;
    }
    kept += `${text.slice(position, start)}[withheld: ${ruleId}]`;
    position = start + length;
  }
  return kept + text.slice(position);
}

/**
 * Words whose sentences withhold what would leak. It is done here, on plain text, because escaping for Markdown or a terminal would hide a value from
 * the rules.
 */
export function withholdInWords(words: AnyWords): AnyWords {
  return Object.fromEntries(
    Object.entries(words).map(([code, word]) => [code, { ...word, message: (args: never) => withholdLeaks(word.message(args)) }]),
  );
}

/** Paths of files without what would leak, fit for evidence. */
export function withholdPaths<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  if (countLeaks(files.map(({ path }) => path).join('\n')).length === 0) return files;
  return files.map((file) => ({ ...file, path: withholdLeaks(file.path) }));
}

/** Evidence and bundle files are never rewritten: one that would leak is withheld whole. @throws UserError (exit 3). */
export function refuseLeaks(name: string, text: string): void {
  const leaks = countLeaks(text);
  if (leaks.length === 0) return;
  throw new UserError({
    where: name,
    found: `private data that would leave with it: ${leaks.map(({ rule, count }) => `${count} × ${rule}`).join(', ')}`,
    expected: 'a file without private data',
    todo: 'find where the value comes from (a file name, a metric name, a configured text) and take it out; the file was not written',
  });
}
