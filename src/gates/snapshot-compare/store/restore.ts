import { compareText } from '../../../core/order.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { ManifestFile } from './manifest.ts';
import type { Pointer } from './pointer.ts';
import { loadManifest, type PointerReading, readObject, readPointerByMajority, type Store, type Trouble } from './store.ts';

export type Restored =
  | { readonly kind: 'restored'; readonly pointer: Pointer; readonly files: readonly ManifestFile[]; readonly troubles: readonly Trouble[] }
  | { readonly kind: 'lost'; readonly pointer: Pointer; readonly lost: readonly string[]; readonly troubles: readonly Trouble[] }
  | { readonly kind: 'unknown'; readonly reading: Exclude<PointerReading, { readonly kind: 'found' }> };

/** Each is synced on its own, and syncs that come together cost little more than one. */
const FILES_AT_ONCE = 16;

/**
 * Brings a tag's snapshot into a folder, which must not exist. Every object is checked by its digest; nothing is left behind unless all of it is there.
 */
export async function restoreSnapshot(store: Store, tag: string, files: Files, folder: string): Promise<Restored> {
  const { reading } = await readPointerByMajority(store, tag);
  if (reading.kind !== 'found') return { kind: 'unknown', reading };
  const { pointer } = reading;
  const troubles: Trouble[] = [];
  const onTrouble = (trouble: Trouble) => void troubles.push(trouble);
  const manifest = await loadManifest(store, pointer.root, onTrouble);
  if (!manifest) return { kind: 'lost', pointer, lost: ['the manifest'], troubles };
  const lost: string[] = [];
  const incoming = `${folder}.incoming`;
  await files.remove(incoming);
  await files.makeFolder(incoming);
  const waiting = manifest.files.values();
  const restoreNext = async () => {
    for (const file of waiting) if (!(await restoreFile(store, file, files, `${incoming}/${file.path}`, onTrouble))) lost.push(file.path);
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, restoreNext));
  lost.sort(compareText);
  if (lost.length > 0) {
    await files.remove(incoming);
    return { kind: 'lost', pointer, lost, troubles };
  }
  await files.rename(incoming, folder);
  return { kind: 'restored', pointer, files: manifest.files, troubles };
}

async function restoreFile(
  store: Store,
  file: ManifestFile,
  files: Files,
  path: string,
  onTrouble: (trouble: Trouble) => void,
): Promise<boolean> {
  await using writer = await files.writer(path);
  for (const chunk of file.chunks) {
    const bytes = await readObject(store, chunk, onTrouble);
    if (!bytes) return false;
    await writer.write(bytes);
  }
  await writer.close();
  return true;
}
