import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderRowPages } from '../../../scripts/telemetry-pages.ts';
import { DEFAULT_RULES } from '../../../src/gates/telemetry-scan/rules/index.ts';
import { words } from '../../../src/gates/telemetry-scan/words.ts';

const FOLDER = join(import.meta.dirname, '../../../docs/findings/telemetry-scan');

describe('pages', () => {
  it('are there for every code, and for nothing else', () => {
    const codes = Object.keys(words).map((code) => code.replace('telemetry-scan/', ''));
    expect(codes.length).toBeGreaterThan(300);
    expect(readdirSync(FOLDER).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
  });

  it('and words for every rule', () => {
    for (const rule of DEFAULT_RULES) expect(words).toHaveProperty([`telemetry-scan/${rule.id}`]);
  });

  it('of the tables are as their generator writes them', () => {
    for (const [name, content] of renderRowPages()) {
      expect(existsSync(join(FOLDER, name))).toBe(true);
      expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(content);
    }
  });
});
