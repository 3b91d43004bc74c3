import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findFirstDifference } from '../../../../src/gates/determinism-check/compare/first-difference.ts';
import { firstDifferenceOfFiles } from '../../../../src/gates/determinism-check/compare/first-difference-of-files.ts';
import { createHost } from '../../../../src/host/create-host.ts';
import { workspaceWith } from '../support/workspace.ts';

/** Hands bytes out in pieces of the given sizes, again and again. */
async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** The definition, byte by byte. */
function bySight(left: Uint8Array, right: Uint8Array) {
  let line = 1;
  for (let byte = 0; byte < Math.max(left.length, right.length); byte += 1) {
    if (left[byte] !== right[byte]) return { byte, line };
    if (left[byte] === 10) line += 1;
  }
  return undefined;
}

describe('the first difference', () => {
  it('is found whatever the pieces are', async () => {
    const bytes = fc.uint8Array({ maxLength: 60, max: 12 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, fc.nat(50), sizes, sizes, async (head, tail, cut, a, b) => {
        const left = Buffer.concat([head, tail]);
        const right = Buffer.concat([head, tail.subarray(0, cut)]);
        expect(await findFirstDifference(inPieces(left, a), inPieces(right, b))).toEqual(bySight(left, right));
        expect(await findFirstDifference(inPieces(head, a), inPieces(tail, b))).toEqual(bySight(head, tail));
      }),
      { numRuns: 200 },
    );
  });

  it('of large files is the same as of small ones', async () => {
    using workspace = workspaceWith();
    await using host = createHost({ workspace: workspace.path, environment: process.env, progress: 'quiet' });
    const left = Buffer.alloc(17_000_000, 'a line of text\n');
    const changed = Buffer.from(left);
    changed[16_000_007] = 0;
    const cases = [
      { name: 'same', bytes: left, place: undefined },
      { name: 'changed', bytes: changed, place: { byte: 16_000_007, line: 1_066_668 } },
      { name: 'shorter', bytes: left.subarray(0, 16_999_994), place: { byte: 16_999_994, line: 1_133_333 } },
      { name: 'whole lines', bytes: left.subarray(0, 15_000_000), place: { byte: 15_000_000, line: 1_000_001 } },
    ];
    writeFileSync(join(workspace.path, 'left'), left);
    for (const { name, bytes, place } of cases) {
      writeFileSync(join(workspace.path, name), bytes);
      expect([name, await firstDifferenceOfFiles(host, join(workspace.path, 'left'), join(workspace.path, name), left.length)]).toEqual([
        name,
        place,
      ]);
    }
  });
});
