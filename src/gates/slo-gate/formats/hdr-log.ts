import { inflateSync } from 'node:zlib';
import type { Histogram, Series } from '../series/series.ts';
import type { FormatProblem, StreamFormat } from './format.ts';
import { forEachLine, lineText } from './lines.ts';

const COMPRESSED_V2 = 0x1c849304;
const PLAIN_V2 = 0x1c849303;

/**
 * HdrHistogram's interval log, `.hlog`, versions 1.2 and 1.3 (HistogramLogWriter): each line holds a tag, a start, a length and a histogram in the V2
 * encoding, compressed, in base64. All intervals of a tag are added. The log does not say the unit of its values; `Interval_Max` is the maximum in
 * milliseconds by convention, so the power of ten between it and the histogram's own maximum (1e6 for nanoseconds) is the scale.
 */
export const hdrLog: StreamFormat = {
  id: 'hdr-log',
  title: 'HdrHistogram log (.hlog)',
  matches: (head) =>
    /^#\[Histogram log format version/m.test(head) ||
    /^"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"/m.test(head),
  async read(chunks) {
    const counts = new Map<string, Map<string, { low: number; high: number; count: number }>>();
    let scale: number | undefined;
    let startedMs: number | undefined;
    let finishedMs: number | undefined;
    let base = 0;
    const problem = await forEachLine(chunks, (line): FormatProblem | undefined => {
      const text = lineText(line).trim();
      if (text === '' || text.startsWith('"')) return undefined;
      if (text.startsWith('#')) {
        const start = /^#\[(StartTime|BaseTime): ([\d.]+)/.exec(text);
        if (start?.[1] === 'BaseTime') base = Number(start[2]) * 1000;
        else if (start) startedMs = Number(start[2]) * 1000;
        return undefined;
      }
      const match = /^(?:Tag=([^,]*),)?([\d.]+),([\d.]+),([\d.]+),([A-Za-z0-9+/=]+)$/.exec(text);
      const decoded = match ? decodeHistogram(Buffer.from(match[5] ?? '', 'base64')) : undefined;
      if (!match || !decoded) {
        const found = line.unended ? 'a line that is truncated: the file ends inside of it' : 'a line that holds no V2 histogram';
        return { at: `line ${line.number}`, found, expected: 'start, length, maximum and a compressed histogram' };
      }
      const max = decoded.reduce((most, bucket) => Math.max(most, bucket.high), 0);
      const shown = Number(match[4]);
      if (scale === undefined && max > 0 && shown > 0) scale = 10 ** Math.round(Math.log10(shown / max));
      const tag = match[1] ?? '';
      const into = counts.get(tag) ?? new Map();
      counts.set(tag, into);
      for (const { low, high, count } of decoded) {
        const key = `${low} ${high}`;
        const known = into.get(key) ?? { low, high, count: 0 };
        known.count += count;
        into.set(key, known);
      }
      const offset = Number(match[2]) * 1000;
      const end = (offset > 1e11 ? offset : (base || (startedMs ?? 0)) + offset) + Number(match[3]) * 1000;
      finishedMs = Math.max(finishedMs ?? end, end);
      return undefined;
    });
    if (problem) return problem;
    const series = [...counts].map(([tag, buckets]) => seriesOf(tag, [...buckets.values()], scale ?? 1));
    if (series.length === 0) series.push(seriesOf('', [], 1));
    return {
      series,
      ...(startedMs === undefined ? {} : { startedMs }),
      ...(finishedMs === undefined || finishedMs < 1e11 ? {} : { finishedMs }),
    };
  },
};

function seriesOf(tag: string, raw: readonly { low: number; high: number; count: number }[], scale: number): Series {
  const buckets = raw.map(({ low, high, count }) => ({ low: low * scale, high: high * scale, count })).sort((a, b) => a.low - b.low);
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const data: Histogram = { kind: 'histogram', count, buckets, grid: 'hdr' };
  return {
    metric: 'http_req_duration',
    tags: tag === '' ? {} : { name: tag },
    unit: 'ms',
    data,
    ...(tag === '' ? {} : { dimensional: true as const }),
  };
}

/**
 * Buckets of a V2 histogram (HdrHistogram, AbstractHistogram.encodeIntoCompressedByteBuffer): a header, then ZigZag LEB128 numbers, a negative one for so many
 * empty buckets. `undefined` when the bytes are something else.
 */
export function decodeHistogram(bytes: Buffer): readonly { low: number; high: number; count: number }[] | undefined {
  let payload = bytes;
  try {
    if (bytes.length >= 8 && (bytes.readUInt32BE(0) & ~0xf0) >>> 0 === (COMPRESSED_V2 & ~0xf0) >>> 0)
      payload = inflateSync(bytes.subarray(8, 8 + bytes.readUInt32BE(4)));
  } catch {
    return undefined;
  }
  if (payload.length < 40 || (payload.readUInt32BE(0) & ~0xf0) >>> 0 !== (PLAIN_V2 & ~0xf0) >>> 0) return undefined;
  const length = payload.readUInt32BE(4);
  const digits = payload.readUInt32BE(12);
  const lowest = Number(payload.readBigUInt64BE(16));
  const unitMagnitude = Math.floor(Math.log2(Math.max(1, lowest)));
  const subMagnitude = Math.ceil(Math.log2(2 * 10 ** digits));
  const halfMagnitude = subMagnitude - 1;
  const half = 2 ** halfMagnitude;
  const buckets: { low: number; high: number; count: number }[] = [];
  let at = 40;
  let index = 0;
  const end = Math.min(payload.length, 40 + length);
  while (at < end) {
    const { value, next } = readZigZag(payload, at);
    at = next;
    if (value < 0) {
      index += -value;
      continue;
    }
    if (value > 0) {
      let bucket = Math.floor(index / half) - 1;
      let sub = (index % half) + half;
      if (bucket < 0) {
        sub -= half;
        bucket = 0;
      }
      const width = 2 ** (bucket + unitMagnitude);
      // Whole numbers from `low` to `high`, both inclusive, cannot be told apart.
      buckets.push({ low: sub * width, high: (sub + 1) * width - 1, count: value });
    }
    index += 1;
  }
  return buckets;
}

/** ZigZag LEB128 of at most nine bytes, the ninth with eight bits. */
function readZigZag(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let result = 0n;
  let shift = 0n;
  let at = from;
  for (let byte = 0; byte < 9; byte += 1) {
    const current = BigInt(bytes[at] ?? 0);
    at += 1;
    if (byte === 8) {
      result |= current << shift;
      break;
    }
    result |= (current & 0x7fn) << shift;
    if ((current & 0x80n) === 0n) break;
    shift += 7n;
  }
  return { value: Number((result >> 1n) ^ -(result & 1n)), next: at };
}
