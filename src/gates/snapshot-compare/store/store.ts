import type { KeyObject } from 'node:crypto';
import { sha256 } from '../../../core/canonical-json.ts';
import { type Replica, ReplicaFailure, type ReplicaItem } from '../../../core/ports/replica.ts';
import { type Manifest, manifestKey, objectKey, readManifest } from './manifest.ts';
import { type Pointer, pointerKey, pointerPrefix, readPointer, sequenceOf } from './pointer.ts';

/** The replicas of one store and the key that its pointers are signed with. */
export interface Store {
  readonly replicas: readonly Replica[];
  readonly publicKey: KeyObject;
}

/** A replica that failed, and how. */
export interface Trouble {
  readonly replica: string;
  readonly problem: string;
}

/** More than half: any two such sets share a replica. */
export function quorumOf(replicas: readonly unknown[]): number {
  return Math.floor(replicas.length / 2) + 1;
}

/** Asks every replica; a failure is an answer too. Any other error is ours and is thrown. */
export async function askAll<T>(
  replicas: readonly Replica[],
  ask: (replica: Replica) => Promise<T>,
): Promise<readonly ({ readonly value: T } | { readonly trouble: Trouble })[]> {
  return Promise.all(
    replicas.map(async (replica) => {
      try {
        return { value: await ask(replica) };
      } catch (error) {
        if (error instanceof ReplicaFailure) return { trouble: { replica: replica.name, problem: error.message } };
        throw error;
      }
    }),
  );
}

/** What the replicas say about a tag. */
export type PointerReading =
  | { readonly kind: 'found'; readonly pointer: Pointer; readonly bytes: Uint8Array }
  | { readonly kind: 'absent'; readonly nextSequence: number }
  /** Fewer than a majority of the replicas answered. */
  | { readonly kind: 'no-quorum'; readonly troubles: readonly Trouble[] }
  /** A slot may hold an acknowledged snapshot, and too few good copies are left to say which. */
  | {
      readonly kind: 'undecided';
      readonly sequence: number;
      readonly copies: number;
      readonly needed: number;
      readonly troubles: readonly Trouble[];
    };

export interface PointerReport {
  readonly reading: PointerReading;
  /** One more than the highest slot that anybody has written to. */
  readonly nextSequence: number;
}

/**
 * Reads a tag's pointer by majority. Slots are written once and in turn, and a snapshot was acknowledged when a majority held its slot. From the highest slot down: a
 * pointer that a majority holds is the one; one that cannot have reached a majority, even counting every copy that is damaged or out of reach, never was; one
 * that may have is taken when it has no rival, since a majority answered and no later slot can have been acknowledged without one of them knowing.
 */
export async function readPointerByMajority(store: Store, tag: string): Promise<PointerReport> {
  const { replicas, publicKey } = store;
  const needed = quorumOf(replicas);
  const listings = await askAll(replicas, async (replica) =>
    (await replica.list(pointerPrefix(tag))).map(({ key }) => sequenceOf(key)).filter(Number.isSafeInteger),
  );
  const troubles = listings.flatMap((answer) => ('trouble' in answer ? [answer.trouble] : []));
  const slots = [...new Set(listings.flatMap((answer) => ('value' in answer ? answer.value : [])))].sort((a, b) => b - a);
  const nextSequence = (slots[0] ?? 0) + 1;
  if (replicas.length - troubles.length < needed) return { reading: { kind: 'no-quorum', troubles }, nextSequence };
  for (const sequence of slots) {
    const slot = await readSlot(replicas, publicKey, tag, sequence);
    const best = slot.candidates[0];
    const rival = slot.candidates[1];
    if (best && (best.copies >= needed || (best.copies + slot.unknown >= needed && !(rival && rival.copies + slot.unknown >= needed))))
      return { reading: { kind: 'found', pointer: best.pointer, bytes: best.bytes }, nextSequence };
    if ((best?.copies ?? 0) + slot.unknown >= needed)
      return {
        reading: { kind: 'undecided', sequence, copies: best?.copies ?? 0, needed, troubles: [...troubles, ...slot.troubles] },
        nextSequence,
      };
  }
  return { reading: { kind: 'absent', nextSequence }, nextSequence };
}

