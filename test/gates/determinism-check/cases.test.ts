import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { EXIT_UNUSABLE_INPUT, isUserError, VERDICT_EXIT } from '../../../src/core/index.ts';
import { gate } from '../../../src/gates/determinism-check/gate.ts';
import { inputs as schema } from '../../../src/gates/determinism-check/inputs.ts';
import { createHost } from '../../../src/host/create-host.ts';

const folder = realpathSync(join(import.meta.dirname, '../../../fixtures/determinism-check'));
const cases = readdirSync(folder).filter((name) => /^(pass|warn|fail|inconclusive|error)\./.test(name));

interface Expected {
  readonly exit: number;
  readonly verdict?: string;
  readonly codes: readonly string[];
}

/** Runs the gate on a case folder as the suite does; refusals by the schema count as unusable input. */
async function runCase(workspace: string): Promise<{ exit: number; verdict?: string; codes: readonly string[] }> {
  const section = parse(readFileSync(join(workspace, 'testops.yml'), 'utf8'))['determinism-check'];
  const parsed = schema.safeParse(section);
  if (!parsed.success) return { exit: EXIT_UNUSABLE_INPUT, codes: [] };
  await using host = createHost({ workspace, environment: process.env, progress: 'quiet' });
  try {
    const facts = await gate.measure(parsed.data, host as never);
    const judgement = gate.judge(facts, parsed.data);
    const codes = [...new Set(judgement.findings.filter(({ level }) => level !== 'note').map(({ code }) => code))];
    return { exit: VERDICT_EXIT[judgement.verdict], verdict: judgement.verdict, codes };
  } catch (error) {
    if (!isUserError(error)) throw error;
    return { exit: EXIT_UNUSABLE_INPUT, codes: [] };
  }
}

describe('case folders', () => {
  it('are there', () => expect(cases.length).toBeGreaterThan(10));
  it.concurrent.each(cases)('%s', async (name) => {
    const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Expected;
    const { exit, verdict, codes } = await runCase(join(folder, name));
    expect({ exit, verdict, codes }).toEqual({ exit: expected.exit, verdict: expected.verdict, codes: expected.codes });
  });
});
