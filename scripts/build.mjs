// Builds dist/: TypeScript -> JavaScript (tsc), one ncc bundle with lazily imported chunks, each chunk minified, and two-line stubs.
// Usage: node scripts/build.mjs [--out DIR]      (default dist/). The output folder is wiped first; the same sources give the same bytes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { minify } from '@swc/core';
import ncc from '@vercel/ncc';
import { compile, root } from './compile.mjs';

const outAt = process.argv.indexOf('--out');
const out = resolve(root, outAt === -1 ? 'dist' : process.argv[outAt + 1]);

const { folder, load } = compile();
const { ENTRIES } = await load('entries');
const { code, assets } = await ncc(join(folder, 'src/index.js'), {
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
// The bundler does not minify across `import()`, so each chunk is minified here, on its own.
const shrink = async (source) =>
  `${(await minify(String(source), { module: true, compress: true, mangle: true, format: { comments: false, asciiOnly: true } })).code}\n`;

write('bundle/index.js', await shrink(code));
for (const [name, asset] of Object.entries(assets)) {
  if (name === 'package.json') continue;
  write(join('bundle', name), /\.m?js$/.test(name) ? await shrink(asset.source) : asset.source);
}
write('package.json', '{"type":"module"}\n');
for (const entry of ENTRIES) {
  const shebang = entry === 'cli' ? '#!/usr/bin/env node\n' : '';
  write(`${entry}/index.js`, `${shebang}import { run } from '../bundle/index.js';\nawait run('${entry}', import.meta.url);\n`);
}
console.log(`built ${ENTRIES.length} entries into ${out}`);
