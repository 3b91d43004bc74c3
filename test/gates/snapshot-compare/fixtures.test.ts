import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { isUserError, VERDICT_EXIT } from '../../../src/core/index.ts';
import { inputs } from '../../../src/gates/snapshot-compare/inputs.ts';
import { judge } from '../../../src/gates/snapshot-compare/judge.ts';
import { measure } from '../../../src/gates/snapshot-compare/measure.ts';
import { words } from '../../../src/gates/snapshot-compare/words.ts';
import { createHost } from '../../../src/host/index.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/snapshot-compare');
const PAGES = join(import.meta.dirname, '../../../docs/findings/snapshot-compare');

interface Expected {
  readonly exit: number;
  readonly verdict?: string;
  readonly codes: readonly string[];
  readonly text?: readonly string[];
}

describe('cases', () => {
  it.each(readdirSync(FIXTURES))('%s', async (name) => {
    const folder = join(FIXTURES, name);
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected;
    const section = (parse(readFileSync(join(folder, 'testops.yml'), 'utf8')) as Record<string, unknown>)['snapshot-compare'];
    const given = inputs.parse(section);
    await using host = createHost({ workspace: folder, environment: {} });
    try {
      const facts = await measure(given, host);
      const judgement = judge(facts, given);
      expect({
        exit: VERDICT_EXIT[judgement.verdict],
        verdict: judgement.verdict,
        codes: judgement.findings.map(({ code }) => code).sort(),
      }).toEqual({
        exit: expected.exit,
        verdict: expected.verdict,
        codes: [...expected.codes].sort(),
      });
      expect(judgement.headline.length).toBeLessThanOrEqual(80);
      // Facts and judgement go into evidence, which is JSON: nothing may be lost on the way.
      expect(JSON.parse(JSON.stringify(judgement))).toEqual(judgement);
      for (const finding of judgement.findings) expect(words[finding.code].message(finding.args as never)).not.toBe('');
    } catch (error) {
      if (!isUserError(error)) throw error;
      expect({ exit: 3, message: error.message }).toEqual({ exit: expected.exit, message: error.message });
      for (const text of expected.text ?? ['an expected message']) expect(error.message).toContain(text);
    }
  });

  it('has a page for each finding, and no page for none', () => {
    const pages = readdirSync(PAGES).map((page) => `snapshot-compare/${page.replace(/\.md$/, '')}`);
    expect(pages.sort()).toEqual(Object.keys(words).sort());
  });
});
