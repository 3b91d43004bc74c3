import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inputs } from '../../../src/gates/snapshot-compare/inputs.ts';
import { judge } from '../../../src/gates/snapshot-compare/judge.ts';
import { measure } from '../../../src/gates/snapshot-compare/measure.ts';
import { createHost } from '../../../src/host/index.ts';

async function run(workspace: string, mode: 'compare' | 'accept') {
  await using host = createHost({ workspace, environment: {} });
  const given = inputs.parse({ baseline: 'baseline', actual: 'actual', mode });
  return judge(await measure(given, host), given);
}

async function put(root: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

describe('mode accept', () => {
  it('makes the first baseline, judges nothing, and overwrites none', async () => {
    await using host = createHost({ workspace: '/', environment: {} });
    await using folder = await host.files.temporaryFolder('snapshot-accept-');
    const odd = 'deep/it\'s "odd" ::error::\nü.json';
    await put(folder.path, 'actual/a.txt', 'one\n');
    await put(folder.path, `actual/${odd}`, '{"v":1}');

    const before = await run(folder.path, 'compare');
    expect(before.verdict).toBe('inconclusive');
    expect(before.findings.map(({ code }) => code)).toEqual(['snapshot-compare/baseline-absent']);

    const accepted = await run(folder.path, 'accept');
    expect(accepted.verdict).toBe('inconclusive');
    expect(accepted.findings).toEqual([{ code: 'snapshot-compare/accepted', level: 'error', args: { files: 2, baseline: 'baseline' } }]);
    expect(await readFile(join(folder.path, 'baseline', odd), 'utf8')).toBe('{"v":1}');
    expect((await run(folder.path, 'compare')).verdict).toBe('pass');

    await put(folder.path, `actual/${odd}`, '{"v":2}');
    const changed = await run(folder.path, 'compare');
    expect(changed.verdict).toBe('fail');
    expect(changed.findings[0]?.place).toEqual({ file: `actual/${odd}`, pointer: '/v' });
    await expect(run(folder.path, 'accept')).rejects.toThrow('a baseline of 2 files');
    expect(await readFile(join(folder.path, 'baseline', odd), 'utf8')).toBe('{"v":1}');
  });

  it('accepts nothing when nothing was produced', async () => {
    await using host = createHost({ workspace: '/', environment: {} });
    await using folder = await host.files.temporaryFolder('snapshot-accept-');
    const accepted = await run(folder.path, 'accept');
    expect(accepted.verdict).toBe('inconclusive');
    expect(accepted.findings.map(({ code }) => code)).toEqual(['snapshot-compare/nothing-to-compare']);
    expect(await host.files.stat(join(folder.path, 'baseline'))).toBeUndefined();
  });
});
