import type { Files, Ports } from '../../core/index.ts';

/** How far a scan is, in bytes as they lie on the disk; it watches what is read. */
export interface ScanProgress {
  /** Reads as the port does, and is counted. */
  readonly files: Files;
  readonly endFile: (path: string) => void;
  readonly finish: () => void;
}

const TASK = 'telemetry-scan';
/** For more files their sizes are not asked for one by one; they are counted. */
const MOST_SIZES = 20_000;

/** Shows bytes with what is left, or files where there are very many. A file that is read twice counts once. */
export async function followScan(paths: readonly string[], { files, progress }: Pick<Ports, 'files' | 'progress'>): Promise<ScanProgress> {
  if (paths.length > MOST_SIZES) {
    let done = 0;
    const endFile = () => progress.show(TASK, ++done, paths.length, 'files');
    return { files, endFile, finish: () => progress.finish(TASK) };
  }
  const left = new Map<string, number>();
  for (const path of paths) left.set(path, (await files.statTarget(path).catch(() => undefined))?.size ?? 0);
  const total = [...left.values()].reduce((sum, size) => sum + size, 0);
  let done = 0;
  const read = (path: string, bytes: number): void => {
    const counted = Math.min(bytes, left.get(path) ?? 0);
    left.set(path, (left.get(path) ?? 0) - counted);
    done += counted;
    progress.show(TASK, done, total, 'bytes');
  };
  const stream: Files['stream'] = async function* (path, ...range) {
    for await (const chunk of files.stream(path, ...range)) {
      read(path, chunk.length);
      yield chunk;
    }
  };
  return { files: { ...files, stream }, endFile: (path) => read(path, left.get(path) ?? 0), finish: () => progress.finish(TASK) };
}
