import type { ServiceHealth } from '../../core/ports/testops-service.ts';
import type { Inputs } from './inputs.ts';

type Flags = Readonly<Record<string, boolean | string>>;

/** How many of a list are ready. */
export function countReady(parts: readonly { readonly ready: boolean }[]): number {
  return parts.filter((part) => part.ready).length;
}

/** The engine answers, and the service does not call itself down. */
export function isWorking(health: ServiceHealth): boolean {
  return health.engine.ready && health.status !== 'down';
}

/** Flags that were asked for and are reported otherwise, or not at all, sorted; flags that nobody asked for do not matter. */
export function differingFlags(asked: Flags, reported: Flags): readonly string[] {
  return Object.keys(asked)
    .filter((name) => !Object.hasOwn(reported, name) || reported[name] !== asked[name])
    .sort();
}

/** Whether waiting longer could not make it better: everything that is asked for is there. */
export function isReady(health: ServiceHealth, commit: string, inputs: Pick<Inputs, 'min-runners' | 'min-gateways' | 'flags'>): boolean {
  return (
    isWorking(health) &&
    countReady(health.runners) >= inputs['min-runners'] &&
    countReady(health.gateways) >= inputs['min-gateways'] &&
    (health.commit === undefined || health.commit === commit) &&
    (health.flags === undefined || differingFlags(inputs.flags, health.flags).length === 0)
  );
}
