import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  chainEntry,
  checkAgainstHead,
  collectEntries,
  EMPTY_LEDGER,
  headAfter,
  ledgerHeadText,
  ledgerLine,
  parseLedger,
  parseLedgerHead,
} from '../../src/core/index.ts';
import type { LedgerHead } from '../../src/core/ports/ledger.ts';

function build(count: number): { lines: string[]; heads: LedgerHead[] } {
  const lines: string[] = [];
  const heads = [EMPTY_LEDGER];
  for (let index = 1; index <= count; index += 1) {
    const entry = chainEntry({ day: `2026-01-${String(index).padStart(2, '0')}`, note: 'ü' }, heads.at(-1) ?? EMPTY_LEDGER);
    lines.push(ledgerLine(entry));
    heads.push(headAfter(entry));
  }
  return { lines, heads };
}

const { lines, heads } = build(6);
const text = lines.join('');
const line = (index: number) => lines[index - 1] ?? '';

describe('the chain of a ledger', () => {
  it('holds as it was written; the hash is SHA-256 over the canonical content', () => {
    expect(parseLedger(text)).toMatchObject({ kind: 'ok', head: heads[6] });
    expect(parseLedger('')).toEqual({ kind: 'ok', entries: [], head: { length: 0, hash: '0'.repeat(64) } });
    const { hash } = JSON.parse(line(1));
    const content = `{"body":{"day":"2026-01-01","note":"ü"},"previous":"${'0'.repeat(64)}","sequence":1}`;
    expect(hash).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it.each([
    ['a value was edited', lines.join('').replace('2026-01-03', '2026-01-30'), 'edited', 3],
    ['white space was added', text.replace(line(2), line(2).replace('{"body"', '{ "body"')), 'edited', 2],
    ['the first entry was removed', lines.slice(1).join(''), 'removed', 1],
    ['an entry in the middle was removed', text.replace(line(3), ''), 'removed', 3],
    ['two entries were exchanged', [line(1), line(3), line(2), line(4)].join(''), 'reordered', 2],
    ['an entry was doubled', text.replace(line(2), line(2) + line(2)), 'reordered', 3],
    ['an entry was edited and given a new hash', rehash(3), 'rewritten', 4],
    ['a line is no JSON', text.replace(line(4), 'nonsense\n'), 'unreadable', 4],
    ['the last line was not written to its end', text.slice(0, -1), 'cut', 6],
    ['the last line is half a line', text.slice(0, -40), 'unreadable', 6],
    ['a field was added', text.replace(line(5), line(5).replace('{"body"', '{"a":1,"body"')), 'unreadable', 5],
  ])('says so when %s', (_name, tampered, kind, at) => {
    expect(parseLedger(tampered)).toEqual({ kind: 'broken', problem: { kind, line: at } });
  });

  it('shows a cut or rewritten tail against a head that was seen before', () => {
    const known = heads[6] as LedgerHead;
    const entriesOf = (from: string) => {
      const read = parseLedger(from);
      if (read.kind !== 'ok') throw new Error(read.kind);
      return read.entries;
    };
    expect(checkAgainstHead(entriesOf(text), known)).toBeUndefined();
    expect(checkAgainstHead(entriesOf(text), heads[3] as LedgerHead)).toBeUndefined();
    expect(checkAgainstHead(entriesOf(lines.slice(0, 4).join('')), known)).toEqual({ kind: 'cut', line: 5 });
    const forged = chainEntry({ day: '2026-02-01' }, heads[5] as LedgerHead);
    expect(checkAgainstHead(entriesOf(lines.slice(0, 5).join('') + ledgerLine(forged)), known)).toEqual({ kind: 'rewritten', line: 6 });
    expect(parseLedgerHead(ledgerHeadText(known))).toEqual(known);
    expect(parseLedgerHead('6:abc')).toBeUndefined();
  });
});

describe('lines that anyone may have written', () => {
  it('gives each whole entry once, in the order of the lines, and skips every other line', () => {
    const edited = line(2).replace('2026-01-02', '2026-01-20');
    const mixed = [line(3), line(1), 'nonsense\n', edited, line(1), '{"body":{}}\n', line(2)].join('').split('\n');
    const read = collectEntries(mixed);
    expect(read.entries.map(({ sequence }) => sequence)).toEqual([3, 1, 2]);
    expect([read.foreign, read.head.length]).toEqual([3, 3]);
    expect(collectEntries([])).toEqual({ kind: 'ok', entries: [], head: EMPTY_LEDGER });
    expect(checkAgainstHead(read.entries, heads[3] as LedgerHead)).toBeUndefined();
    expect(checkAgainstHead(read.entries, heads[4] as LedgerHead)).toEqual({ kind: 'cut', line: 4 });
  });

  it('numbers the next entry by what is there, whatever number a line claims', () => {
    const huge = chainEntry({ day: 'x' }, { length: Number.MAX_SAFE_INTEGER - 1, hash: 'a'.repeat(64) });
    const { head } = collectEntries([line(1).trimEnd(), ledgerLine(huge).trimEnd()]);
    const next = ledgerLine(chainEntry({ day: 'y' }, head)).trimEnd();
    expect(collectEntries([next]).entries).toHaveLength(1);
  });
});

/** Changes an entry and gives it the hash of its new content, as somebody would who knows the format. */
function rehash(index: number): string {
  const old = JSON.parse(line(index));
  const entry = chainEntry({ ...old.body, note: 'other' }, heads[index - 1] as LedgerHead);
  return text.replace(line(index), ledgerLine(entry));
}
