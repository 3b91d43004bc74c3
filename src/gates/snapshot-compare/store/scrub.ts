import { sha256 } from '../../../core/canonical-json.ts';
import { compareText } from '../../../core/order.ts';
import type { Replica, ReplicaItem } from '../../../core/ports/replica.ts';
import { manifestKey, objectKey, readManifest } from './manifest.ts';
import { pointerKey, readPointer, sequenceOf } from './pointer.ts';
import { askAll, quorumOf, type Store, type Trouble } from './store.ts';

/** State of one key in one replica that is not as it should be. */
export interface Flaw {
  readonly replica: string;
  readonly key: string;
  readonly flaw: 'missing' | 'damaged' | 'extra';
  readonly repaired: boolean;
}

/** What no replica has a good copy of. */
export interface Loss {
  readonly key: string;
  /** Tags with the sequence numbers that need it, e.g. `v1.2.0 #3`. */
  readonly neededBy: readonly string[];
}

export interface ScrubReport {
  readonly replicas: readonly string[];
  readonly objects: number;
  readonly pointers: number;
  readonly flaws: readonly Flaw[];
  readonly losses: readonly Loss[];
  /** Replicas that could not be read or repaired. */
  readonly troubles: readonly Trouble[];
}

/** How one key stands in one replica. */
interface Copy {
  readonly replica: Replica;
  readonly state: 'good' | 'missing' | 'damaged';
}

/**
 * Re-hashes everything in every replica and repairs what it can from any copy whose digest verifies. It removes nothing: what nobody refers to may belong to a
 * snapshot that is being saved. Pointers are repaired only when a majority holds them, or would but for damaged copies; keys that only a signature can vouch for are never made up.
 */
export async function scrubStore(store: Store, onProgress: (done: number, total: number) => void = () => undefined): Promise<ScrubReport> {
  const flaws: Flaw[] = [];
  const losses: Loss[] = [];
  const troubles: Trouble[] = [];
  const reachable = await listAll(store, troubles);
  const context: Context = { store, reachable, flaws, losses, troubles };
  const { roots, pointers } = await scrubPointers(context);
  const objects = await scrubManifests(context, roots);
  const keys = [...objects.keys()].sort(compareText);
  for (const [index, digest] of keys.entries()) {
    onProgress(index, keys.length);
    await scrubKey(context, objectKey(digest), (bytes) => sha256(bytes) === digest, [...(objects.get(digest) ?? [])]);
  }
  reportExtras(context, new Set([...keys.map(objectKey), ...[...roots.keys()].map(manifestKey)]));
  const order = (a: Flaw, b: Flaw) => compareText(a.key, b.key) || compareText(a.replica, b.replica);
  return { replicas: store.replicas.map(({ name }) => name), objects: keys.length, pointers, flaws: flaws.sort(order), losses, troubles };
}

interface Context {
  readonly store: Store;
  /** Keys of each replica that could be listed. */
  readonly reachable: ReadonlyMap<Replica, ReadonlySet<string>>;
  readonly flaws: Flaw[];
  readonly losses: Loss[];
  readonly troubles: Trouble[];
}

async function listAll({ replicas }: Store, troubles: Trouble[]): Promise<Map<Replica, Set<string>>> {
  const lists = await askAll(replicas, async (replica) => new Set((await replica.list('')).map(({ key }) => key)));
  const reachable = new Map<Replica, Set<string>>();
  lists.forEach((answer, index) => {
    if ('trouble' in answer) troubles.push(answer.trouble);
    else reachable.set(replicas[index] as Replica, answer.value);
  });
  return reachable;
}

