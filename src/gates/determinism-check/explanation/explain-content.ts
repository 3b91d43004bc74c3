import type { Files } from '../../../core/ports/files.ts';
import type { BytePlace } from '../compare/first-difference.ts';
import type { Explanation } from '../facts.ts';
import { diffLines, showHunks } from './line-diff.ts';

/** Larger files are explained by their first differing byte and line alone. */
const MAX_BYTES = 8 * 1024 * 1024;

/** A readable diff of two texts, and where they part. */
export async function explainContent(
  files: Files,
  sides: { readonly left: string; readonly right: string },
  sizes: { readonly left: number; readonly right: number },
  place: BytePlace | undefined,
): Promise<Explanation> {
  const first = place === undefined ? {} : { first: place };
  if (Math.max(sizes.left, sizes.right) > MAX_BYTES) return { ...first, diff: [], causes: [], limit: 'too-large' };
  const [left, right] = [decode(await files.read(sides.left)), decode(await files.read(sides.right))];
  if (left === undefined || right === undefined) return { ...first, diff: [], causes: [], limit: 'binary' };
  const lines = [left.split('\n'), right.split('\n')] as const;
  return { ...first, diff: showHunks(...lines, diffLines(...lines)), causes: [] };
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
