import type { MetricType, Recording, Sink } from '../series/recording.ts';
import { asNumber, asRecord, defined, type FormatProblem, type StreamFormat } from './format.ts';
import { unitOfPoint } from './k6-names.ts';
import { forEachLine, type Line, lineText, parseNumber } from './lines.ts';

const [PREFIX, VALUE, TIME] = ['{"metric":"', '"value":', '"data":{"time":"'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

/**
 * k6's `--out json`: one object in each line, `Metric` for the type of a metric, `Point` for a sample. A line of a metric that nobody asks for is
 * skipped after its name; a sample without tags to look at gives its value without being parsed as JSON.
 */
export const k6Ndjson: StreamFormat = {
  id: 'k6-ndjson',
  title: 'k6 samples (--out json)',
  matches: (head) => /^\s*\{"(?:type|metric)":"[^"]*","(?:type|data)":/.test(head) && /"(?:Metric|Point)"/.test(head),
  async read(chunks, recording) {
    const reader = createReader(recording);
    const problem = await forEachLine(chunks, reader.onLine);
    return problem ?? reader.times();
  },
};

/** A metric whose type is known, by the hash of its name. */
interface Declared {
  readonly name: Buffer;
  readonly sink: Sink | undefined;
}

const QUOTE = 34;

function createReader(recording: Recording) {
  const sinks = new Map<string, Sink | undefined>();
  const byHash = new Map<number, Declared>();
  const instantOf = createInstantReader();
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const note = (timeMs: number) => {
    if (timeMs < first) first = timeMs;
    if (timeMs > last) last = timeMs;
  };
  const declare = (name: string, type: MetricType, unit: string) => {
    if (sinks.has(name)) return;
    const sink = recording.sink(name, type, unit);
    sinks.set(name, sink);
    const bytes = Buffer.from(name);
    const hash = hashOf(bytes, 0, bytes.length);
    // Of two names with one hash neither takes the short way.
    if (byHash.has(hash)) byHash.set(hash, { name: Buffer.alloc(0), sink: undefined });
    else byHash.set(hash, { name: bytes, sink });
  };
  return {
    times: () => (Number.isFinite(first) ? { startedMs: first, finishedMs: last } : defined({})),
    onLine(line: Line): FormatProblem | undefined {
      const { bytes, start, end } = line;
      if (start === end) return undefined;
      if (startsWith(bytes, start, PREFIX) && !line.unended) {
        const from = start + PREFIX.length;
        let stop = from;
        let hash = 0;
        for (; stop < end && bytes[stop] !== QUOTE; stop += 1) hash = (Math.imul(hash, 31) + (bytes[stop] as number)) | 0;
        const known = byHash.get(hash);
        if (known && known.name.length === stop - from && startsWith(bytes, from, known.name)) {
          if (known.sink === undefined) return undefined;
          if (known.sink.tagNames.length === 0 && readPoint(line, stop, known.sink, instantOf, note)) return undefined;
        }
      }
      return readWhole(line, sinks, declare, note);
    },
  };
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash;
}

/** A point in the order in which k6 1.x writes it; `false` when it is in another. */
function readPoint(
  line: Line,
  from: number,
  sink: Sink,
  instantOf: (bytes: Buffer, start: number, end: number) => number,
  note: (timeMs: number) => void,
): boolean {
  const { bytes, end } = line;
  // `","type":"Point",` is 17 bytes, the name's quote included.
  const data = from + 17;
  if (!startsWith(bytes, data, TIME)) return false;
  const time = data + TIME.length;
  const quote = bytes.indexOf(34, time);
  const value = quote + 2;
  if (quote < 0 || quote > end || !startsWith(bytes, value, VALUE)) return false;
  let stop = value + VALUE.length;
  const begin = stop;
  while (stop < end && bytes[stop] !== 44 && bytes[stop] !== 125) stop += 1;
  const number = parseNumber(bytes, begin, stop);
  if (Number.isNaN(number)) return false;
  const timeMs = instantOf(bytes, time, quote);
  note(timeMs);
  sink.add(number, timeMs, noTags);
  return true;
}

function readWhole(
  line: Line,
  sinks: ReadonlyMap<string, Sink | undefined>,
  declare: (name: string, type: MetricType, unit: string) => void,
  note: (timeMs: number) => void,
): FormatProblem | undefined {
  const text = lineText(line);
  if (text.trim() === '') return undefined;
  let object: ReturnType<typeof asRecord>;
  try {
    object = asRecord(JSON.parse(text));
  } catch {
    const found = line.unended ? 'a line that is truncated: the file ends inside of it' : 'a line that is not JSON';
    return { at: `line ${line.number}`, found, expected: 'one JSON object in each line' };
  }
  const data = asRecord(object?.data);
  const name = object?.metric;
  if (!data || typeof name !== 'string')
    return { at: `line ${line.number}`, found: 'no `metric` and `data`', expected: 'a line of `k6 run --out json`' };
  if (object?.type === 'Metric') {
    const type = data.type;
    if (type !== 'trend' && type !== 'rate' && type !== 'counter' && type !== 'gauge') {
      return {
        at: `line ${line.number}`,
        found: `a metric of type ${JSON.stringify(type)}`,
        expected: '`trend`, `rate`, `counter` or `gauge`',
      };
    }
    declare(name, type, unitOfPoint(data.contains, type));
    return undefined;
  }
  const sink = sinks.get(name);
  if (!sinks.has(name))
    return {
      at: `line ${line.number}`,
      found: `a point of ${JSON.stringify(name)} before its type`,
      expected: 'a line `"type":"Metric"` for it first',
    };
  if (!sink) return undefined;
  const value = asNumber(data.value);
  if (value === undefined) return { at: `line ${line.number}`, found: 'a point without a value', expected: '`data.value`' };
  const tags = asRecord(data.tags);
  const timeMs = Date.parse(String(data.time));
  note(timeMs);
  sink.add(value, timeMs, (tag) => (typeof tags?.[tag] === 'string' ? tags[tag] : undefined));
  return undefined;
}

const noTags = () => undefined;

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** RFC 3339 with a fraction; the part before the fraction repeats from line to line, so its meaning is kept. */
function createInstantReader(): (bytes: Buffer, start: number, end: number) => number {
  const lastSecond = new Uint8Array(25);
  let lastMs = Number.NaN;
  return (bytes, start, end) => {
    const zone = bytes[end - 1] === 90 ? 1 : 6;
    let same = bytes[end - 1] === lastSecond[24];
    for (let at = 18; same && at >= 0; at -= 1) same = bytes[start + at] === lastSecond[at];
    for (let at = 0; same && zone === 6 && at < 6; at += 1) same = bytes[end - 6 + at] === lastSecond[19 + at];
    if (!same) {
      lastSecond.set(bytes.subarray(start, start + 19));
      lastSecond.set(bytes.subarray(end - zone, end), 25 - zone);
      lastMs = Date.parse(bytes.toString('latin1', start, start + 19) + bytes.toString('latin1', end - zone, end));
    }
    const digit = (at: number) => {
      const value = (bytes[at] as number) - 48;
      return at < end && value >= 0 && value <= 9 ? value : 0;
    };
    return bytes[start + 19] === 46 ? lastMs + digit(start + 20) * 100 + digit(start + 21) * 10 + digit(start + 22) : lastMs;
  };
}
