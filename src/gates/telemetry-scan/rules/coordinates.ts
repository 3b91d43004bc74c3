import { findIn } from '../engine/window.ts';
import type { Rule } from './rule.ts';

const NUMBER = String.raw`[-+]?\d{1,3}\.\d{4,}`;
/** `"lat": 48.85837`, and within a few characters the other one. */
const NAMED = new RegExp(
  String.raw`\b(?:geo\.?(?:location)?[._-]?)?lat(?:itude)?\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?(${NUMBER})[\s\S]{1,60}?\bl(?:on|ng|ong|ongitude)\\?["']?\s{0,2}[:=]\s{0,2}\\?["']?(${NUMBER})`,
  'gi',
);
const PAIR = new RegExp(String.raw`(?<![\d.])(${NUMBER})\s{0,2}[,;]\s{0,2}(${NUMBER})(?![\d.])`, 'g');

/** Geographic coordinates, precise to ten metres or less (four decimals): named latitude and longitude, a pair beside a word, a geo URI (RFC 5870). */
export const coordinates: Rule = {
  id: 'coordinates',
  severity: 'medium',
  wish: { literals: ['latitude', 'lat"', 'lat=', 'lat:', "lat'", 'geo:', 'geo.loc', 'location', 'coordinates', 'position', 'gps|'] },
  find(window, from, to, report) {
    for (const pattern of [NAMED, PAIR]) {
      for (const { start, end, groups } of findIn(pattern, window.text, Math.max(0, from - 4), to + 24, 140)) {
        const latitude = Number(groups[1]);
        const longitude = Number(groups[2]);
        if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || (latitude === 0 && longitude === 0)) continue;
        report({
          rule: 'coordinates',
          severity: 'medium',
          start,
          end,
          score: 0.8,
          reasons: ['shape', 'range', pattern === NAMED ? 'field' : 'context'],
          value: `${latitude},${longitude}`,
        });
        return;
      }
    }
  },
};
