import { canonicalJson, type Ports, sha256 } from '../../core/index.ts';
import type { FileScan } from './scan-file.ts';

/** What was found in files that may come unchanged again, by the digest of a file's bytes and of everything else that decides. */
export interface ScanCache {
  /** The scan of a file with these bytes, under its name of today. */
  recall(digest: string, file: string): FileScan | undefined;
  remember(digest: string, scan: FileScan): void;
  save(): Promise<void>;
}

const FORMAT = 'testops/telemetry-cache/v1';

/** Opens the file; one that is absent, damaged or of another rule set or salt is an empty one. */
export async function openCache(path: string, settingsDigest: string, files: Ports['files']): Promise<ScanCache> {
  let known: Record<string, FileScan> = {};
  if ((await files.statTarget(path)) !== undefined) {
    try {
      const stored = JSON.parse(await files.readText(path)) as {
        format: string;
        settings: string;
        checksum: string;
        scans: Record<string, FileScan>;
      };
      const intact = stored.checksum === sha256(canonicalJson(stored.scans));
      if (stored.format === FORMAT && stored.settings === settingsDigest && intact) known = stored.scans;
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
      files.write(path, JSON.stringify({ format: FORMAT, settings: settingsDigest, checksum: sha256(canonicalJson(fresh)), scans: fresh })),
  };
}
