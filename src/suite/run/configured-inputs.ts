import type { GateEntry, GateId, JsonValue } from '../../core/index.ts';
import { listInputs } from '../../core/index.ts';
import { gates } from '../../gates/index.ts';
import { type Configuration, resolveInputs } from '../configuration.ts';

/** The inputs that evidence carries: without secrets, and without those that say only how the gate runs. */
export function recordedInputs(entry: GateEntry, inputs: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  const left = new Set(listInputs(entry.inputs).flatMap((input) => (input.secret || input.role === 'execution' ? [input.name] : [])));
  return Object.fromEntries(Object.entries(inputs).filter(([name, value]) => !left.has(name) && value !== undefined));
}

/** What the evidence of each configured gate must carry: its inputs as the configuration says, with defaults filled in. */
export function configuredInputs(configuration: Pick<Configuration, 'gates'>): Partial<Record<GateId, Record<string, JsonValue>>> {
  return Object.fromEntries(
    gates.flatMap((entry) => {
      const section = configuration.gates.get(entry.id);
      if (section === undefined) return [];
      const inputs = resolveInputs(entry.id, entry.inputs, section, {}) as { readonly [name: string]: unknown };
      return [[entry.id, recordedInputs(entry, inputs) as Record<string, JsonValue>]];
    }),
  );
}
