import { compareText } from '../../../core/index.ts';
import type { Aspect, Target } from '../facts.ts';
import { entryAt, type Manifest } from '../manifest/manifest.ts';

export interface TargetDifference {
  readonly target: Target;
  readonly aspects: readonly Aspect[];
  readonly values?: { readonly left: string; readonly right: string };
}

/** A name that no other target has; files come as they are, what is not a file with a leading line feed that no path begins with. */
export function keyOf(target: Target): string {
  return target.type === 'file' ? target.path : `\n${target.type}`;
}

/** Merges two sorted manifests. `ignoredBits` are permission bits that the two runs were bound to set differently. */
export function compareManifests(left: Manifest, right: Manifest, ignoredBits: number): readonly TargetDifference[] {
  const differences: TargetDifference[] = [];
  let l = 0;
  let r = 0;
  while (l < left.paths.length || r < right.paths.length) {
    const a = left.paths[l];
    const b = right.paths[r];
    const order = a === undefined ? 1 : b === undefined ? -1 : compareText(a, b);
    if (order < 0) differences.push({ target: { type: 'file', path: a ?? '' }, aspects: ['missing'] });
    else if (order > 0) differences.push({ target: { type: 'file', path: b ?? '' }, aspects: ['extra'] });
    else {
      const difference = compareEntries(left, l, right, r, ignoredBits);
      if (difference !== undefined) differences.push(difference);
    }
    if (order <= 0) l += 1;
    if (order >= 0) r += 1;
  }
  return differences;
}

function compareEntries(left: Manifest, l: number, right: Manifest, r: number, ignoredBits: number): TargetDifference | undefined {
  const a = entryAt(left, l);
  const b = entryAt(right, r);
  const target: Target = { type: 'file', path: a.path };
  if (a.kind !== b.kind) return { target, aspects: ['kind'], values: { left: a.kind, right: b.kind } };
  const aspects: Aspect[] = [];
  if (a.sha256 !== b.sha256 || a.size !== b.size) aspects.push('content');
  const modes = (a.mode & ~ignoredBits) !== (b.mode & ~ignoredBits);
  if (modes) aspects.push('mode');
  if (aspects.length === 0) return undefined;
  return { target, aspects, ...(modes ? { values: { left: octal(a.mode), right: octal(b.mode) } } : {}) };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
