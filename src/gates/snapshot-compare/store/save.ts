import { sha256 } from '../../../core/canonical-json.ts';
import type { ReplicaItem } from '../../../core/ports/replica.ts';
import type { Content } from '../formats/format.ts';
import {
  CHUNK_BYTES,
  type Manifest,
  type ManifestFile,
  makeManifest,
  manifestBytes,
  manifestKey,
  manifestRoot,
  objectKey,
} from './manifest.ts';
import { type Pointer, pointerKey, type Signer, signPointer } from './pointer.ts';
import { askAll, QuorumError, quorumOf, readPointerByMajority, type Store, type Trouble, writeByQuorum } from './store.ts';

export interface SaveRequest {
  readonly tag: string;
  readonly files: ReadonlyMap<string, Content>;
  readonly by: string;
  readonly reason: string;
  /** ISO 8601 with `Z`. */
  readonly at: string;
  readonly signer: Signer;
}

export interface Saved {
  readonly pointer: Pointer;
  readonly files: number;
  /** Objects that had to be written; what was there already is not written again. */
  readonly written: number;
  readonly troubles: readonly Trouble[];
}

/** Somebody else saved a snapshot of the tag at the same time, and won. */
export class SaveConflict extends Error {}

/** Items are handed to the replicas in batches of about this size: packs want many, memory wants few. */
const BATCH_BYTES = 32 * 1024 * 1024;

/**
 * Saves a snapshot: objects, then the manifest, then the pointer, each by a majority before the next begins. So whatever a pointer leads to is there, and a crash
 * leaves nothing but objects that nobody refers to. It is acknowledged when this resolves.
 * @throws QuorumError, SaveConflict
 */
export async function saveSnapshot(store: Store, request: SaveRequest): Promise<Saved> {
  const { reading, nextSequence } = await readPointerByMajority(store, request.tag);
  if (reading.kind === 'no-quorum' || reading.kind === 'undecided')
    throw new QuorumError(`reading the pointer of ${request.tag}`, reading.troubles);
  const { manifest, written, troubles } = await writeObjects(store, request.files);
  const root = manifestRoot(manifest);
  troubles.push(...(await writeByQuorum(store, [{ key: manifestKey(root), bytes: manifestBytes(manifest) }], 'writing the manifest')));
  const pointer: Pointer = {
    version: 1,
    tag: request.tag,
    sequence: nextSequence,
    root,
    by: request.by,
    reason: request.reason,
    at: request.at,
    ...(reading.kind === 'found' ? { previous: sha256(reading.bytes) } : {}),
  };
  await claimSlot(store, pointer, signPointer(pointer, request.signer));
  return { pointer, files: manifest.files.length, written, troubles: distinct(troubles) };
}

async function claimSlot(store: Store, pointer: Pointer, bytes: Uint8Array): Promise<void> {
  const item: ReplicaItem = { key: pointerKey(pointer.tag, pointer.sequence), bytes };
  const answers = await askAll(store.replicas, (replica) => replica.claim(item));
  const won = answers.filter((answer) => 'value' in answer && answer.value).length;
  if (won >= quorumOf(store.replicas)) return;
  const troubles = answers.flatMap((answer) => ('trouble' in answer ? [answer.trouble] : []));
  if (troubles.length >= store.replicas.length - quorumOf(store.replicas) + 1) throw new QuorumError('writing the pointer', troubles);
  throw new SaveConflict(`somebody else saved snapshot ${pointer.sequence} of ${pointer.tag} at the same time`);
}

async function writeObjects(
  store: Store,
  files: ReadonlyMap<string, Content>,
): Promise<{ manifest: Manifest; written: number; troubles: Trouble[] }> {
  const present = await presentEverywhere(store);
  const troubles: Trouble[] = [];
  const entries: ManifestFile[] = [];
  let batch: ReplicaItem[] = [];
  let [batchBytes, written] = [0, 0];
  const flush = async () => {
    if (batch.length > 0) troubles.push(...(await writeByQuorum(store, batch, 'writing objects')));
    [batch, batchBytes] = [[], 0];
  };
  for (const [path, content] of files) {
    const chunks: string[] = [];
    let size = 0;
    for await (const bytes of chunksOf(content)) {
      const digest = sha256(bytes);
      chunks.push(digest);
      size += bytes.length;
      if (present.has(digest)) continue;
      present.add(digest);
      batch.push({ key: objectKey(digest), bytes });
      batchBytes += bytes.length;
      written++;
      if (batchBytes >= BATCH_BYTES) await flush();
    }
    entries.push({ path, size, chunks });
  }
  await flush();
  return { manifest: makeManifest(entries), written, troubles };
}

/** Digests that every replica lists: identical files are stored once. Whether those copies are sound is the scrub's business, so one that is not everywhere is written again. */
async function presentEverywhere(store: Store): Promise<Set<string>> {
  const lists = await askAll(store.replicas, async (replica) =>
    (await replica.list('objects/')).map(({ key }) => key.slice(key.lastIndexOf('/') + 1)),
  );
  const counts = new Map<string, number>();
  for (const answer of lists) if ('value' in answer) for (const digest of answer.value) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count === store.replicas.length).map(([digest]) => digest));
}

async function* chunksOf(content: Content): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < content.size; start += CHUNK_BYTES) {
    const parts: Uint8Array[] = [];
    for await (const part of content.stream({ start, end: Math.min(content.size, start + CHUNK_BYTES) })) parts.push(part);
    yield Buffer.concat(parts);
  }
}

function distinct(troubles: readonly Trouble[]): Trouble[] {
  return [...new Map(troubles.map((trouble) => [`${trouble.replica}\n${trouble.problem}`, trouble])).values()];
}
