import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';
import { findParts, partArtifactName, partOf, readPartDigests, refuseLeaksInPart } from '../../src/suite/parts.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const DIGEST = 'a'.repeat(64);

describe('the part that a gate writes', () => {
  it('is known by its inputs', () => {
    expect(partOf('determinism-check', { part: '2-of-3', manifest: 'm.jsonl' })).toEqual({
      gate: 'determinism-check',
      index: 2,
      of: 3,
      file: 'm.jsonl',
    });
    expect(partOf('telemetry-scan', { shard: '2/3', 'part-dir': 'p' })).toMatchObject({
      index: 2,
      of: 3,
      file: 'p/telemetry-scan-2-of-3.json',
    });
  });

  it('is none where nothing is cut, or where parts are merged', () => {
    expect(partOf('determinism-check', { manifest: 'm.jsonl' })).toBeUndefined();
    expect(partOf('telemetry-scan', { 'part-dir': 'p' })).toBeUndefined();
    expect(partOf('telemetry-scan', { shard: '1/2', 'part-dir': 'p', 'merge-parts': 2 })).toBeUndefined();
    expect(partOf('slo-gate', { part: '1-of-2', manifest: 'm' })).toBeUndefined();
  });

  it('is refused beyond the number of parts', () =>
    expect(() => partOf('determinism-check', { part: '4-of-3', manifest: 'm' })).toThrow(/part 4 of 3/));
});

describe('artifacts of parts', () => {
  const named = (index: number, of: number, attempt: number) => ({
    name: partArtifactName({ gate: 'telemetry-scan', index, of }, attempt),
    attempt,
  });

  it('count in their highest attempt, ten after nine', () => {
    const listed = [named(1, 2, 9), named(1, 2, 10), named(1, 2, 2), named(2, 2, 1)];
    expect([...findParts(listed, 'telemetry-scan', 2)].map(([index, { attempt }]) => [index, attempt])).toEqual([
      [1, 10],
      [2, 1],
    ]);
  });

  it('of another number, another gate, beyond the number, or with another name are none', () => {
    const others = [
      'testops-part-telemetry-scan-0-of-2-a1',
      'testops-part-telemetry-scan-1-of-2-a1x',
      'x-testops-part-telemetry-scan-1-of-2-a1',
    ];
    const listed = [
      named(1, 3, 1),
      named(3, 2, 1),
      { name: 'testops-part-determinism-check-1-of-2-a1' },
      ...others.map((name) => ({ name })),
    ];
    expect(findParts(listed, 'telemetry-scan', 2).size).toBe(0);
  });
});

describe('digests of parts', () => {
  it('are those that jobs reported, and no empty ones', () => {
    const text = JSON.stringify({ 'part-1': DIGEST, 'part-2': '', 'part-3': 'A'.repeat(64), verdict: DIGEST, 'part-0': DIGEST });
    expect([...readPartDigests(text)]).toEqual([[1, DIGEST]]);
    expect(readPartDigests('{}').size).toBe(0);
  });

  it.each(['', 'null', '[]', '"x"', '{"part-1"'])('are refused as %j', (text) =>
    expect(() => readPartDigests(text)).toThrow(/part-digests/),
  );
});

describe('what a part tells', () => {
  async function leaks(text: string): Promise<string> {
    await using folder = await createTemporaryFolder();
    await writeFile(folder.join('part'), text);
    await using host = createHost({ workspace: folder.path, environment: {}, progress: 'quiet' });
    const part = { gate: 'determinism-check', index: 1, of: 2, file: 'part' } as const;
    return refuseLeaksInPart(host.files, part).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  }
  const line = (path: string, at: number) => JSON.stringify({ path, kind: 'file', mode: 420, size: at, sha256: DIGEST });

  it('is looked at to its last line, and in the middle of many', async () => {
    const many = Array.from({ length: 9_000 }, (_, at) => line(`out/file-${at}.txt`, at));
    expect(await leaks(many.join('\n'))).toBe('nothing');
    for (const at of [0, 4_000, 8_999])
      expect(await leaks(many.with(at, line('out/jane.roe@posteo.de', at)).join('\n'))).toContain('email');
  });

  it('is never repeated', async () => expect(await leaks(line('out/jane.roe@posteo.de', 1))).not.toContain('jane'));
});
