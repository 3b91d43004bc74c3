// The quick checks: format and lint, types, import arrows, generated files, finding pages. Names every problem; exit 1 when there is one.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPageProblems } from './check/finding-pages.mjs';
import { findWrongImports } from './check/imports.mjs';
import { compile, root } from './compile.mjs';

const bin = (name) => join(root, 'node_modules/.bin', name);
let failed = 0;

function report(name, problems) {
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const problem of problems) console.log(`     ${problem}`);
  failed += problems.length;
}

function runTool(name, command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  report(name, status === 0 ? [] : [`${stdout}${stderr}`.trim()]);
}

runTool('format and lint (biome)', bin('biome'), ['ci', '--colors=off', '.']);
runTool('types (tsc)', bin('tsc'), ['-p', '.']);
report('imports point one way', findWrongImports(root));
runTool('generated files are up to date', process.execPath, [join(root, 'scripts/generate.mjs'), '--check']);
const { loadWords } = await compile().load('suite/words');
report('every finding code has a page', findPageProblems(root, Object.keys(await loadWords())));
process.exitCode = failed === 0 ? 0 : 1;
