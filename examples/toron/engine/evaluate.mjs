import { createHash } from 'node:crypto';
import { seededRandom } from './random.mjs';
import { breaches, SIGNALS } from './rules.mjs';

const TICKS = 240;

/**
 * Walks the signals for 240 ticks from a seed and says which rules fire. Pure: same table and seed, same answer, to the bit.
 * @param {ReturnType<typeof import('./rules.mjs').compileRules>} table
 * @param {number} seed a whole number from 0 to 2^32 - 1
 * @returns {{ seed: number, engineVersion: string, ticks: number, score: number, means: Record<string, number>,
 *   alerts: Array<{rule: string, severity: string, tick: number, value: number}>, digest: string }}
 */
export function evaluate(table, seed) {
  const random = seededRandom(seed);
  const values = SIGNALS.map((signal) => signal.start);
  const sums = SIGNALS.map(() => 0);
  const streaks = table.rules.map(() => 0);
  const alerts = [];
  let score = 100;
  for (let tick = 0; tick < TICKS; tick += 1) {
    SIGNALS.forEach((signal, column) => {
      // Pulled back to the start by a tenth, so that the walk does not stay at its bounds.
      const pulled = values[column] + (signal.start - values[column]) * 0.1;
      values[column] = hold(pulled + (random() - 0.5) * 2 * signal.stride, signal.low, signal.high);
      sums[column] += values[column];
    });
    table.rules.forEach((rule, index) => {
      streaks[index] = breaches(rule.op, values[rule.column], rule.threshold) ? streaks[index] + 1 : 0;
      if (streaks[index] !== rule.forTicks) return;
      alerts.push({ rule: rule.id, severity: rule.severity, tick, value: values[rule.column] });
      score -= rule.weight * (1 + streaks[index] / TICKS);
    });
  }
  const means = Object.fromEntries(SIGNALS.map((signal, column) => [signal.name, sums[column] / TICKS]));
  const answer = { seed, engineVersion: table.version, ticks: TICKS, score: Math.max(0, score), means, alerts };
  return { ...answer, digest: createHash('sha256').update(JSON.stringify(answer)).digest('hex') };
}

function hold(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
