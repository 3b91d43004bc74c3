import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { words } from '../../src/decision/index.ts';

const pages = new URL('../../docs/findings/decision-record/', import.meta.url);
const codes = Object.keys(words);

describe('words of the decision', () => {
  it('have a page each, and no page has no word', () => {
    expect(readdirSync(pages).sort()).toEqual(codes.map((code) => `${code.slice('decision-record/'.length)}.md`).sort());
  });

  it.each(codes)('%s: the page carries its title, code and four sections', (code) => {
    const page = readFileSync(new URL(`${code.slice('decision-record/'.length)}.md`, pages), 'utf8');
    expect(page.split('\n')[0]).toBe(`# ${words[code as keyof typeof words].title}`);
    expect(page).toContain(`\`${code}\``);
    for (const section of ['What it means', 'Why it matters', 'How to fix it', 'How to allow it'])
      expect(page).toMatch(new RegExp(`## ${section}\n\n\\S`));
  });

  it('are each provoked by a table of cases', () => {
    const tests = [
      'decide',
      'policy',
      'readiness',
      'limits',
      'days',
      'bundle',
      'trust',
      'measured',
      'base',
      '../e2e/decide-on-run',
      '../e2e/pushed-tag',
      '../e2e/cut-beta',
      '../e2e/decisions-last',
      '../e2e/deleted-decisions',
      '../e2e/refused-tag',
      'confirm',
      '../e2e/who-decided',
    ]
      .map((name) => new URL(`${name}.test.ts`, import.meta.url))
      .map((url) => {
        try {
          return readFileSync(url, 'utf8');
        } catch {
          return '';
        }
      })
      .join('\n');
    expect(codes.filter((code) => !tests.includes(`${code.slice('decision-record/'.length)}'`))).toEqual([]);
  });
});