/** Checks every slot and returns the roots that acknowledged (or possibly acknowledged) pointers lead to. */
async function scrubPointers(context: Context): Promise<{ roots: Map<string, Set<string>>; pointers: number }> {
  const { store, reachable, losses } = context;
  const keys = [...new Set([...reachable.values()].flatMap((own) => [...own].filter((key) => key.startsWith('pointers/'))))].sort(
    compareText,
  );
  const roots = new Map<string, Set<string>>();
  let pointers = 0;
  for (const key of keys) {
    const copies = new Map<string, { bytes: Uint8Array; root: string; label: string; count: number }>();
    const states: (Copy & { readonly digest?: string })[] = [];
    for (const replica of reachable.keys()) {
      const bytes = await readOr(context, replica, key);
      const pointer = bytes && pointerIn(bytes, store, key);
      if (!pointer || !bytes) {
        states.push({ replica, state: bytes === undefined ? 'missing' : 'damaged' });
        continue;
      }
      const digest = sha256(bytes);
      const known = copies.get(digest);
      if (known) known.count++;
      else copies.set(digest, { bytes, root: pointer.root, label: `${pointer.tag} #${pointer.sequence}`, count: 1 });
      states.push({ replica, state: 'good', digest });
    }
    const [best, rival] = [...copies.values()].sort((a, b) => b.count - a.count);
    const needed = quorumOf(store.replicas);
    const unknown = states.filter(({ state }) => state === 'damaged').length + store.replicas.length - reachable.size;
    const mayStand = (count: number) => count + unknown >= needed;
    if (!best) {
      if (unknown >= needed) losses.push({ key, neededBy: [] });
      for (const { replica, state } of states)
        if (state === 'damaged') context.flaws.push({ replica: replica.name, key, flaw: 'damaged', repaired: false });
      continue;
    }
    const decided = best.count >= needed || (mayStand(best.count) && !(rival && mayStand(rival.count)));
    if (decided) {
      pointers++;
      roots.set(best.root, (roots.get(best.root) ?? new Set()).add(best.label));
    } else if (mayStand(best.count)) losses.push({ key, neededBy: [...copies.values()].map(({ label }) => label) });
    for (const { replica, state, digest } of states) {
      if (decided && state === 'good' && digest === sha256(best.bytes)) continue;
      if (state === 'missing' && !decided) continue;
      const repaired = decided && state !== 'good' && (await put(context, replica, { key, bytes: best.bytes }));
      context.flaws.push({ replica: replica.name, key, flaw: state === 'good' ? 'extra' : state, repaired });
    }
  }
  return { roots, pointers };
}

function pointerIn(bytes: Uint8Array, store: Store, key: string): { tag: string; sequence: number; root: string } | undefined {
  let tag: unknown;
  try {
    tag = (JSON.parse(Buffer.from(bytes).toString('utf8')) as { pointer?: { tag?: unknown } }).pointer?.tag;
  } catch {
    return undefined;
  }
  const sequence = sequenceOf(key);
  return typeof tag === 'string' && pointerKey(tag, sequence) === key ? readPointer(bytes, store.publicKey, tag, sequence) : undefined;
}

/** Checks the manifests, and returns the objects that they need with the tags that need them. */
async function scrubManifests(context: Context, roots: ReadonlyMap<string, ReadonlySet<string>>): Promise<Map<string, Set<string>>> {
  const objects = new Map<string, Set<string>>();
  for (const [root, labels] of [...roots].sort(([a], [b]) => compareText(a, b))) {
    const bytes = await scrubKey(context, manifestKey(root), (held) => readManifest(held, root) !== undefined, [...labels]);
    const manifest = bytes && readManifest(bytes, root);
    for (const digest of manifest?.files.flatMap(({ chunks }) => chunks) ?? []) {
      const needing = objects.get(digest) ?? new Set<string>();
      for (const label of labels) needing.add(label);
      objects.set(digest, needing);
    }
  }
  return objects;
}

/** Checks one content-addressed key everywhere, and writes a good copy wherever there is none. Returns the good bytes. */
async function scrubKey(
  context: Context,
  key: string,
  isGood: (bytes: Uint8Array) => boolean,
  neededBy: readonly string[],
): Promise<Uint8Array | undefined> {
  let good: Uint8Array | undefined;
  const copies: Copy[] = [];
  for (const [replica, own] of context.reachable) {
    const bytes = own.has(key) ? await readOr(context, replica, key) : undefined;
    const state = bytes === undefined ? 'missing' : isGood(bytes) ? 'good' : 'damaged';
    if (state === 'good') good ??= bytes;
    copies.push({ replica, state });
  }
  if (!good) context.losses.push({ key, neededBy: [...neededBy].sort(compareText) });
  for (const { replica, state } of copies) {
    if (state === 'good') continue;
    const repaired = good !== undefined && (await put(context, replica, { key, bytes: good }));
    context.flaws.push({ replica: replica.name, key, flaw: state, repaired });
  }
  return good;
}

function reportExtras({ reachable, flaws }: Context, needed: ReadonlySet<string>): void {
  for (const [replica, own] of reachable)
    for (const key of own)
      if (!key.startsWith('pointers/') && !needed.has(key)) flaws.push({ replica: replica.name, key, flaw: 'extra', repaired: false });
}

async function readOr(context: Context, replica: Replica, key: string): Promise<Uint8Array | undefined> {
  const [answer] = await askAll([replica], (one) => one.read(key));
  if (answer && 'trouble' in answer) context.troubles.push(answer.trouble);
  return answer && 'value' in answer ? answer.value : undefined;
}

/** Writes a copy and reads it back: a repair counts when it can be seen. */
async function put(context: Context, replica: Replica, item: ReplicaItem): Promise<boolean> {
  const [answer] = await askAll([replica], async (one) => {
    await one.write([item]);
    const back = await one.read(item.key);
    return back !== undefined && Buffer.compare(back, item.bytes) === 0;
  });
  if (answer && 'trouble' in answer) context.troubles.push(answer.trouble);
  return answer !== undefined && 'value' in answer && answer.value;
}
