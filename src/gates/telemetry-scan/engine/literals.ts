import type { Rule } from '../rules/rule.ts';
import { ANCHOR, type Anchors, addKey, createKeySet, type KeySet, wordKey } from './anchors.ts';

/** A text of a rule that is found by the first pass. */
export interface Literal {
  readonly text: Uint8Array;
  /** The word has to end there: `mac` is not the beginning of `machine`. */
  readonly whole: boolean;
  readonly rules: readonly number[];
}

export type LiteralTable = readonly (readonly Literal[])[];

/** Literals of a rule set by the key of their four first, or last, bytes. */
export interface Literals {
  readonly keys: KeySet;
  readonly table: LiteralTable;
  /** Those four bytes themselves, the bit of lower case set in each, as little-endian numbers. */
  readonly words: readonly number[];
}

const NOT_ONE: Literal[] = [];

/** Prepares the literals with which words begin. */
export function tabulateStarts(rules: readonly Rule[]): Literals {
  return tabulate(rules, (wish) => wish.literals, startsOf);
}

/** Prepares the literals with which words end. */
export function tabulateEnds(rules: readonly Rule[]): Literals {
  return tabulate(
    rules,
    (wish) => wish.endings,
    (text) => [text.subarray(text.length - 4)],
  );
}

function tabulate(
  rules: readonly Rule[],
  literalsOf: (wish: Rule['wish']) => readonly string[] | undefined,
  foursOf: (text: Uint8Array, whole: boolean) => readonly Uint8Array[],
): Literals {
  const byText = new Map<string, number[]>();
  rules.forEach((rule, index) => {
    for (const literal of literalsOf(rule.wish) ?? []) {
      // Bytes of UTF-8 beyond ASCII stay as they are.
      const folded = literal.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      byText.set(folded, [...(byText.get(folded) ?? []), index]);
    }
  });
  const keys = createKeySet();
  const words = new Set<number>();
  // Dense, because an array with holes is a dictionary to the engine.
  const table: Literal[][] = Array.from({ length: 1 << 16 }, () => NOT_ONE);
  for (const [literal, owners] of byText) {
    const whole = literal.endsWith('|');
    const text = Buffer.from(whole ? literal.slice(0, -1) : literal, 'latin1');
    const fours = foursOf(text, whole);
    for (const four of fours) words.add(foldedWord(four));
    for (const key of new Set(fours.map((four) => wordKey(four, 0)))) {
      addKey(keys, key);
      table[key] = [...(table[key] ?? []), { text, whole, rules: owners }];
    }
  }
  return { keys, table, words: [...words] };
}

/** Four bytes as a little-endian number with the bit of lower case set in each. */
export function foldedWord(four: Uint8Array): number {
  return ((four[0] as number) | ((four[1] as number) << 8) | ((four[2] as number) << 16) | ((four[3] as number) << 24) | 0x20202020) >>> 0;
}

/** What the four bytes at a literal's start may be; a literal of three has one for each byte that may follow it. */
export function startsOf(text: Uint8Array, whole: boolean): readonly Uint8Array[] {
  if (text.length >= 4) return [text.subarray(0, 4)];
  return Array.from({ length: 256 }, (_, byte) => byte)
    .filter((byte) => !(whole && isLetter(byte)))
    .map((byte) => Uint8Array.of(...text, byte));
}

/** Calls back for each rule whose literal stands at an anchor of kind `start` or `end`, and from where to where it does. */
export function literalRules(
  starts: LiteralTable,
  ends: LiteralTable,
  bytes: Uint8Array,
  from: number,
  to: number,
  anchors: Anchors,
  index: number,
  found: (rule: number, open: number, close: number) => void,
): void {
  const start = anchors.start[index] as number;
  const end = anchors.end[index] as number;
  const atStart = anchors.kind[index] === ANCHOR.start;
  if (!atStart && anchors.kind[index] !== ANCHOR.end) return;
  for (const { text, whole, rules } of (atStart ? starts : ends)[wordKey(bytes, start)] as readonly Literal[]) {
    const open = atStart ? start : end - text.length;
    const close = open + text.length;
    if (open < from || close > to || !sameText(bytes, open, text)) continue;
    if (whole && close < to && isLetter(bytes[close] as number)) continue;
    for (const rule of rules) found(rule, open, close);
  }
}

function sameText(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const wanted = text[i] as number;
    let byte = bytes[start + i] as number;
    if (byte >= 65 && byte <= 90) byte |= 32;
    if (byte !== wanted) return false;
  }
  return true;
}

/** A letter, also a byte of one beyond ASCII. */
export function isLetter(byte: number): boolean {
  return ((byte | 32) >= 97 && (byte | 32) <= 122) || byte >= 128;
}
