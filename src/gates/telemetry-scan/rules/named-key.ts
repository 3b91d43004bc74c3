import { entropyBits } from './checks.ts';
import { NAMED_KEY_ROWS } from './named-key-table.ts';
import { isPlaceholder } from './placeholder.ts';
import type { Rule } from './rule.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** The rest of the name, then what assigns: `=`, `:`, `=>`, `","value":{"stringValue":"`. */
const ASSIGNMENT = String.raw`[\w .\-]{0,30}(?:\\?["'])?\s{0,3}(?:=>|:=|=|:|,\s*\\?"value\\?"\s*:\s*\{\s*\\?"stringValue\\?"\s*:)\s{0,3}(?:\\?["'${'`'}])?`;
const UNDECIDED = /^(?:[a-z]+|[a-z]+(?:[-_.][a-z]+)+|\d+)$/i;

/** One rule for each row: `key-<id>`, a value of the right shape assigned to a name that holds the provider's. */
export const namedKeys: readonly Rule[] = NAMED_KEY_ROWS.map((row) => {
  const pattern = new RegExp(`${ASSIGNMENT}(${row.pattern.replaceAll('UUID', UUID)})(?![\\w=+/-])`, 'iy');
  return {
    id: `key-${row.id}`,
    severity: row.notSecret ? 'medium' : 'critical',
    wish: { literals: row.names },
    find(window, _start, end, report) {
      pattern.lastIndex = end;
      const found = pattern.exec(window.text);
      const value = found?.[1];
      if (!found || value === undefined || isPlaceholder(value) || UNDECIDED.test(value)) return;
      if (entropyBits(value) < 2.5) return;
      const start = end + found[0].length - value.length;
      report({
        rule: `key-${row.id}`,
        severity: row.notSecret ? 'medium' : 'critical',
        start,
        end: start + value.length,
        score: 0.7,
        reasons: ['field', 'shape', 'entropy'],
        value,
      });
    },
  };
});
