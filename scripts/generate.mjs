// Writes everything that follows from the declared inputs: action.yml and the tables in the README of each action, action-types.d.ts, the JSON
// Schema of testops.yml, the finding pages of table rows, the version. `--check` writes nothing and fails when a file would change.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile, root } from './compile.mjs';
import { renderActionTypes } from './generate/action-types.mjs';
import { renderActionYaml } from './generate/action-yaml.mjs';
import { renderActionReadme, renderActionsTable } from './generate/readme.mjs';

const checking = process.argv.includes('--check');
const stale = [];

function put(path, content) {
  const target = join(root, path);
  const current = existsSync(target) ? readFileSync(target, 'utf8') : undefined;
  if (current === content) return;
  stale.push(path);
  if (checking) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

/** Replaces what stands between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`. */
function putBetween(path, name, content) {
  const target = join(root, path);
  const [start, end] = [`<!-- generated:${name} -->`, `<!-- /generated:${name} -->`];
  const text = existsSync(target) ? readFileSync(target, 'utf8') : '';
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${path} has no place for generated:${name}`);
  put(path, `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`);
}

// The version first, because the code that is compiled next carries it.
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
put(
  'src/version.ts',
  `/** Version of this tool; \`npm run generate\` keeps it equal to package.json. */\nexport const TOOL_VERSION = '${version}';\n`,
);

// The trusted root of Sigstore's public instance, as its own client ships it.
const [{ targets }] = Object.values(JSON.parse(readFileSync(join(root, 'node_modules/@sigstore/tuf/seeds.json'), 'utf8')));
const trustedRoot = JSON.stringify(JSON.parse(Buffer.from(targets['trusted_root.json'], 'base64').toString('utf8')));
put(
  'src/github/sigstore-root.ts',
  `/** Trusted root of Sigstore's public instance; \`npm run generate\` takes it from the package @sigstore/tuf. */\nexport const SIGSTORE_ROOT =\n  '${trustedRoot}';\n`,
);

const { load } = compile();
const [{ listActions }, { listInputs }, { configurationSchema }] = await Promise.all([
  load('action/metadata'),
  load('core/index'),
  load('suite/configuration-schema'),
]);

const actions = listActions().map((action) => ({ ...action, declared: action.inputs.flatMap((schema) => listInputs(schema)) }));
for (const action of actions) {
  put(`actions/${action.name}/action.yml`, renderActionYaml(action));
  if (!existsSync(join(root, `actions/${action.name}/README.md`))) put(`actions/${action.name}/README.md`, renderActionReadme(action));
  putBetween(`actions/${action.name}/README.md`, 'inputs', renderActionReadme.table(action));
}
putBetween('README.md', 'actions', renderActionsTable(actions));
put('action-types.d.ts', renderActionTypes(actions));
put('docs/testops.schema.json', `${JSON.stringify(configurationSchema(), null, 2)}\n`);

// Provider tokens, named keys and national identifiers are rows of tables; so are their pages.
const { renderRowPages } = await load('../scripts/telemetry-pages');
for (const [name, content] of renderRowPages()) put(`docs/findings/telemetry-scan/${name}`, content);

if (stale.length > 0) console.log(`${checking ? 'not up to date' : 'wrote'}:\n${stale.map((path) => `  ${path}`).join('\n')}`);
if (checking && stale.length > 0) {
  console.log('run `npm run generate` and commit what it writes');
  process.exitCode = 1;
}
