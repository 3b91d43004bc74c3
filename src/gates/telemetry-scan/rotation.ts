import { stringify } from 'yaml';
import { printFingerprint } from './fingerprint.ts';
import type { Prepared } from './settings.ts';

/**
 * The list `accepted` for testops.yml under the new salt: entries whose values were seen carry their new fingerprint, entries that already did stay, and
 * the rest stay as they are, marked by a comment, because nobody can compute a fingerprint without the value.
 */
export function renderRotation(prepared: Prepared, rekeyed: ReadonlyMap<string, string>): string {
  const { key } = prepared;
  if (key === undefined) throw new Error('a rotation needs a key');
  const entries = prepared.acceptances.map(({ exception, hmac, previous }) => {
    const current = previous && hmac !== undefined ? rekeyed.get(hmac) : undefined;
    const entry = current === undefined ? exception : { ...exception, match: printFingerprint(key.id, key.epoch, current) };
    const text = stringify([entry], { lineWidth: 0 });
    return previous && current === undefined ? `# not seen by this scan, still under the previous salt\n${text}` : text;
  });
  return `accepted:\n${entries.join('').replace(/^(?=.)/gm, '  ')}`;
}
