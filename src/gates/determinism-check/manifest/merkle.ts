import { hash } from 'node:crypto';

export interface MerkleTree {
  readonly add: (leaf: string | Uint8Array) => void;
  /** Hexadecimal; of no leaves the hash of nothing. */
  readonly root: () => string;
}

/**
 * Merkle tree hash with SHA-256 after RFC 6962 §2.1: leaves are hashed with a leading 0, inner nodes with a leading 1, and the left subtree is the largest
 * complete one. Keeps one node per level, so that any number of leaves needs a few hundred bytes.
 */
export function merkleRoot(): MerkleTree {
  // Complete subtrees from left to right, their sizes falling powers of two.
  const stack: { readonly size: number; readonly hash: Uint8Array }[] = [];
  return {
    add: (leaf) => {
      let node: { readonly size: number; readonly hash: Uint8Array } = {
        size: 1,
        hash: hash('sha256', Buffer.concat([LEAF, Buffer.from(leaf)]), 'buffer'),
      };
      for (let last = stack.at(-1); last !== undefined && last.size === node.size; last = stack.at(-1)) {
        stack.pop();
        node = { size: node.size * 2, hash: inner(last.hash, node.hash) };
      }
      stack.push(node);
    },
    root: () => {
      if (stack.length === 0) return hash('sha256', '', 'hex');
      const root = stack.map(({ hash }) => hash).reduceRight((right, left) => inner(left, right));
      return Buffer.from(root).toString('hex');
    },
  };
}

const LEAF = Buffer.of(0);
const INNER = Buffer.of(1);

function inner(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([INNER, left, right]), 'buffer');
}
