import { createScanner, type Hit, scanBytes } from '../../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../../src/gates/telemetry-scan/rules/index.ts';

const scanner = createScanner(DEFAULT_RULES);

/** What the default rules find in a text. */
export function hitsIn(text: string): Hit[] {
  const bytes = Buffer.from(text);
  return scanBytes(scanner, bytes, 0, bytes.length);
}

/** Counts of one type in one set. */
export interface Score {
  found: number;
  missed: number;
  wrong: number;
  /** Descriptions of what is left, shapes only. */
  readonly left: Map<string, number>;
}

export const newScore = (): Score => ({ found: 0, missed: 0, wrong: 0, left: new Map() });

export function leave(score: Score, what: string): void {
  score.left.set(what, (score.left.get(what) ?? 0) + 1);
}

/** Digits as 9 and letters as a, so that the document shows no value. */
export function shapeOf(text: string): string {
  const shape = text
    .replace(/\s+/g, ' ')
    .replace(/\d/g, '9')
    .replace(/[A-Z]/g, 'A')
    .replace(/[a-z]/g, 'a')
    .replace(/[^\x20-\x7e]/g, '·')
    .replace(/([Aa9])\1{11,}/g, '$1…');
  return shape.length > 48 ? `${shape.slice(0, 48)}…` : shape;
}

/** The table of a chapter. */
export function table(rows: readonly (readonly [string, Score])[]): string {
  const percent = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3));
  const lines = rows.map(([name, { found, missed, wrong }]) => {
    const f1 = 2 * found + missed + wrong === 0 ? '–' : ((2 * found) / (2 * found + missed + wrong)).toFixed(3);
    return `| ${name} | ${found + missed} | ${found} | ${missed} | ${wrong} | ${percent(found, found + wrong)} | ${percent(found, found + missed)} | ${f1} |`;
  });
  return ['| type | expected | found | missed | wrong | precision | recall | F1 |', '|---|--:|--:|--:|--:|--:|--:|--:|', ...lines].join(
    '\n',
  );
}

/** What is left, a line a type. */
export function cases(rows: readonly (readonly [string, Score])[], limit = 6): string {
  const lines = rows.flatMap(([name, { left }]) => {
    if (left.size === 0) return [];
    const sorted = [...left].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const shown = sorted.slice(0, limit).map(([what, count]) => (count === 1 ? what : `${what} (${count})`));
    const rest = sorted.length > limit ? `; ${sorted.length - limit} more kinds` : '';
    return [`- **${name}**: ${shown.join('; ')}${rest}`];
  });
  return lines.length === 0 ? 'Nothing is left.' : lines.join('\n');
}
