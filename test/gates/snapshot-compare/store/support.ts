import { generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Replica } from '../../../../src/core/ports/replica.ts';
import type { Content } from '../../../../src/gates/snapshot-compare/formats/format.ts';
import type { Signer } from '../../../../src/gates/snapshot-compare/store/pointer.ts';
import { saveSnapshot } from '../../../../src/gates/snapshot-compare/store/save.ts';
import type { Store } from '../../../../src/gates/snapshot-compare/store/store.ts';
import { createFolderReplica, type StepObserver } from '../../../../src/host/replicas/folder.ts';

export function makeSigner(): Signer {
  return generateKeyPairSync('ed25519');
}

export function contentOf(text: string | Uint8Array): Content {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    read: async () => bytes,
    stream: async function* ({ start = 0, end = bytes.length } = {}) {
      yield bytes.subarray(start, end);
    },
  };
}

export function snapshotOf(files: Readonly<Record<string, string | Uint8Array>>): Map<string, Content> {
  return new Map(Object.entries(files).map(([path, text]) => [path, contentOf(text)]));
}

/** Folders of `count` replicas below a folder. */
export async function makeReplicaFolders(root: string, count: number): Promise<string[]> {
  const folders = Array.from({ length: count }, (_, index) => join(root, `replica-${index + 1}`));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  return folders;
}

export function openFolders(folders: readonly string[], signer: Signer, onStep?: StepObserver): Store {
  const replicas: Replica[] = folders.map((folder) => createFolderReplica(folder, onStep));
  return { replicas, publicKey: signer.publicKey };
}

export function save(store: Store, signer: Signer, tag: string, files: Readonly<Record<string, string | Uint8Array>>) {
  return saveSnapshot(store, { tag, files: snapshotOf(files), by: 'ann', reason: 'a test', at: '2026-11-22T10:00:00Z', signer });
}
