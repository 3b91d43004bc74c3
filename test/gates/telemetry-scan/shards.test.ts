import { createHmac } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildEvidence, evidenceBytes, inputsOfRole, type Ports } from '../../../src/core/index.ts';
import { inputs } from '../../../src/gates/telemetry-scan/inputs.ts';
import { judge } from '../../../src/gates/telemetry-scan/judge.ts';
import { measure } from '../../../src/gates/telemetry-scan/measure.ts';
import { scanBlockTask } from '../../../src/gates/telemetry-scan/scan-block-task.ts';
import { BLOCK_TASK, type BlockTask } from '../../../src/gates/telemetry-scan/tasks.ts';
import { createHost } from '../../../src/host/index.ts';
import { createFolder, NOW, SALT, scan } from './scan-case.ts';

/** Many small files and one of several blocks, all with something to find, one with an acceptance. */
async function fill(folder: string): Promise<void> {
  for (let file = 0; file < 21; file++) {
    const lines = Array.from(
      { length: 40 },
      (_, line) => `{"n":${line},"mail":"user${(file * line) % 37}@posteo.de","ip":"81.2.${file}.${line}"}`,
    );
    await writeFile(join(folder, `f${file}.jsonl`), `${lines.join('\n')}\n{"ssn":"457-55-${5000 + file}"}\n`);
  }
  const big = Array.from(
    { length: 55_000 },
    (_, line) => `{"n":${line},"text":"nothing to see in this line of the log","ip":"10.0.${line % 200}.7"}`,
  );
  big[51_000] = '{"card":"4929325827136822"}';
  await writeFile(join(folder, 'big.jsonl'), big.join('\n'));
}

const accepted = [
  {
    match: `hmac-sha256:${createHmac('sha256', SALT).update('testops telemetry-scan key id').digest('hex').slice(0, 8)}:1:${createHmac('sha256', SALT).update('457555003').digest('hex')}`,
    reason: 'an account of ours',
    owner: 'payments',
    effectiveOn: '2026-01-01',
    effectiveUntil: '2026-12-31',
  },
];

/** The bytes of the evidence, under a fixed clock and environment; `threads` run blocks out of order. */
async function evidenceOf(workspace: string, given: object, threads: number): Promise<Buffer> {
  const parsed = inputs.parse({ paths: ['*.jsonl'], accepted, ...given });
  await using host = createHost({ workspace, environment: { TESTOPS_SALT: SALT }, now: () => NOW, progress: 'quiet' });
  let started = 0;
  const workers: Ports['workers'] = {
    size: threads,
    run: async <Input, Output>(task: string, input: Input) => {
      expect(task).toBe(BLOCK_TASK);
      // Whoever starts first ends last.
      await new Promise((resolve) => setTimeout(resolve, started++ % 2 === 0 ? 4 : 0));
      return structuredClone(await scanBlockTask(structuredClone(input) as BlockTask)) as Output;
    },
  };
  const facts = await measure(parsed, { ...host, workers } as unknown as Ports);
  const recorded = Object.fromEntries(Object.entries(parsed).filter(([name]) => !inputsOfRole(inputs, 'execution').includes(name)));
  const evidence = buildEvidence({
    gate: 'telemetry-scan',
    subject: { commit: 'a'.repeat(40) },
    judgement: judge(facts, parsed) as never,
    inputs: recorded,
    dirty: false,
    toolVersion: '0.1.0',
    run: {
      environment: { node: 'v24.0.0', platform: 'linux', arch: 'x64' },
      startedAt: new Date(NOW).toISOString(),
      finishedAt: new Date(NOW).toISOString(),
    },
  });
  return Buffer.from(evidenceBytes(evidence));
}

async function findingsOf(workspace: string, given: object) {
  return (await scan(workspace, { paths: ['*.jsonl'], accepted, ...given }, { TESTOPS_SALT: SALT })).judgement.findings;
}

