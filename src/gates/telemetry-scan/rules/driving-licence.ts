import { findNear } from './near.ts';
import type { Rule } from './rule.ts';

const SHAPE =
  /(?<![\w/.-])(?=[A-Z\d-]*\d{3})(?:[A-Z]{1,5}[\d-]{4,16}[A-Z\d]{0,6}|\d{7,14}[A-Z]?|\d{2}-\d{2}-\d{6}-\d{2})(?![\w/]|[-.]\w)/gi;
const WORDS =
  /driv(?:er|ing)(?:'?s)?[ _-]?licen[cs]e|\bdl ?(?:no|num|#)|führerschein|fuehrerschein|permis de conduire|licencia de conducir|patente di guida|licen[cs]e ?(?:no|num|#)/;

/** Driving licence numbers; every state has its own form, so a word beside them is needed. */
export const drivingLicence: Rule = {
  id: 'driving-licence',
  severity: 'high',
  wish: { literals: ['licence', 'license', 'f\u00c3\u00bchrerschein', 'fuehrerschein', 'permis de', 'licencia', 'patente'] },
  find(window, from, to, report) {
    for (const { start, end, groups, named } of findNear(window, SHAPE, WORDS, from, to)) {
      const value = groups[0].toUpperCase();
      if ((value.match(/\d/g) ?? []).length < 5) continue;
      report({ rule: 'driving-licence', severity: 'high', start, end, score: 0.7, reasons: ['shape', named ? 'field' : 'context'], value });
    }
  },
};
