import type { EntryName } from './entries.ts';

/**
 * Starts one face of the suite; everything behind it is imported only then. `stubUrl` is the address of `dist/<entry>/index.js`: beside it lies the
 * stub that worker threads start with.
 */
export async function run(entry: EntryName, stubUrl: string): Promise<void> {
  const workerEntry = new URL(['..', 'worker', 'index.js'].join('/'), stubUrl);
  if (entry === 'cli') return (await import('./cli/main.ts')).main(workerEntry);
  if (entry === 'worker') return (await import('./cli/worker.ts')).main();
  return (await import('./action/main.ts')).main(entry, workerEntry);
}

/** Loads everything that `run` would need, and runs nothing: what an entry costs before it does anything (`bench/load.ts`). */
export async function load(entry: EntryName): Promise<void> {
  if (entry === 'cli') await import('./cli/main.ts');
  else if (entry === 'worker') await import('./cli/worker.ts');
  else await (await import('./action/main.ts')).loadAction(entry);
}
