import { defined, type FormatProblem, type StreamFormat } from './format.ts';

/** Attributes that tell samples apart, and the names of the tags. */
const TAGS: Readonly<Record<string, string>> = { name: 'lb', status: 'rc', thread: 'tn' };

/**
 * JMeter's JTL in XML, versions 1.2 and on (https://jmeter.apache.org/usermanual/listeners.html#xmlformat2.1). Samples inside of samples (embedded resources,
 * the parts of a transaction) are parts of them and are not counted again.
 */
export const jmeterXml: StreamFormat = {
  id: 'jmeter-xml',
  title: 'JMeter JTL (XML)',
  matches: (head) => /<testResults\b/.test(head),
  async read(chunks, recording) {
    const duration = recording.sink('http_req_duration', 'trend', 'ms');
    const waiting = recording.sink('http_req_waiting', 'trend', 'ms');
    const connecting = recording.sink('http_req_connecting', 'trend', 'ms');
    const failed = recording.sink('http_req_failed', 'rate', '1');
    const requests = recording.sink('http_reqs', 'counter', '1');
    const received = recording.sink('data_received', 'counter', 'By');
    const sent = recording.sink('data_sent', 'counter', 'By');
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    let depth = 0;
    let closed = false;
    const problem = await forEachTag(chunks, (name, attributes, kind, tagNumber) => {
      if (name === 'testResults') closed ||= kind !== 'open';
      if (name !== 'httpSample' && name !== 'sample') return undefined;
      if (kind === 'close') {
        depth -= 1;
        return undefined;
      }
      const outermost = depth === 0;
      if (kind === 'open') depth += 1;
      if (!outermost) return undefined;
      const attribute = (key: string) => attributeOf(attributes, key);
      const number = (key: string) => Number(attribute(key) ?? Number.NaN);
      const [elapsedMs, timeMs] = [number('t'), number('ts')];
      if (Number.isNaN(elapsedMs))
        return { at: `tag ${tagNumber}`, found: `a ${name} without \`t\``, expected: 'the elapsed milliseconds in `t`' };
      const tag = (wanted: string) => (TAGS[wanted] === undefined ? undefined : attribute(TAGS[wanted]));
      duration?.add(elapsedMs, timeMs, tag);
      for (const [sink, key] of [
        [waiting, 'lt'],
        [connecting, 'ct'],
        [received, 'by'],
        [sent, 'sby'],
      ] as const) {
        const value = number(key);
        if (!Number.isNaN(value)) sink?.add(value, timeMs, tag);
      }
      failed?.add(attribute('s') === 'true' ? 0 : 1, timeMs, tag);
      requests?.add(1, timeMs, tag);
      if (timeMs < first) first = timeMs;
      if (timeMs + elapsedMs > last) last = timeMs + elapsedMs;
      return undefined;
    });
    if (problem) return problem;
    if (!closed)
      return { at: 'the end', found: 'no </testResults>: the file is truncated, or the run is not over', expected: 'a whole document' };
    if (Number.isFinite(last)) recording.cover(last);
    return Number.isFinite(first) ? { startedMs: first, finishedMs: last } : defined({});
  },
};

type TagHandler = (name: string, attributes: string, kind: 'open' | 'close' | 'empty', tagNumber: number) => FormatProblem | undefined;

/** A tag longer than this is no tag of results. */
const MAX_TAG = 4 * 1024 * 1024;

/** Calls the handler for every tag, comments, CDATA and text left out; `>` inside of quotes does not end a tag. */
async function forEachTag(chunks: AsyncIterable<Uint8Array>, onTag: TagHandler): Promise<FormatProblem | undefined> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let tags = 0;
  const scan = (last: boolean): FormatProblem | undefined => {
    let at = 0;
    for (;;) {
      const start = text.indexOf('<', at);
      if (start < 0) {
        text = '';
        return undefined;
      }
      const end = endOfTag(text, start);
      if (end < 0) {
        text = text.slice(start);
        if (last || text.length > MAX_TAG)
          return { at: `tag ${tags + 1}`, found: 'a tag without an end: the file is truncated', expected: 'a whole document' };
        return undefined;
      }
      at = end + 1;
      if (text[start + 1] === '!' || text[start + 1] === '?') continue;
      tags += 1;
      const close = text[start + 1] === '/';
      const empty = text[end - 1] === '/';
      const inside = text.slice(start + (close ? 2 : 1), empty ? end - 1 : end);
      const space = inside.search(/\s/);
      const name = space < 0 ? inside : inside.slice(0, space);
      const problem = onTag(name, space < 0 ? '' : inside.slice(space), close ? 'close' : empty ? 'empty' : 'open', tags);
      if (problem) return problem;
    }
  };
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    const problem = scan(false);
    if (problem) return problem;
  }
  text += decoder.decode();
  return scan(true);
}

/** Index of the last character of the tag, comment or CDATA section that starts here, or -1. */
function endOfTag(text: string, start: number): number {
  if (text.startsWith('<!--', start)) return after(text.indexOf('-->', start), 3);
  if (text.startsWith('<![CDATA[', start)) return after(text.indexOf(']]>', start), 3);
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text[at] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at;
  }
  return -1;
}

function after(index: number, length: number): number {
  return index < 0 ? -1 : index + length - 1;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

function attributeOf(attributes: string, key: string): string | undefined {
  const match = new RegExp(`\\s${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  const raw = match?.[1] ?? match?.[2];
  return raw?.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Number(name[1] === 'x' ? `0x${name.slice(2)}` : name.slice(1)));
    return ENTITIES[name] ?? whole;
  });
}
