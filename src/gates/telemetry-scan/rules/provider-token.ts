import { crc32 } from 'node:zlib';
import { fieldOf, findIn, type Window } from '../engine/window.ts';
import { entropyBits } from './checks.ts';
import type { Match, Reason, Rule, Sieve } from './rule.ts';
import { TOKEN_ROWS, type TokenRow } from './token-table.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** How far before an anchor a value may have begun, when the anchor is not at its start. */
const REACH = 160;

interface Compiled {
  readonly row: TokenRow;
  readonly pattern: RegExp;
  /** The pattern begins with one of the anchors, so it is tried only there. */
  readonly atAnchor: boolean;
}

const COMPILED: readonly Compiled[] = TOKEN_ROWS.map((row) => {
  const source = `(?<![A-Za-z0-9_])(?:${row.pattern.replaceAll('UUID', UUID)})(?![A-Za-z0-9_])`;
  const atAnchor = row.anchors.length > 0 && row.anchors.every((anchor) => beginsWith(row.pattern, anchor));
  return { row, pattern: new RegExp(source, `${atAnchor || row.anchors.length === 0 ? 'y' : 'g'}${row.ignoreCase ? 'i' : ''}`), atAnchor };
});

function beginsWith(pattern: string, anchor: string): boolean {
  return pattern.replace(/\\(.)/g, '$1').toLowerCase().startsWith(anchor) || /^\(\?:[A-Za-z0-9[\]|]+\)/.test(pattern);
}

/** Marks that providers put into the examples of their documentation. */
const EXAMPLE = /EXAMPLE|XXXXXX|xxxxxx|000000000000|1234567890abcdef|abcdefghijklmnop|your[-_]/;

const SIEVES: Readonly<Record<string, Sieve>> = {
  'twilio-api-key': 'twilio',
  'discord-bot-token': 'discord',
  'airtable-personal-access-token': 'airtable',
  'telegram-bot-token': 'telegram',
};

function sieveOf(id: string): { readonly sieve?: Sieve } {
  const sieve = SIEVES[id];
  return sieve ? { sieve } : {};
}

/** One rule for each row of the table: `token-<id>`. */
export const providerTokens: readonly Rule[] = COMPILED.map((compiled) => ({
  id: `token-${compiled.row.id}`,
  severity: compiled.row.notSecret ? 'medium' : 'critical',
  wish: compiled.row.anchors.length === 0 ? { run: true, ...sieveOf(compiled.row.id) } : { literals: compiled.row.anchors },
  find(window, start, end, report) {
    const { pattern, atAnchor, row } = compiled;
    if (atAnchor || row.anchors.length === 0) {
      // A run may be the middle of a token that holds hyphens, dots and underscores.
      pattern.lastIndex = atAnchor ? start : tokenStart(window.text, start, row.id === 'telegram-bot-token');
      const found = pattern.exec(window.text);
      if (found) report(judgeToken(row, window, pattern.lastIndex - found[0].length, found[0]));
      return;
    }
    for (const found of findIn(pattern, window.text, Math.max(0, start - REACH), end, REACH)) {
      if (found.start <= start && found.end >= end) report(judgeToken(row, window, found.start, found.groups[0]));
    }
  },
}));

/** `numbered`: the token begins with digits and a colon. */
function tokenStart(text: string, at: number, numbered: boolean): number {
  let start = at;
  while (start > 0 && at - start < REACH && /[\w.-]/.test(text[start - 1] as string)) start--;
  if (numbered && text[start - 1] === ':') for (start--; start > 0 && at - start < REACH && /\d/.test(text[start - 1] as string); ) start--;
  return start;
}

function judgeToken(row: TokenRow, window: Window, start: number, value: string): Match {
  const end = start + value.length;
  if (EXAMPLE.test(value)) return { rule: 'test-value', severity: 'low', start, end, score: 0.8, reasons: ['known-test-value'], value };
  const reasons: Reason[] = ['prefix', 'shape'];
  let score = 0.9;
  const checked = checksumOf(row.id, value);
  if (checked !== undefined) {
    reasons.push(checked ? 'checksum' : '-checksum');
    score = checked ? 1 : 0.6;
  }
  if (entropyBits(value) < 2.5) score -= 0.3;
  else reasons.push('entropy');
  // The id of a temporary AWS key stands in every CloudTrail event; without its secret it opens nothing.
  const idOnly = row.id === 'aws-access-token' && value.startsWith('ASIA') && fieldOf(window, start) === 'accesskeyid';
  return { rule: `token-${row.id}`, severity: row.notSecret || idOnly ? 'medium' : 'critical', start, end, score, reasons, value };
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** GitHub and npm end their tokens with a CRC-32 of the rest in base 62 (GitHub, "Behind GitHub's new authentication token formats"). */
function checksumOf(id: string, value: string): boolean | undefined {
  if (!/^gh[pousr]_|^npm_/.test(value) || !/^github-|^npm-/.test(id)) return undefined;
  const body = value.slice(value.indexOf('_') + 1);
  let rest = crc32(body.slice(0, -6));
  let text = '';
  for (; text.length < 6; rest = Math.floor(rest / 62)) text = BASE62[rest % 62] + text;
  return body.endsWith(text);
}
