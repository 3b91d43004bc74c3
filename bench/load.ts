/**
 * What every entry of dist/ costs before it does anything, in one run: `node bench/load.ts [DIST]` (Node 24). Prints the weight of the folder and, for each entry, how long a whole process
 * takes that loads all that the entry needs and runs nothing, beyond `node -e 0`: milliseconds, best of several rounds.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENTRIES } from '../src/entries.ts';

const ROUNDS = 21;
const dist = resolve(process.argv[2] ?? 'dist');
const bundle = pathToFileURL(join(dist, 'bundle', 'index.js')).href;

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(dist, path)).isFile());
const bytes = files.reduce((sum, path) => sum + statSync(join(dist, path)).size, 0);
console.log(`dist: ${(bytes / 2 ** 20).toFixed(2)} MB in ${files.length} files (at most 8)`);

const floor = bestOf('0');
console.log(`node ${process.version} -e 0: ${floor.toFixed(0)} ms; beyond it (at most 150):`);
for (const entry of ENTRIES) {
  const took = bestOf(`(await import(${JSON.stringify(bundle)})).load(${JSON.stringify(entry)})`);
  console.log(`  ${entry.padEnd(18)} ${(took - floor).toFixed(0).padStart(4)} ms`);
}

function bestOf(script: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
