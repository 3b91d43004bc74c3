import type { FileKind } from '../../../core/ports/files.ts';
import { merkleRoot } from './merkle.ts';

/** What is known of one output. Of a link the digest is that of its target's text; FIFOs, sockets and devices have none and are never opened. */
export interface ManifestEntry {
  readonly path: string;
  readonly kind: Exclude<FileKind, 'folder'>;
  readonly mode: number;
  readonly size: number;
  /** Lower-case hexadecimal, or `''` where nothing can be read. */
  readonly sha256: string;
}

const KINDS = ['file', 'link', 'fifo', 'socket', 'device'] as const;
const DIGEST_BYTES = 32;

/** Many entries in little memory: sorted paths and one packed column for each of the rest. */
export interface Manifest {
  readonly paths: readonly string[];
  readonly kinds: Uint8Array;
  readonly modes: Uint16Array;
  readonly sizes: Float64Array;
  readonly digests: Uint8Array;
  /** Merkle root over the entries in order, hexadecimal. */
  readonly root: string;
  readonly bytes: number;
}

/** Packs entries that arrive, in batches, in the order of `paths`. */
export async function packManifest(
  paths: readonly string[],
  batches: AsyncIterable<readonly ManifestEntry[]> | Iterable<readonly ManifestEntry[]>,
): Promise<Manifest> {
  const kinds = new Uint8Array(paths.length);
  const modes = new Uint16Array(paths.length);
  const sizes = new Float64Array(paths.length);
  const digests = Buffer.alloc(paths.length * DIGEST_BYTES);
  let bytes = 0;
  let at = 0;
  const tree = merkleRoot();
  for await (const batch of batches) {
    for (const entry of batch) {
      kinds[at] = KINDS.indexOf(entry.kind);
      modes[at] = entry.mode;
      sizes[at] = entry.size;
      digests.write(entry.sha256, at * DIGEST_BYTES, 'hex');
      bytes += entry.size;
      tree.add(leafOf(entry));
      at += 1;
    }
  }
  return { paths, kinds, modes, sizes, digests, root: tree.root(), bytes };
}

/** The bytes of a leaf of the Merkle tree: the entry as canonical JSON (RFC 8785), written by hand because there are very many. */
export function leafOf({ path, kind, mode, size, sha256 }: ManifestEntry): string {
  // A lone surrogate cannot stand in canonical JSON, but it can stand in a path.
  return `{"kind":"${kind}","mode":${mode},"path":${JSON.stringify(path.toWellFormed())},"sha256":"${sha256}","size":${size}}`;
}

export function entryAt(manifest: Manifest, at: number): ManifestEntry {
  const kind = KINDS[manifest.kinds[at] ?? 0] ?? 'file';
  const digest = Buffer.from(manifest.digests.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES)).toString('hex');
  return {
    path: manifest.paths[at] ?? '',
    kind,
    mode: manifest.modes[at] ?? 0,
    size: manifest.sizes[at] ?? 0,
    sha256: kind === 'file' || kind === 'link' ? digest : '',
  };
}

export function* entriesOf(manifest: Manifest): Generator<ManifestEntry> {
  for (let at = 0; at < manifest.paths.length; at += 1) yield entryAt(manifest, at);
}
