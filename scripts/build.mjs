// Builds dist/: TypeScript -> JavaScript (tsc), one ncc bundle with lazily imported chunks, each chunk minified, and two-line stubs.
// Usage: node scripts/build.mjs [--out DIR]      (default dist/). The output folder is wiped first; the same sources give the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { minify } from '@swc/core';
import ncc from '@vercel/ncc';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const outAt = process.argv.indexOf('--out');
const out = resolve(root, outAt === -1 ? 'dist' : process.argv[outAt + 1]);
const compiled = join(root, 'build');

rmSync(compiled, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
writeFileSync(join(compiled, 'package.json'), '{"type":"module"}\n');

const { ENTRIES } = await import(pathToFileURL(join(compiled, 'src/entries.js')));
const { code, assets } = await ncc(join(compiled, 'src/index.js'), {
  cache: false,
  minify: false,
  sourceMap: false,
  license: 'licenses.txt',
  quiet: true,
});

rmSync(out, { recursive: true, force: true });
const write = (path, content) => {
  const target = join(out, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
};
const minified = async (source) =>
  (await minify(String(source), { module: true, compress: { passes: 1 }, mangle: true, format: { comments: false, ascii_only: true } }))
    .code + '\n';

write('bundle/index.js', await minified(code));
for (const [name, asset] of Object.entries(assets).sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (name === 'package.json') continue;
  write(join('bundle', name), name.endsWith('.js') || name.endsWith('.mjs') ? await minified(asset.source) : asset.source);
}
write('package.json', '{"type":"module"}\n');
for (const entry of ENTRIES) {
  const shebang = entry === 'cli' ? '#!/usr/bin/env node\n' : '';
  write(`${entry}/index.js`, `${shebang}import { run } from '../bundle/index.js';\nawait run('${entry}');\n`);
}
const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
console.log(`built ${ENTRIES.length} entries of version ${version} into ${out}`);
