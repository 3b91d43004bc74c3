import type { EntryName } from './entries.ts';

/** Starts one face of the suite; everything behind it is imported only then. */
export async function run(entry: EntryName): Promise<void> {
  if (entry === 'cli') return (await import('./cli/main.ts')).main();
  if (entry === 'worker') return (await import('./cli/worker.ts')).main();
  return (await import('./action/main.ts')).main(entry);
}
