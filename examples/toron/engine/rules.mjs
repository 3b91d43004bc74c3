import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The version of the engine: it changes whenever the same seed may give another answer. */
export const ENGINE_VERSION = '1.4.0';

/** The signals that a reading has, with where their walk starts, how far one tick moves them, and where they are held. */
export const SIGNALS = [
  { name: 'errors', start: 2, stride: 1.7, low: 0, high: 12 },
  { name: 'queue', start: 40, stride: 9, low: 0, high: 90 },
  { name: 'response', start: 180, stride: 42, low: 40, high: 400 },
  { name: 'saturation', start: 0.55, stride: 0.11, low: 0, high: 1 },
];

const OPERATORS = { '>': (value, limit) => value > limit, '<': (value, limit) => value < limit };

/**
 * Compiles the rules of rules.json: checked, sorted by id, with the index of each rule's signal and a digest of the table.
 * @param {{ drift?: boolean }} [options] drift: the fault of that name, one threshold moved by a fifth
 * @returns {{ version: string, digest: string, rules: Array<{id: string, signal: string, column: number, op: string, threshold: number, forTicks: number, severity: string, weight: number}> }}
 */
export function compileRules({ drift = false } = {}) {
  const source = JSON.parse(readFileSync(new URL('rules.json', import.meta.url), 'utf8'));
  const rules = source.map((rule) => {
    const column = SIGNALS.findIndex((signal) => signal.name === rule.signal);
    if (column < 0 || !(rule.op in OPERATORS)) throw new Error(`rules.json: ${rule.id} names an unknown signal or operator`);
    const threshold = drift && rule.id === 'response-slow' ? rule.threshold * 0.8 : rule.threshold;
    return { ...rule, threshold, column };
  });
  rules.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const digest = createHash('sha256').update(JSON.stringify(rules)).digest('hex');
  return { version: ENGINE_VERSION, digest, rules };
}

/** @param {string} op @param {number} value @param {number} limit */
export function breaches(op, value, limit) {
  return OPERATORS[op](value, limit);
}
