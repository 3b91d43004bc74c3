import type { Files } from '../../../core/ports/files.ts';
import type { Obstacle } from '../facts.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import { compressionOf, inflate } from './inflate.ts';
import { type Budget, createBudget, LIMITS, spend } from './limits.ts';
import { looksLikeTar, readTar } from './tar.ts';
import { decodeWide, wideEncodingOf } from './wide.ts';
import { gather, looksLikeZip, type RandomAccess, readZip } from './zip.ts';

/** A stream of bytes as they are scanned: decompressed, unpacked, in UTF-8 unless it never was text. */
export interface Opened {
  /** Layers of compression (`gzip`) and members of archives that lead to it, outermost first; empty for a plain file. */
  readonly member: readonly string[];
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Says what kept a stream, or a member, from being read to its end. */
export type ReportObstacle = (kind: Obstacle['kind'], member: readonly string[]) => void;

/** Standard input. */
export const STANDARD_INPUT = '-';

/**
 * Opens a file and whatever is packed in it. Compression and archives are told by their first bytes, never by a name, and nothing is written anywhere,
 * so that a member's name can lead nowhere. A stream has to be read, or left, before the next is asked for.
 */
export async function* openFile(files: Pick<Files, 'stream' | 'statTarget'>, path: string, report: ReportObstacle): AsyncGenerator<Opened> {
  const size = path === STANDARD_INPUT ? 0 : ((await files.statTarget(path))?.size ?? 0);
  const budget = createBudget(size);
  const reader = createByteReader(files.stream(path, { reuse: true }));
  try {
    const access = size > 0 ? { size, read: (start: number, end: number) => files.stream(path, { start, end }) } : undefined;
    yield* unfold(reader, [], budget, report, access);
  } finally {
    await reader.close();
  }
}

async function* unfold(
  reader: ByteReader,
  member: readonly string[],
  budget: Budget,
  report: ReportObstacle,
  access: RandomAccess | undefined,
): AsyncGenerator<Opened> {
  const head = await reader.peek(512);
  const compression = compressionOf(head);
  const zip = looksLikeZip(head);
  const tar = !zip && looksLikeTar(head);
  if (compression === undefined && !zip && !tar) {
    const wide = wideEncodingOf(head);
    if (wide !== undefined) report('not-utf-8', member);
    yield { member, bytes: wide === undefined ? reader.rest() : decodeWide(reader.rest(), wide) };
    return;
  }
  if (member.length >= LIMITS.layers) {
    report('too-deep', member);
    return;
  }
  if (compression !== undefined) {
    const inner = [...member, compression];
    const inflated = inflate(copied(reader.rest()), compression, (problem) =>
      report(problem === 'unsupported' ? 'unreadable' : problem, inner),
    );
    yield* unfold(createByteReader(withinBudget(inflated, inner, budget, report)), inner, budget, report, undefined);
  } else if (tar) {
    for await (const { name, bytes } of readTar(reader, (problem) => report(problem, member))) {
      const inner = admit(name, member, budget, report);
      if (inner === undefined) return;
      yield* unfold(createByteReader(withinBudget(bytes, inner, budget, report)), inner, budget, report, undefined);
    }
  } else {
    const archive = access ?? (await holdWhole(reader, member, report));
    if (archive === undefined) return;
    const members = readZip(archive, (problem, name) => {
      const kind = problem === 'unsupported' || problem === 'encrypted' ? 'unreadable' : problem;
      report(kind, name === undefined ? member : [...member, name]);
    });
    for await (const { name, bytes } of members) {
      const inner = admit(name, member, budget, report);
      if (inner === undefined) return;
      yield* unfold(createByteReader(withinBudget(bytes, inner, budget, report)), inner, budget, report, undefined);
    }
  }
}

/** Chunks that outlive the next one: a decoder queues what it is given, and the stream of a file uses its memory again. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}

/** Counts a member; one whose name leads out of a folder is read all the same, and reported, because whoever unpacks the archive is in danger. */
function admit(name: string, member: readonly string[], budget: Budget, report: ReportObstacle): readonly string[] | undefined {
  const inner = [...member, name];
  if (++budget.members > LIMITS.members) {
    report('too-many-members', member);
    return undefined;
  }
  if (/^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(name)) report('unsafe-name', inner);
  return inner;
}

async function* withinBudget(
  bytes: AsyncIterable<Uint8Array>,
  member: readonly string[],
  budget: Budget,
  report: ReportObstacle,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    if (!spend(budget, chunk.length)) {
      report('expands-too-far', member);
      return;
    }
    yield chunk;
  }
}

async function holdWhole(reader: ByteReader, member: readonly string[], report: ReportObstacle): Promise<RandomAccess | undefined> {
  const bytes = await gather(reader.rest(), LIMITS.innerZipBytes + 1);
  if (bytes.length > LIMITS.innerZipBytes) {
    report('expands-too-far', member);
    return undefined;
  }
  return {
    size: bytes.length,
    read: async function* (start, end) {
      yield bytes.subarray(start, end);
    },
  };
}
