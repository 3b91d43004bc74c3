import { withholdLeaks } from './leaks.ts';

const MAX_LINES = 8;
const MAX_COLUMNS = 200;
/** Frames inside Node itself: below the message of a crash they would fill all lines. */
const RUNTIME_FRAME = /^\s+at .*\bnode:internal\//;

/** The last few lines of what a command printed, indented, fit to be shown: no control characters, nothing private. */
export function readTail(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(Math.max(0, bytes.length - 16_384)));
  const lines = withholdLeaks(text)
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !RUNTIME_FRAME.test(line));
  return lines
    .slice(-MAX_LINES)
    .map((line) => `    ${line.slice(0, MAX_COLUMNS)}`)
    .join('\n');
}
