import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { VERDICT_EXIT } from '../../../src/core/index.ts';
import { words } from '../../../src/gates/telemetry-scan/words.ts';
import { createFolder, SALT, scan } from './scan-case.ts';

const ROOT = join(import.meta.dirname, '../../../fixtures/telemetry-scan');
const cases = readdirSync(ROOT).filter((name) => /^(pass|warn|fail|inconclusive|error)\./.test(name));
const planted = JSON.parse(readFileSync(join(ROOT, 'planted.json'), 'utf8')) as Record<string, readonly string[]>;

interface Expected {
  readonly exit: number;
  readonly verdict?: string;
  readonly codes: readonly string[];
  readonly text?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

describe('fixtures of telemetry-scan', () => {
  it('are there for every outcome, with planted values for those that fail', () => {
    expect([...new Set(cases.map((name) => name.split('.')[0]))].sort()).toEqual(['error', 'fail', 'inconclusive', 'pass', 'warn']);
    for (const name of cases.filter((each) => each.startsWith('fail.'))) expect(planted[name]?.length).toBeGreaterThan(0);
  });

  it.each(cases)('%s', async (name) => {
    const expected = JSON.parse(readFileSync(join(ROOT, name, 'expected.json'), 'utf8')) as Expected;
    const given = parse(readFileSync(join(ROOT, name, 'testops.yml'), 'utf8'))['telemetry-scan'];
    await using folder = await createFolder();
    await cp(join(ROOT, name), folder.path, { recursive: true });
    if (expected.exit === 3) {
      const failure = await scan(folder.path, given, expected.env).then(
        () => undefined,
        (error: Error) => error,
      );
      expect(failure?.name).toBe('UserError');
      for (const text of expected.text ?? []) expect(failure?.message).toContain(text);
      return;
    }
    const { judgement } = await scan(folder.path, given, expected.env);
    expect([...new Set(judgement.findings.map((finding) => finding.code))].sort()).toEqual([...expected.codes].sort());
    expect(judgement.verdict).toBe(expected.verdict);
    expect(VERDICT_EXIT[judgement.verdict]).toBe(expected.exit);
  });

  it.each(Object.keys(planted))('%s: no planted value in any output', async (name) => {
    const given = parse(readFileSync(join(ROOT, name, 'testops.yml'), 'utf8'))['telemetry-scan'];
    await using folder = await createFolder();
    await cp(join(ROOT, name), folder.path, { recursive: true });
    const { facts, judgement } = await scan(folder.path, { ...given, sarif: 'out/scan.sarif' }, { TESTOPS_SALT: SALT });
    const messages = judgement.findings.map((finding) =>
      (words as Record<string, { message(args: unknown): string }>)[finding.code]?.message(finding.args),
    );
    const outputs = [
      JSON.stringify(facts),
      JSON.stringify(judgement),
      messages.join('\n'),
      await readFile(join(folder.path, 'out/scan.sarif'), 'utf8'),
    ];
    expect(messages.every((message) => message !== undefined && message.length > 0)).toBe(true);
    const source = readdirSync(join(ROOT, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.gz'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');
    for (const value of planted[name] ?? []) {
      for (const output of outputs) expect(output.includes(value)).toBe(false);
      // A value that is not in the input would make this test pass on nothing; compact forms are the normalized ones.
      if (!existsSync(join(ROOT, name, 'app.jsonl.gz')))
        expect(source.replace(/[ -]/g, '').includes(value.replace(/[ -]/g, ''))).toBe(true);
    }
  });
});
