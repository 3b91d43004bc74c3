// Writes what is generated of the documentation of telemetry-scan: the pages of rules that are rows of a table, and, where the third-party data of
// the tests is beside the repository, docs/gates/telemetry-scan-accuracy.md. `node scripts/telemetry-docs.mjs`
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'build/telemetry-docs');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const config = join(out, 'tsconfig.json');
writeFileSync(
  config,
  JSON.stringify({
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: false, outDir: out, rootDir: root, typeRoots: [join(root, 'node_modules/@types')] },
    files: [join(root, 'scripts/telemetry-pages.ts'), join(root, 'scripts/telemetry-accuracy.ts')],
    include: [],
  }),
);
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'inherit' });
writeFileSync(join(out, 'package.json'), '{"type":"module"}');
if (!existsSync(join(out, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(out, 'node_modules'), 'dir');
const load = (name) => import(pathToFileURL(join(out, 'scripts', name)).href);

const { renderRowPages } = await load('telemetry-pages.js');
for (const [name, content] of renderRowPages()) writeFileSync(join(root, 'docs/findings/telemetry-scan', name), content);

const data = ['../shared/data', '../../shared/data'].map((path) => join(root, path)).find((path) => existsSync(path));
if (data === undefined) console.log('no third-party data beside the repository: the accuracy document stays as it is');
else {
  const { renderAccuracy } = await load('telemetry-accuracy.js');
  writeFileSync(join(root, 'docs/gates/telemetry-scan-accuracy.md'), await renderAccuracy(data));
}
