import { compareValues } from './compare-values.ts';
import type { Document } from './format.ts';

export const json: Document = {
  id: 'json',
  recognizes: (text, name) => /\.(?:json|geojson|map|webmanifest)$/i.test(name) || /^\s*[[{]/.test(text.slice(0, 200)),
  compare: (left, right) => compareValues(JSON.parse(left), JSON.parse(right)),
};
