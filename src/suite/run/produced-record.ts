import { z } from 'zod';
import { canonicalJson, type Files, type JsonValue, type Ports } from '../../core/index.ts';
import { captureStates, digestPaths, type FileStates, PRODUCED_FILE } from './file-states.ts';

const recordSchema = z.strictObject({
  version: z.literal(1),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string() })),
});

const MAX_BYTES = 64 << 20;

/**
 * Removes the measured files that `serve`, `load` and `prepare` of earlier runs wrote, so that a load test that fails leaves none behind. Only regular
 * files that git does not track and that are as they were recorded; `paths` are the measured files that are there now. Returns what was removed.
 */
export async function removeProduced(
  ports: Pick<Ports, 'files' | 'repository'>,
  folder: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const { files, repository } = ports;
  const recorded = await readRecord(files, `${folder}/${PRODUCED_FILE}`);
  const candidates = paths.filter((path) => recorded.has(path));
  if (candidates.length === 0) return [];
  const head = await repository.head();
  const known = new Set<string>();
  if (head !== undefined) {
    for (const { path } of await repository.tree(head)) known.add(path);
    for (const path of (await repository.changes()).tracked) known.add(path);
  }
  const root = (await files.realPath('.')) ?? files.workspace;
  const digests = await digestPaths(files, candidates);
  const removed: string[] = [];
  for (const path of candidates) {
    // A path that leads through a link is left alone: what it names is not what was recorded, or lies elsewhere.
    const own = (await files.realPath(path)) === `${root}/${path}`;
    if (!own || known.has(path) || digests.get(path)?.sha256 !== recorded.get(path)) continue;
    await files.remove(path);
    removed.push(path);
  }
  return removed;
}

/** Records which of the measured files this run wrote since `prepared`. */
export async function recordProduced(
  ports: Pick<Ports, 'files' | 'clock'>,
  folder: string,
  paths: readonly string[],
  prepared: FileStates,
): Promise<void> {
  const { files } = ports;
  const produced: string[] = [];
  for (const path of paths) {
    const now = (await captureStates(ports, [path])).revisions;
    if ([...now].some(([real, revision]) => prepared.revisions.get(real) !== revision)) produced.push(path);
  }
  const digests = await digestPaths(files, produced);
  const record = { version: 1, files: [...digests].map(([path, { sha256 }]) => ({ path, sha256 })) };
  await files.write(`${folder}/${PRODUCED_FILE}`, `${canonicalJson(record as unknown as JsonValue)}\n`);
}

/** What cannot be read names nothing. */
async function readRecord(files: Files, path: string): Promise<ReadonlyMap<string, string>> {
  if ((await files.stat(path))?.kind !== 'file') return new Map();
  try {
    const parsed = recordSchema.safeParse(JSON.parse(await files.readText(path, { maxBytes: MAX_BYTES })));
    return new Map(parsed.success ? parsed.data.files.map((file) => [file.path, file.sha256]) : []);
  } catch {
    return new Map();
  }
}
