import { describe, expect, it } from '@jest/globals';
import { choosePaint } from '../../../src/render/terminal/paint.ts';
import { renderTable } from '../../../src/render/terminal/table.ts';
import { columnsOf, hang, wrapText } from '../../../src/render/terminal/wrap.ts';

const HEAD = { name: 'gate', verdict: 'verdict', headline: 'what decided' };

/** Words of a column that was wrapped, put together again. */
function columnFrom(table: string, start: number): string {
  return table
    .split('\n')
    .slice(2)
    .map((line) => line.slice(start).trim())
    .join(' ')
    .trim();
}

describe('renderTable', () => {
  it('keeps every word of a long headline, below itself, within 80 columns', () => {
    const headline = 'share of good 99.2 %, not >= 99.5 % over 2,813 requests; 8 of 10 objectives met in three files of results';
    const table = renderTable(HEAD, [{ name: 'determinism-check', verdict: 'INCONCLUSIVE', headline }]);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(columnFrom(table, 'determinism-check  INCONCLUSIVE  '.length)).toBe(headline);
    expect(table).not.toContain('…');
  });

  it('breaks a word that no line holds', () => {
    const name = 'x'.repeat(300);
    const table = renderTable(HEAD, [{ name: 'slo-gate', verdict: 'FAIL', headline: name }]);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(table.replace(/[^x]/g, '')).toBe(name);
  });

  it('counts two columns for wide characters', () => {
    const table = renderTable(HEAD, [{ name: 'slo-gate', verdict: 'FAIL', headline: '応答時間が目標を超えました'.repeat(5) }]);
    for (const line of table.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
  });

  it('shows control and direction characters instead of obeying them', () => {
    const table = renderTable(HEAD, [{ name: 'slo-gate', verdict: 'PASS', headline: 'a\u001b[2J\u202eb\nslo-gate  PASS' }]);
    expect(table).not.toMatch(/[\u001b\u202e]/);
    expect(table.split('\n')).toHaveLength(4);
  });

  it('paints the verdict only, and keeps the columns', () => {
    const paint = choosePaint({ isTTY: true }, {});
    const rows = [{ name: 'slo-gate', verdict: 'FAIL', headline: 'FAIL fast', meaning: 'fail' as const }];
    const painted = renderTable(HEAD, rows, paint);
    expect(painted).toContain('\u001b[1;31mFAIL\u001b[0m     FAIL fast');
    expect(painted.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(renderTable(HEAD, rows));
  });
});

describe('choosePaint', () => {
  it.each([
    ['no terminal', {}, {}],
    ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
    ['CI', { isTTY: true }, { CI: 'true' }],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
  ])('leaves colour out: %s', (_name, stream, environment) => {
    expect(choosePaint(stream, environment)('fail', 'x')).toBe('x');
  });
});

describe('wrapText', () => {
  it.each([
    ['', ['']],
    ['a b', ['a b']],
    ['aaaa bbbb cccc', ['aaaa bbbb', 'cccc']],
    ['a bbbbbbbbbbbbbbbbbbbb c', ['a bbbbbbbb', 'bbbbbbbbbb', 'bb c']],
    ['  spaces   everywhere ', ['spaces', 'everywhere']],
  ])('wraps %j', (text, lines) => {
    expect(wrapText(text, 10)).toEqual(lines);
  });

  it('leaves long words whole when asked, for paths that people copy', () => {
    const path = `/${'deep/'.repeat(30)}file.json`;
    expect(hang('  at ', `see ${path} now`, true)).toEqual(['  at see', `     ${path}`, '     now']);
  });
});
