import type { AnyWords } from '../core/index.ts';
import { words as decisionWords } from '../decision/index.ts';
import { gates } from '../gates/index.ts';
import { withholdInWords } from './leaks.ts';

/** The sentences of every gate and of the decision, for results that come from evidence files. */
export async function loadWords(): Promise<AnyWords> {
  const tables = await Promise.all(gates.map(async (entry) => (await entry.load()).words));
  return withholdInWords(Object.assign({}, ...tables, decisionWords) as AnyWords);
}
