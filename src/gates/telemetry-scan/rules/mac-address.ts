import { findIn } from '../engine/window.ts';
import type { Rule } from './rule.ts';

const SHAPE = /(?<![\w:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])/gi;

/** Hardware addresses of six bytes (IEEE 802, EUI-48); group, broadcast and zero addresses name nobody. */
export const macAddress: Rule = {
  id: 'mac-address',
  severity: 'medium',
  wish: { colons: true, literals: ['mac'] },
  find(window, from, to, report) {
    for (const { start, end, groups } of findIn(SHAPE, window.text, Math.max(0, from - 20), to + 40)) {
      const value = groups[0].toLowerCase().replaceAll('-', ':');
      if (Number.parseInt(value.slice(0, 2), 16) & 1 || /^00:00:00:00:00/.test(value)) continue;
      // RFC 7042 keeps 00-00-5E-00-53 for documentation.
      if (value.startsWith('00:00:5e:00:53'))
        report({ rule: 'test-value', severity: 'low', start, end, score: 0.9, reasons: ['known-test-value'], value });
      else report({ rule: 'mac-address', severity: 'medium', start, end, score: 0.8, reasons: ['shape'], value });
    }
  },
};
