import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { isUserError, VERDICT_EXIT } from '../../../src/core/index.ts';
import { runGate } from './run-gate.ts';

const folder = join(import.meta.dirname, '../../../fixtures/slo-gate');

describe('the cases of slo-gate', () => {
  for (const name of readdirSync(folder)) {
    // What the clone around this folder knows of the ledger branch decides here; test/fixtures.test.ts runs the case in a repository of its own.
    if (name === 'inconclusive.consecutive-days-without-ledger') continue;
    it(name, async () => {
      const workspace = join(folder, name);
      const expected = JSON.parse(readFileSync(join(workspace, 'expected.json'), 'utf8'));
      const given = parse(readFileSync(join(workspace, 'testops.yml'), 'utf8'))['slo-gate'];
      const now = expected.now === undefined ? undefined : () => Date.parse(expected.now);
      let outcome: object;
      try {
        const { judgement } = await runGate(workspace, given, now ? { now } : {});
        outcome = {
          exit: VERDICT_EXIT[judgement.verdict],
          verdict: judgement.verdict,
          codes: judgement.findings.map((finding) => finding.code),
        };
        expect(judgement.headline.length).toBeLessThanOrEqual(80);
        for (const code of judgement.findings.map((finding) => finding.code)) {
          expect(existsSync(join(import.meta.dirname, `../../../docs/findings/${code}.md`))).toBe(true);
        }
      } catch (error) {
        if (!isUserError(error)) throw error;
        outcome = { exit: 3, codes: [] };
        for (const part of expected.text ?? []) expect((error as Error).message).toContain(part);
      }
      const { exit, verdict, codes } = expected;
      expect(outcome).toEqual({ exit, ...(verdict === undefined ? {} : { verdict }), codes });
    });
  }
});
