import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './workflow-files.ts';

const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const checklist = readFileSync(join(ROOT, 'docs/sandbox-checklist.md'), 'utf8');
const rows = [
  ...text.matchAll(
    /^\| (tree|configuration|tags|artifacts|statuses|check runs|ledger branch|signing workflow|approvals|environments|default branch|runner) \|(.*)\|$/gm,
  ),
];
const cells = rows.flatMap(([, way, rest = '']) => rest.split(' | ').map((cell) => ({ way, cell })));

describe('who can still do what, in SECURITY.md', () => {
  it('has twelve ways and four kinds of people', () => {
    expect([rows.length, cells.length]).toEqual([12, 48]);
  });

  it('says for each cell which test or which behaviour of GitHub backs it', () => {
    expect(cells.filter(({ cell }) => !/\((?:[TG]\d+(?:, )?)+\)/.test(cell))).toEqual([]);
  });

  it('names tests that are there, and behaviour of GitHub that the sandbox checklist has checked', () => {
    const codes = [...new Set(cells.flatMap(({ cell }) => cell.match(/\b[TG]\d+\b/g) ?? []))];
    const missing = codes.filter((code) => {
      if (code.startsWith('G')) return !text.includes(`${code} `) || !checklist.includes(`| ${code}: `);
      const path = new RegExp(`\\b${code} \`([^\`]+)\``).exec(text)?.[1];
      return path === undefined || !existsSync(join(ROOT, path));
    });
    expect(missing).toEqual([]);
  });
});
