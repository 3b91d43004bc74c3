import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Ports } from '../../../../src/core/index.ts';
import { inputs } from '../../../../src/gates/determinism-check/inputs.ts';
import { judge } from '../../../../src/gates/determinism-check/judge.ts';
import { measure } from '../../../../src/gates/determinism-check/measure.ts';
import { createHost } from '../../../../src/host/index.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';

const RUN = { run: 'cp input output', outputs: ['output'], runs: 2, vary: ['umask'] };
const MERGE = { ...RUN, manifests: ['parts/*'], 'merge-parts': 2 };

async function check(folder: TemporaryFolder, given: object) {
  const parsed = inputs.parse(given);
  await using host = createHost({ workspace: folder.path, environment: { PATH: process.env.PATH ?? '' }, progress: 'quiet' });
  return judge(await measure(parsed, host as unknown as Ports), parsed);
}

/** What a machine leaves whose build gives `content`. */
async function writePart(folder: TemporaryFolder, part: string, content: string, given: object = {}): Promise<void> {
  await writeFile(folder.join('input'), content);
  await check(folder, { ...RUN, ...given, part, manifest: `parts/${part}` });
}

const codesOf = ({ findings }: Awaited<ReturnType<typeof check>>) => findings.map(({ code }) => code.replace('determinism-check/', ''));

describe('the parts of a matrix', () => {
  it('pass when all are there and equal; nothing runs where they are merged', async () => {
    await using folder = await createTemporaryFolder();
    for (const part of ['1-of-2', '2-of-2']) await writePart(folder, part, 'the same\n');
    // The command of the configuration would fail here.
    await writeFile(folder.join('input'), '');
    const merged = await check(folder, MERGE);
    expect([merged.verdict, codesOf(merged)]).toEqual(['pass', []]);
    expect(merged.checks.map(({ id }) => id)).toEqual(['manifests']);
  });

  it('fail when one machine gives another output', async () => {
    await using folder = await createTemporaryFolder();
    await writePart(folder, '1-of-2', 'one\n');
    await writePart(folder, '2-of-2', 'two\n');
    const merged = await check(folder, MERGE);
    expect([merged.verdict, codesOf(merged)]).toEqual(['fail', ['machines-differ']]);
  });

  it('fail when one machine did not pass by itself, and say what decided there', async () => {
    await using folder = await createTemporaryFolder();
    await writePart(folder, '1-of-2', 'the same\n', { run: 'date +%N > output' });
    await writePart(folder, '2-of-2', 'the same\n', { run: 'date +%N > output' });
    const merged = await check(folder, { ...MERGE, run: 'date +%N > output' });
    expect(merged.verdict).toBe('fail');
    const own = merged.findings.filter(({ code }) => code === 'determinism-check/part-verdict');
    expect(own).toHaveLength(2);
    for (const { args } of own) expect(args).toMatchObject({ verdict: 'fail', headline: expect.stringMatching(/differ/) });
  });

  it('are inconclusive when one is missing, or all are', async () => {
    await using folder = await createTemporaryFolder();
    const none = await check(folder, MERGE);
    expect(none.verdict).toBe('inconclusive');
    expect(codesOf(none).filter((code) => code === 'part-missing')).toHaveLength(2);
    await writePart(folder, '2-of-2', 'the same\n');
    const one = await check(folder, MERGE);
    expect(one.verdict).toBe('inconclusive');
    expect(one.findings).toContainEqual(expect.objectContaining({ code: 'determinism-check/part-missing', args: { part: '1-of-2' } }));
  });

  it('are inconclusive when all agree among themselves, but not with the configuration of the merge', async () => {
    await using folder = await createTemporaryFolder();
    for (const part of ['1-of-2', '2-of-2']) await writePart(folder, part, 'the same\n', { run: 'cp input output; true' });
    const merged = await check(folder, MERGE);
    expect(merged.verdict).toBe('inconclusive');
    expect(codesOf(merged).filter((code) => code === 'other-command')).toHaveLength(2);
  });

  it('are refused when they are of another matrix, of none, or come to no file', async () => {
    await using folder = await createTemporaryFolder();
    await writePart(folder, '1-of-3', 'the same\n');
    await expect(check(folder, MERGE)).rejects.toThrow(/parts of 2 and of 3/);
    const text = await readFile(folder.join('parts/1-of-3'), 'utf8');
    await writeFile(folder.join('parts/1-of-3'), text.replace('"part":"1-of-3",', ''));
    await expect(check(folder, MERGE)).rejects.toThrow(/no part/);
    await expect(check(folder, { ...MERGE, manifests: [] })).rejects.toThrow(/manifests/);
  });
});
