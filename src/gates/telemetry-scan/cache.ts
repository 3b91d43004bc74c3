import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Ports } from '../../core/index.ts';
import type { FileScan } from './scan-file.ts';

/** What was found in files that may come unchanged again, by the digest of a file's bytes and of everything else that decides. */
export interface ScanCache {
  /** The scan of a file with these bytes, under its name of today. */
  recall(digest: string, file: string): FileScan | undefined;
  remember(digest: string, scan: FileScan): void;
  save(): Promise<void>;
}

const FORMAT = 'testops/telemetry-cache/v2';

/**
 * Opens the file; one that is absent, damaged, of another rule set, or not sealed with this salt is an empty one. The seal is there because a cache comes
 * from where others write too: whoever does not know the salt could otherwise call a file clean.
 */
export async function openCache(path: string, settingsDigest: string, salt: Uint8Array, files: Ports['files']): Promise<ScanCache> {
  const seal = (scans: object) =>
    createHmac('sha256', salt)
      .update(`${FORMAT}\0${settingsDigest}\0${canonicalJson(scans)}`)
      .digest();
  let known: Record<string, FileScan> = {};
  if ((await files.statTarget(path)) !== undefined) {
    try {
      const stored = JSON.parse(await files.readText(path)) as {
        format: string;
        settings: string;
        seal: string;
        scans: Record<string, FileScan>;
      };
      const found = Buffer.from(stored.seal, 'hex');
      const expected = seal(stored.scans);
      const isSealed = found.length === expected.length && timingSafeEqual(found, expected);
      if (stored.format === FORMAT && stored.settings === settingsDigest && isSealed) known = stored.scans;
    } catch {
      // What cannot be read is forgotten: everything is scanned again.
    }
  }
  const fresh: Record<string, FileScan> = {};
  return {
    recall(digest, file) {
      const scan = Object.hasOwn(known, digest) ? known[digest] : undefined;
      if (scan === undefined) return undefined;
      fresh[digest] = scan;
      return {
        ...scan,
        file,
        groups: scan.groups.map((group) => ({ ...group, file })),
        obstacles: scan.obstacles.map((obstacle) => ({ ...obstacle, file })),
      };
    },
    remember(digest, scan) {
      fresh[digest] = scan;
    },
    save: () =>
      files.write(path, JSON.stringify({ format: FORMAT, settings: settingsDigest, seal: seal(fresh).toString('hex'), scans: fresh })),
  };
}
