import { sha256 } from '../../../core/canonical-json.ts';
import { UserError } from '../../../core/errors.ts';
import type { Ports } from '../../../core/ports/index.ts';
import type { Item } from '../compare-lists.ts';
import type { Content } from '../formats/format.ts';
import type { StoreInput } from '../inputs.ts';
import { CHUNK_BYTES, type Manifest, type ManifestFile } from '../store/manifest.ts';
import { readPublicKey, readSigningKey, type Signer } from '../store/pointer.ts';
import { readObject, type Store, type Trouble } from '../store/store.ts';

/** The store of the configuration, with the key that writes need. @throws UserError when a key is missing or unusable */
export async function openStore(
  input: StoreInput | undefined,
  ports: Pick<Ports, 'replicas' | 'secrets'>,
): Promise<{ store: Store; signer: Signer | undefined }> {
  if (!input)
    throw new UserError({
      where: 'testops.yml: snapshot-compare.store',
      found: 'nothing',
      expected: 'replicas that keep the snapshots of tags',
      todo: 'configure store.replicas, or name a folder behind the tag (tag:v1.2.0:snapshots) to read it from git',
    });
  if (!ports.replicas) throw new Error('this face was wired without replicas');
  const pem = ports.secrets.get('TESTOPS_SIGNING_KEY');
  const signer = pem === undefined ? undefined : readSigningKey(pem);
  const given = input['public-key'];
  const publicKey = given === undefined ? signer?.publicKey : readPublicKey(given, 'testops.yml: snapshot-compare.store.public-key');
  if (!publicKey)
    throw new UserError({
      where: 'testops.yml: snapshot-compare.store.public-key',
      found: 'nothing, and no TESTOPS_SIGNING_KEY either',
      expected: 'the Ed25519 public key (PEM) that pointers of the store are checked with',
      todo: 'print it with: openssl pkey -in key.pem -pubout',
    });
  const open = ports.replicas;
  return { store: { replicas: await Promise.all(input.replicas.map((place) => open.open(place))), publicKey }, signer };
}

/** The key for a write. @throws UserError */
export function requireSigner(signer: Signer | undefined): Signer {
  if (signer) return signer;
  throw new UserError({
    where: 'TESTOPS_SIGNING_KEY',
    found: 'nothing',
    expected: 'the Ed25519 private key (PEM) that signs snapshots',
    todo: 'set the variable (or the input signing-key) from a secret; make a key with: openssl genpkey -algorithm ed25519',
  });
}

/** Files of a stored snapshot; their bytes are fetched, and checked, only when asked for. */
export function storedItems(store: Store, manifest: Manifest, onTrouble: (trouble: Trouble) => void): Map<string, Item> {
  return new Map(
    manifest.files.map((file): [string, Item] => [file.path, { kind: 'file', content: storedContent(store, file, onTrouble) }]),
  );
}

function storedContent(store: Store, file: ManifestFile, onTrouble: (trouble: Trouble) => void): Content {
  async function* stream({ start = 0, end = file.size }: { readonly start?: number; readonly end?: number } = {}) {
    for (let index = Math.floor(start / CHUNK_BYTES); index < file.chunks.length && index * CHUNK_BYTES < end; index++) {
      const bytes = await readObject(store, file.chunks[index] as string, onTrouble);
      if (!bytes)
        throw new UserError({
          where: file.path,
          found: 'no replica of the store has a good copy of it',
          expected: 'at least one good copy',
          todo: 'run mode scrub to see what is lost, and bring a replica back',
        });
      const base = index * CHUNK_BYTES;
      yield bytes.subarray(Math.max(0, start - base), Math.max(0, Math.min(bytes.length, end - base)));
    }
  }
  return {
    size: file.size,
    stream,
    read: async () => {
      const parts: Uint8Array[] = [];
      for await (const part of stream()) parts.push(part);
      return Buffer.concat(parts);
    },
  };
}

/** Whether a content has the bytes of a stored file; nothing is fetched. */
export async function hasStoredBytes(content: Content, file: ManifestFile): Promise<boolean> {
  if (content.size !== file.size) return false;
  for (const [index, digest] of file.chunks.entries()) {
    const parts: Uint8Array[] = [];
    const start = index * CHUNK_BYTES;
    for await (const part of content.stream({ start, end: Math.min(file.size, start + CHUNK_BYTES) })) parts.push(part);
    if (sha256(Buffer.concat(parts)) !== digest) return false;
  }
  return true;
}
