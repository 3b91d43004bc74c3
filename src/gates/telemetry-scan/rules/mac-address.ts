import { findIn } from '../engine/window.ts';
import type { Rule } from './rule.ts';

const SHAPE = /(?<![\w:-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\w:.-])/gi;
/** Groups, broadcast and protocols (IEEE 802.1, RFC 1112, RFC 2464), and zero. */
const NOBODY = /^(?:01:00:5e|01:80:c2|33:33|ff:ff:ff:ff|00:00:00:00:00)/;

/** How far beyond its beginning an address reaches. */
const LOOK_AHEAD = 18;

/** Whether there are two joints of an address at the right distance; most of what names a Mac is a browser. */
function holdsGroups(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if ((code === 58 || code === 45) && text.charCodeAt(at + 3) === code) return true;
    if (code === 46 && text.charCodeAt(at + 5) === 46) return true;
  }
  return false;
}

/** Hardware addresses of six bytes (IEEE 802, EUI-48); group, broadcast and zero addresses name nobody. */
export const macAddress: Rule = {
  id: 'mac-address',
  severity: 'medium',
  wish: { colons: true, literals: ['mac|', 'macaddr'] },
  find(window, from, to, report) {
    if (to - from === 2 || !holdsGroups(window.text, Math.max(0, from - 20), to + 40 + LOOK_AHEAD)) return;
    for (const { start, end, groups } of findIn(SHAPE, window.text, Math.max(0, from - 20), to + 40)) {
      const value = (
        groups[0]
          .toLowerCase()
          .replace(/[^0-9a-f]/g, '')
          .match(/../g) ?? []
      ).join(':');
      if (NOBODY.test(value)) continue;
      // RFC 7042 keeps 00-00-5E-00-53 for documentation.
      if (value.startsWith('00:00:5e:00:53'))
        report({ rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value });
      else report({ rule: 'mac-address', severity: 'medium', start, end, score: 0.8, reasons: ['shape'], value });
    }
  },
};
