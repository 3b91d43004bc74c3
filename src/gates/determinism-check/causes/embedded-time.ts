import { byCulprit, byField, byPattern, type Cause, type Evidence, heaviest, isIntrinsic, type Weight } from './cause.ts';

/** Dates and times as programs print them: ISO 8601, RFC 2822, `date`, C's asctime, clock times, seconds to nanoseconds since 1970. */
const TIME =
  /\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T _]\d{1,2}[:.h]?\d{2}(?:[:.]?\d{2}(?:[.,]\d+)?)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?|\b20\d{6}(?:T?\d{4,6})?Z?\b|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* +\d{1,2})(?:,? +\d{4})?(?:,? \d{1,2}:\d{2}(?::\d{2})?)?(?:(?: (?:AM|PM))?(?: [A-Z]{2,5}| [+-]\d{4})?(?: \d{4})?)|\b\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\b|\b1[6-9]\d{8}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?\b|\b20[2-9]\d\b/g;

const EARLIEST = 1_500_000_000;
const LATEST = 2_200_000_000;

/** The moment of the run stands in the output. */
export const embeddedTime: Cause = {
  id: 'embedded-time',
  weigh: (evidence) => {
    const binary = inBinary(evidence);
    if (!isIntrinsic(evidence))
      return heaviest(
        byCulprit(evidence, byPattern(evidence, TIME, 85) === undefined ? 60 : 85, 'time'),
        byCulprit(evidence, 0, 'time') && binary,
      );
    return heaviest(byPattern(evidence, TIME, 85), binary, byField(evidence, ['png'], ['tIME'], 80));
  },
};

/** Four bytes at the first difference that are seconds since 1970 on both sides. */
function inBinary({ leaves }: Evidence): Weight | undefined {
  for (const leaf of leaves) {
    if (leaf.type !== 'content' || Math.min(leaf.left.length, leaf.right.length) < 4) continue;
    let at = 0;
    while (at < leaf.left.length && leaf.left[at] === leaf.right[at]) at += 1;
    for (let from = Math.max(0, at - 3); from <= at; from += 1) {
      for (const read of [readLittle, readBig]) {
        const [a, b] = [read(leaf.left, from), read(leaf.right, from)];
        const isTime = (value: number) => value > EARLIEST && value < LATEST;
        if (a !== b && isTime(a) && isTime(b) && isBinary(leaf.left))
          return { score: 70, sign: `${a} → ${b} (seconds since 1970, at byte ${from})` };
      }
    }
  }
  return undefined;
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

function readLittle(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}

function readBig(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}
