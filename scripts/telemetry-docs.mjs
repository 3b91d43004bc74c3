// Writes what is generated of the documentation of telemetry-scan: the pages of rules that are rows of a table, and, where the third-party data of
// the tests is beside the repository, docs/gates/telemetry-scan-accuracy.md. `node scripts/telemetry-docs.mjs`
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, root } from './telemetry-compile.mjs';

const load = compile('telemetry-docs', ['scripts/telemetry-pages.ts', 'scripts/telemetry-accuracy/document.ts']);

const { renderRowPages } = await load('scripts/telemetry-pages.ts');
for (const [name, content] of renderRowPages()) writeFileSync(join(root, 'docs/findings/telemetry-scan', name), content);

const data = ['../shared/data', '../../shared/data'].map((path) => join(root, path)).find((path) => existsSync(path));
if (data === undefined) console.log('no third-party data beside the repository: the accuracy document stays as it is');
else {
  const { renderAccuracy } = await load('scripts/telemetry-accuracy/document.ts');
  writeFileSync(join(root, 'docs/gates/telemetry-scan-accuracy.md'), await renderAccuracy(data));
}
