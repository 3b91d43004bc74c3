import { createHash } from 'node:crypto';

/**
 * Root of a Merkle tree over leaves in the order given, after RFC 6962 §2.1: leaves and inner nodes are hashed with different first bytes, so that neither can stand
 * for the other. SHA-256, lower-case hexadecimal; of no leaves, the hash of nothing.
 */
export function merkleRoot(leaves: readonly (string | Uint8Array)[]): string {
  let level: Buffer[] = leaves.map((leaf) => createHash('sha256').update('\0').update(leaf).digest());
  if (level.length === 0) return createHash('sha256').digest('hex');
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let i = 0; i + 1 < level.length; i += 2)
      next.push(
        createHash('sha256')
          .update('\x01')
          .update(level[i] as Buffer)
          .update(level[i + 1] as Buffer)
          .digest(),
      );
    // RFC 6962 splits at the largest power of two; carrying an odd last node up gives the same tree.
    if (level.length % 2 === 1) next.push(level.at(-1) as Buffer);
    level = next;
  }
  return (level[0] as Buffer).toString('hex');
}
