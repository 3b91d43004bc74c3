import type { Files } from '../../../core/ports/files.ts';
import type { Processes } from '../../../core/ports/processes.ts';
import { type BytePlace, findFirstDifference } from './first-difference.ts';

/** From here on `cmp` reads, which needs no memory of ours. */
const LARGE_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 600_000;

/** Where two files part; `undefined`: they are equal. */
export async function firstDifferenceOfFiles(
  { files, processes }: { readonly files: Files; readonly processes: Processes },
  left: string,
  right: string,
  bytes: number,
): Promise<BytePlace | undefined> {
  const cmp = bytes > LARGE_BYTES ? await processes.find('cmp') : undefined;
  if (cmp !== undefined) {
    const result = await processes.run({ argv: [cmp, '--', left, right], folder: '/', env: { LC_ALL: 'C' }, timeoutMs: TIMEOUT_MS });
    const said = new TextDecoder().decode(Buffer.concat([result.stdout.bytes, result.stderr.bytes]));
    const place = readPlace(said.split(right).at(-1) ?? '') ?? readPlace(said);
    if (result.exitCode === 1 && place !== undefined) return place;
    if (result.exitCode === 0) return undefined;
  }
  return await findFirstDifference(files.stream(left), files.stream(right));
}

/** POSIX: `differ: char 5, line 2` (GNU says byte), counted from 1; `EOF on a after byte 4, in line 1` when one is the beginning of the other. */
function readPlace(text: string): BytePlace | undefined {
  const differ = /differ: (?:char|byte) (\d+), line (\d+)/.exec(text);
  if (differ !== null) return { byte: Number(differ[1]) - 1, line: Number(differ[2]) };
  const ended = /after byte (\d+), (in )?line (\d+)/.exec(text);
  // "line 3" without "in": the last line was complete, so the difference begins the next one.
  return ended === null ? undefined : { byte: Number(ended[1]), line: Number(ended[3]) + (ended[2] === undefined ? 1 : 0) };
}
