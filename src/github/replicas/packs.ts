import { createHash } from 'node:crypto';
import { compareText } from '../../core/order.ts';
import { type Replica, type ReplicaEntry, ReplicaFailure, type ReplicaItem } from '../../core/ports/replica.ts';

/** A file of a place that keeps whole files under flat names. */
export interface PackFile {
  readonly name: string;
  /** How the place knows it. */
  readonly id: string;
  readonly size: number;
}

/** What a release or a branch can do: list its files, read one, add some. Each method throws a ReplicaFailure when it cannot. */
export interface PackPlace {
  readonly name: string;
  readonly maxPackBytes: number;
  list(): Promise<readonly PackFile[]>;
  read(file: PackFile): Promise<Uint8Array>;
  /** Adds files; `false` when one of the names is taken. Nothing is replaced, and what was added is there when it resolves. */
  add(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<boolean>;
}

/** One item inside a pack. */
interface IndexEntry {
  readonly key: string;
  readonly offset: number;
  readonly size: number;
  readonly sha256: string;
}

interface Pack {
  readonly file: PackFile;
  readonly entries: readonly IndexEntry[];
}

const PACK = /^pack-([0-9a-f]{64})\.(bin|json)$/;
/** Packs whose bytes are kept while the replica is open. */
const MAX_HELD_PACKS = 4;

/**
 * A replica over a place with few, large, immutable files: items travel in packs (`pack-<sha256>.bin` with its index `pack-<sha256>.json`, written after it), claimed
 * keys are files of their own. Repairs are packs too: of several copies of an item the one whose digest fits its index is taken.
 */
export function createPackReplica(place: PackPlace): Replica {
  const indexes = new Map<string, readonly IndexEntry[]>();
  const held = new Map<string, Uint8Array>();

  const packsOf = async (files: readonly PackFile[]): Promise<Pack[]> => {
    const binaries = new Map(
      files.flatMap((file) => (PACK.exec(file.name)?.[2] === 'bin' ? [[file.name.replace(/bin$/, 'json'), file] as const] : [])),
    );
    const packs: Pack[] = [];
    for (const index of files) {
      const file = binaries.get(index.name);
      if (!file) continue;
      let entries = indexes.get(index.id);
      if (!entries) {
        entries = readIndex(await place.read(index));
        indexes.set(index.id, entries);
      }
      packs.push({ file, entries });
    }
    return packs;
  };
  const bytesOf = async (file: PackFile): Promise<Uint8Array> => {
    const known = held.get(file.id);
    if (known) return known;
    const bytes = await place.read(file);
    held.set(file.id, bytes);
    for (const id of held.keys()) if (held.size > MAX_HELD_PACKS) held.delete(id);
    return bytes;
  };
  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const files = await place.list();
    let damaged: Uint8Array | undefined;
    for (const { file, entries } of await packsOf(files))
      for (const entry of entries) {
        if (entry.key !== key) continue;
        const bytes = (await bytesOf(file)).subarray(entry.offset, entry.offset + entry.size);
        if (sha256(bytes) === entry.sha256) return bytes;
        damaged = bytes;
      }
    const claimed = files.find(({ name }) => name === claimName(key));
    return claimed ? await place.read(claimed) : damaged;
  };
  const list = async (prefix: string): Promise<readonly ReplicaEntry[]> => {
    const files = await place.list();
    const entries = new Map<string, number>();
    for (const { name, size } of files) {
      const key = keyOfClaim(name);
      if (key?.startsWith(prefix)) entries.set(key, size);
    }
    for (const pack of await packsOf(files)) for (const { key, size } of pack.entries) if (key.startsWith(prefix)) entries.set(key, size);
    return [...entries].map(([key, size]) => ({ key, size })).sort((a, b) => compareText(a.key, b.key));
  };
  return {
    name: place.name,
    read,
    list,
    write: async (items) => {
      for (const group of groupsOf(items, place.maxPackBytes)) {
        const { binary, index } = makePack(group);
        await addPack(place, binary, index);
      }
    },
    claim: async ({ key, bytes }) => (await read(key)) === undefined && (await place.add([{ name: claimName(key), bytes }])),
  };
}

/** Adds a pack under a name made of its content; where that name is taken by something else (a pack that was damaged since), under another. */
async function addPack(place: PackPlace, binary: Uint8Array, index: Uint8Array): Promise<void> {
  for (let salt = 0; ; salt++) {
    const salted = Buffer.concat([index, Buffer.alloc(salt, '\n')]);
    const name = `pack-${sha256(Buffer.concat([binary, salted]))}`;
    // The index is what makes a pack count: written last, a crash between the two leaves a pack that nobody reads.
    if ((await addOrVerify(place, `${name}.bin`, binary)) && (await addOrVerify(place, `${name}.json`, salted))) return;
  }
}

async function addOrVerify(place: PackPlace, name: string, bytes: Uint8Array): Promise<boolean> {
  if (await place.add([{ name, bytes }])) return true;
  const standing = (await place.list()).find((file) => file.name === name);
  return standing !== undefined && Buffer.compare(await place.read(standing), bytes) === 0;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Keys hold no dots where they are claimed, and file names no slashes. */
function claimName(key: string): string {
  return `claim.${key.replaceAll('/', '.')}`;
}

function keyOfClaim(name: string): string | undefined {
  return name.startsWith('claim.') ? name.slice('claim.'.length).replaceAll('.', '/') : undefined;
}

function makePack(items: readonly ReplicaItem[]): { binary: Uint8Array; index: Uint8Array } {
  let offset = 0;
  const entries = items.map(({ key, bytes }): IndexEntry => {
    const entry = { key, offset, size: bytes.length, sha256: sha256(bytes) };
    offset += bytes.length;
    return entry;
  });
  // A release takes no empty file.
  return {
    binary: Buffer.concat([...items.map(({ bytes }) => bytes), ...(offset === 0 ? [Buffer.from('\n')] : [])]),
    index: Buffer.from(`${JSON.stringify(entries)}\n`),
  };
}

function readIndex(bytes: Uint8Array): readonly IndexEntry[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const isEntry = (entry: unknown): entry is IndexEntry => {
      const { key, offset, size, sha256: digest } = (entry ?? {}) as Partial<IndexEntry>;
      return typeof key === 'string' && Number.isSafeInteger(offset) && Number.isSafeInteger(size) && typeof digest === 'string';
    };
    // A damaged index hides its pack: its items count as missing, and a scrub writes them anew.
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function* groupsOf(items: readonly ReplicaItem[], maxBytes: number): Generator<readonly ReplicaItem[], void, undefined> {
  let group: ReplicaItem[] = [];
  let size = 0;
  for (const item of items) {
    if (item.bytes.length > maxBytes) throw new ReplicaFailure('full', `an item of ${item.bytes.length} bytes, at most ${maxBytes} fit`);
    if (group.length > 0 && size + item.bytes.length > maxBytes) {
      yield group;
      [group, size] = [[], 0];
    }
    group.push(item);
    size += item.bytes.length;
  }
  if (group.length > 0) yield group;
}