describe('shards and threads', () => {
  it('give the same bytes of evidence: 1 and 8 shards, 1 and 4 threads', async () => {
    await using folder = await createFolder();
    await fill(folder.path);
    const alone = await evidenceOf(folder.path, {}, 1);
    expect(JSON.parse(alone.toString()).predicate.result).toBe('FAILED');
    expect((await evidenceOf(folder.path, {}, 4)).equals(alone)).toBe(true);
    for (let index = 1; index <= 8; index++) {
      const part = JSON.parse(
        (await evidenceOf(folder.path, { shard: `${index}/8`, 'part-dir': 'parts' }, index % 2 === 0 ? 4 : 1)).toString(),
      );
      expect(part.predicate.failedTests).toContain('whole');
    }
    const merged = await evidenceOf(folder.path, { parts: ['parts/*.json'] }, 1);
    expect(merged.toString()).toBe(alone.toString());
    await rm(join(folder.path, 'parts/telemetry-scan-5-of-8.json'));
    const lacking = JSON.parse((await evidenceOf(folder.path, { parts: ['parts/*.json'] }, 1)).toString());
    expect(lacking.predicate.failedTests).toContain('whole');
    await rm(join(folder.path, 'parts/telemetry-scan-8-of-8.json'));
    const asked = { parts: ['parts/*.json'], 'merge-parts': 8 };
    expect((await findingsOf(folder.path, asked)).filter(({ code }) => code === 'telemetry-scan/parts-missing')).toEqual([
      expect.objectContaining({ args: { missing: [5, 8] } }),
    ]);
  });

  it('of which none is there are as many missing parts, and never a pass', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.jsonl'), '{"a":1}\n');
    const none = JSON.parse((await evidenceOf(folder.path, { accepted: [], parts: ['parts/*'], 'merge-parts': 2 }, 1)).toString());
    expect(none.predicate.failedTests).toEqual(['whole']);
    await evidenceOf(folder.path, { accepted: [], shard: '1/2', 'part-dir': 'parts' }, 1);
    await expect(evidenceOf(folder.path, { accepted: [], parts: ['parts/*'], 'merge-parts': 3 }, 1)).rejects.toThrow(/another scan/);
  });

  it('that are damaged, or were made with other rules than the merge has, are refused', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.jsonl'), '{"a":1}\n');
    await evidenceOf(folder.path, { accepted: [], shard: '1/1', 'part-dir': 'parts' }, 1);
    const path = join(folder.path, 'parts/telemetry-scan-1-of-1.json');
    const merge = { accepted: [], parts: ['parts/*'], 'merge-parts': 1 };
    await expect(evidenceOf(folder.path, { ...merge, accepted }, 1)).rejects.toThrow(/another scan/);
    const part = await readFile(path, 'utf8');
    await writeFile(path, part.replace('"tallies":[]', '"tallies":{}'));
    await expect(evidenceOf(folder.path, merge, 1)).rejects.toThrow(/damaged `tallies`/);
    await writeFile(path, part.slice(0, -20));
    await expect(evidenceOf(folder.path, merge, 1)).rejects.toThrow(/no part of a telemetry scan/);
  });

  it('of different scans, or one twice, are refused', async () => {
    await using folder = await createFolder();
    await writeFile(join(folder.path, 'a.jsonl'), '{"a":1}\n');
    await writeFile(join(folder.path, 'b.jsonl'), '{"a":1}\n');
    await evidenceOf(folder.path, { shard: '1/2', 'part-dir': 'parts' }, 1);
    const first = await readFile(join(folder.path, 'parts/telemetry-scan-1-of-2.json'), 'utf8');
    await writeFile(join(folder.path, 'parts/again.json'), first);
    await expect(evidenceOf(folder.path, { parts: ['parts/*.json'] }, 1)).rejects.toThrow(/a second time/);
    await rm(join(folder.path, 'parts/again.json'));
    await writeFile(join(folder.path, 'c.jsonl'), '{"a":1}\n');
    await evidenceOf(folder.path, { shard: '2/2', 'part-dir': 'parts' }, 1);
    await expect(evidenceOf(folder.path, { parts: ['parts/*.json'] }, 1)).rejects.toThrow(/another scan/);
    await expect(evidenceOf(folder.path, { parts: ['none/*.json'] }, 1)).rejects.toThrow(/no file that matches/);
  });

  it('of which the clean ones pass when all are merged', async () => {
    await using folder = await createFolder();
    for (const name of ['a', 'b', 'c']) await writeFile(join(folder.path, `${name}.jsonl`), '{"a":1}\n');
    for (const index of [1, 2, 3, 4]) await evidenceOf(folder.path, { accepted: [], shard: `${index}/4`, 'part-dir': 'parts' }, 1);
    const merged = JSON.parse((await evidenceOf(folder.path, { accepted: [], parts: ['parts/*.json'] }, 1)).toString());
    expect(merged.predicate.result).toBe('PASSED');
  });
});
