// Compiles src/ into build/, so that scripts can use the very code that ships.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Compiles, then imports modules of src/ by their path without extension. */
export function compile() {
  const folder = join(root, 'build');
  rmSync(folder, { recursive: true, force: true });
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  return { folder, load: (path) => import(pathToFileURL(join(folder, 'src', `${path}.js`))) };
}