interface Slot {
  /** Valid pointers by number of copies, most first. */
  readonly candidates: readonly { readonly pointer: Pointer; readonly bytes: Uint8Array; readonly copies: number }[];
  /** Copies that are damaged or out of reach: they may have been anything. */
  readonly unknown: number;
  readonly troubles: readonly Trouble[];
}

/** Everything that is known about one slot. */
export async function readSlot(replicas: readonly Replica[], publicKey: KeyObject, tag: string, sequence: number): Promise<Slot> {
  const key = pointerKey(tag, sequence);
  const byContent = new Map<string, { pointer: Pointer; bytes: Uint8Array; copies: number }>();
  const troubles: Trouble[] = [];
  const answers = await askAll(replicas, (replica) => replica.read(key));
  for (const [index, answer] of answers.entries()) {
    if ('trouble' in answer) troubles.push(answer.trouble);
    else if (answer.value) {
      const pointer = readPointer(answer.value, publicKey, tag, sequence);
      const digest = sha256(answer.value);
      const known = byContent.get(digest);
      if (!pointer) troubles.push({ replica: replicas[index]?.name ?? '', problem: `damaged pointer ${key}` });
      else if (known) known.copies++;
      else byContent.set(digest, { pointer, bytes: answer.value, copies: 1 });
    }
  }
  return { candidates: [...byContent.values()].sort((a, b) => b.copies - a.copies), unknown: troubles.length, troubles };
}

/** An object whose digest was checked, from the first replica that has a good copy; what was wrong with the others is told. */
export async function readObject(store: Store, digest: string, onTrouble: (trouble: Trouble) => void): Promise<Uint8Array | undefined> {
  return readChecked(store, objectKey(digest), (bytes) => (sha256(bytes) === digest ? bytes : undefined), onTrouble);
}

/** The manifest of a root, checked. */
export async function loadManifest(store: Store, root: string, onTrouble: (trouble: Trouble) => void): Promise<Manifest | undefined> {
  return readChecked(store, manifestKey(root), (bytes) => readManifest(bytes, root), onTrouble);
}

async function readChecked<T>(
  { replicas }: Store,
  key: string,
  check: (bytes: Uint8Array) => T | undefined,
  onTrouble: (trouble: Trouble) => void,
): Promise<T | undefined> {
  for (const replica of replicas) {
    const [answer] = await askAll([replica], (one) => one.read(key));
    if (!answer || 'trouble' in answer) {
      if (answer) onTrouble(answer.trouble);
      continue;
    }
    const checked = answer.value === undefined ? undefined : check(answer.value);
    if (checked !== undefined) return checked;
    onTrouble({ replica: replica.name, problem: `${answer.value === undefined ? 'missing' : 'damaged'} ${key}` });
  }
  return undefined;
}

/** Writes items everywhere; resolves when a majority holds all of them. @throws QuorumError */
export async function writeByQuorum(store: Store, items: readonly ReplicaItem[], what: string): Promise<readonly Trouble[]> {
  const answers = await askAll(store.replicas, (replica) => replica.write(items));
  const troubles = answers.flatMap((answer) => ('trouble' in answer ? [answer.trouble] : []));
  if (store.replicas.length - troubles.length < quorumOf(store.replicas)) throw new QuorumError(what, troubles);
  return troubles;
}

/** Too few replicas could be written: nothing was acknowledged. */
export class QuorumError extends Error {
  readonly troubles: readonly Trouble[];

  constructor(what: string, troubles: readonly Trouble[]) {
    super(`${what}: no majority of the replicas: ${troubles.map(({ replica, problem }) => `${replica} (${problem})`).join('; ')}`);
    this.name = 'QuorumError';
    this.troubles = troubles;
  }
}
