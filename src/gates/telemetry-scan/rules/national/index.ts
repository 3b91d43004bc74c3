import { contextOf, fieldOf, findIn } from '../../engine/window.ts';
import type { Rule } from '../rule.ts';
import { EUROPE_NORTH_EAST } from './europe-north-east.ts';
import { EUROPE_WEST } from './europe-west.ts';
import type { NationalIdentifier } from './identifier.ts';
import { WORLD } from './world.ts';

export const NATIONAL_IDENTIFIERS: readonly NationalIdentifier[] = [...EUROPE_WEST, ...EUROPE_NORTH_EAST, ...WORLD];

/** How far from a word an identifier is looked for, after it and before it. */
const REACH_AFTER = 72;
const REACH_BEFORE = 32;

/** One rule for each identifier, `national-<id>`: high beside its words; without them only what two checks prove, medium. */
export const nationalIdentifiers: readonly Rule[] = NATIONAL_IDENTIFIERS.map((identifier) => {
  const pattern = new RegExp(`(?<![\\w.]|\\d[-/])(?:${identifier.shape})(?![\\w]|[-./]\\d)`, 'gi');
  // Letters of other alphabets stand as their UTF-8 bytes in the window.
  const whole = new RegExp(`^(?:${identifier.shape})$`, 'i');
  const literals = [...new Set(identifier.words.flatMap(spellings))].map((word) => Buffer.from(word, 'utf8').toString('latin1'));
  // The text around is put in lower case as Latin-1, so its bytes beyond ASCII change with it.
  const words = new RegExp(literals.map((word) => `(?<![a-z])${quote(word.toLowerCase())}`).join('|'));
  return {
    id: `national-${identifier.id}`,
    severity: 'high',
    wish: {
      literals: literals.map((literal) => (/^[a-z]{3,4}$/.test(literal) ? `${literal}|` : literal)),
      ...(identifier.digits ? { digits: identifier.digits, sieve: 'eleven-digits' as const } : {}),
    },
    find(window, from, to, report) {
      const { text } = window;
      const byWord = !/[\d+(]/.test(text[from] ?? '');
      // Digits in one row, which stand alone, are the identifier as a whole or not at all.
      if (!byWord && isDigits(text, from, to)) {
        const digits = text.slice(from, to);
        if (!whole.test(digits) || !identifier.valid(digits)) return;
      }
      const low = byWord ? from - REACH_BEFORE : from - 8;
      const high = byWord ? to + REACH_AFTER : to;
      for (const { start, end, groups } of findIn(pattern, text, Math.max(0, low), high)) {
        const value = groups[0].toUpperCase().replace(/[^A-Z0-9]/g, '');
        if (/^(.)\1+$/.test(value) || !identifier.valid(value)) continue;
        const { before, after } = contextOf(window, start, end);
        const named = words.test(fieldOf(window, start));
        const spoken = words.test(before) || words.test(after);
        // Eleven digits in a row are the number of anything; with the usual separators, letters, or more digits the checks are believed.
        const formatted = end - start > value.length || value.length >= 13 || /[A-Z]/.test(value);
        if (!named && !spoken && !(identifier.strong && formatted)) continue;
        report({
          rule: `national-${identifier.id}`,
          severity: named || spoken ? 'high' : 'medium',
          start,
          end,
          score: named || spoken ? 0.95 : 0.6,
          reasons: [
            'checksum',
            'shape',
            ...(named ? (['field'] as const) : []),
            ...(spoken ? (['context'] as const) : ['-context' as const]),
          ],
          value,
        });
      }
    },
  };
});

function isDigits(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Two words may stand in a name as `two_words`, `two-words` and `twoWords`. */
function spellings(word: string): readonly string[] {
  return /\S \S/.test(word) ? [word, ...['_', '-', ''].map((joint) => word.replace(/(?<=\S) (?=\S)/g, joint))] : [word];
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
