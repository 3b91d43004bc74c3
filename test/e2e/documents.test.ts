import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Block, commandsOf, DOCUMENTS, placeOf, readBlocks, type ShownCommand, trialOf } from '../contract/document-blocks.ts';
import { copyThisRepository } from '../support/copy-this-repository.ts';
import { startServer } from '../support/http-server.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';
import { describeInFullCheck } from '../support/skip.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const execute = promisify(execFile);
const LIMIT_MS = 300_000;
/** What the documents clone. */
const PUBLISHED = 'https://github.com/testops/beta-gates';

/** Blocks that are tried, by document, in order: a document may tell one story. */
const STORIES = DOCUMENTS.map((path) => ({ path, blocks: readBlocks(path).filter(isTried) })).filter(({ blocks }) =>
  blocks.some(({ language }) => language !== 'js'),
);

describeInFullCheck('the commands in the documents', () => {
  let published: TemporaryFolder;

  beforeAll(async () => {
    published = await copyThisRepository();
  }, 60_000);
  afterAll(async () => {
    await published[Symbol.asyncDispose]();
  });

  it.each(STORIES)(
    '$path does what it says',
    async ({ blocks }) => {
      await using place = await createPlace(published.path);
      let previous = '';
      for (const block of blocks) {
        if (block.language === 'js') previous = await edit(block, place.clone, previous);
        else await tryBlock(block, place);
      }
    },
    LIMIT_MS,
  );
});

function isTried(block: Block): boolean {
  if (block.language === 'js') return /^(stands in|put in its place): /.test(block.marker ?? '');
  return (block.language === 'sh' || block.language === 'console') && trialOf(block).where !== 'nowhere';
}

interface Place extends AsyncDisposable {
  readonly clone: string;
  readonly own: string;
  readonly env: Readonly<Record<string, string>>;
}

async function tryBlock(block: Block, { clone, own, env }: Place): Promise<void> {
  const { where, without } = trialOf(block);
  for (const shown of commandsOf(block)) {
    const script = shown.command
      .split('\n')
      .filter((line) => !without.some((left) => line.startsWith(left)))
      .join('\n');
    // A script must succeed to its end; a shown command may fail, and says what it prints.
    const options = block.language === 'sh' ? ['-eu', '-o', 'pipefail', '-c'] : ['-c'];
    const run = await runProcess('bash', [...options, `{\n${script}\n} 2>&1`], {
      cwd: where === 'clone' ? clone : own,
      env,
      timeoutMs: LIMIT_MS,
    });
    if (block.language === 'sh' && run.exitCode !== 0) throw new Error(`${placeOf(block)} ended with ${run.exitCode}:\n${run.stdout}`);
    expectOutput(block, shown, run.stdout);
  }
}

/** Every line, or part of one between `…`, is there in this order. How lines were broken is left open. */
function expectOutput(block: Block, { command, output }: ShownCommand, printed: string): void {
  const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
  let rest = flat(printed);
  for (const part of output.split(/…|\n/).map(flat)) {
    if (part === '') continue;
    const at = rest.indexOf(part);
    if (at === -1) throw new Error(`${placeOf(block)}: \`${command}\` does not print\n  ${part}\nbut\n${printed}`);
    rest = rest.slice(at + part.length);
  }
}

/** Finds the text of a block in the file that its marker names, or puts it where the one before stood. */
async function edit(block: Block, clone: string, previous: string): Promise<string> {
  const [, verb, path = ''] = /^(stands in|put in its place): (\S+)$/.exec(block.marker ?? '') ?? [];
  const file = join(clone, path);
  const text = await readFile(file, 'utf8');
  const shown = block.text.trim();
  const wanted = verb === 'stands in' ? shown : previous;
  expect({ place: placeOf(block), times: text.split(wanted).length - 1 }).toEqual({ place: placeOf(block), times: 1 });
  if (verb !== 'stands in')
    await writeFile(
      file,
      text.replace(wanted, () => shown),
    );
  return shown;
}

/** A clone, and a repository of somebody's own beside it, on a machine that knows nothing else. */
async function createPlace(published: string): Promise<Place> {
  const folder = await createTemporaryFolder('testops-documents-');
  const [clone, own, programs, home] = ['clone', 'own', 'programs', 'home'].map((name) => folder.join(name)) as [
    string,
    string,
    string,
    string,
  ];
  await Promise.all([own, programs, home].map((path) => mkdir(path)));
  const testops = join(programs, 'testops');
  await writeFile(testops, `#!/bin/sh\nexec '${process.execPath}' '${join(published, 'dist/cli/index.js')}' "$@"\n`);
  await chmod(testops, 0o755);
  await writeFile(
    join(home, '.gitconfig'),
    `[user]\n\tname = Newcomer\n\temail = newcomer@example.test\n[init]\n\tdefaultBranch = main\n[url "file://${published}"]\n\tinsteadOf = ${PUBLISHED}\n`,
  );
  const env = {
    ...createScrubbedEnvironment({ HOME: home, TERM: 'dumb', npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm') }),
    ...networkOf(process.env),
    PATH: `${programs}:${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
  };
  const git = (...args: readonly string[]) => execute('git', [...args], { cwd: own, env });
  await git('clone', '--quiet', PUBLISHED, clone);
  await usePortOfItsOwn(clone);
  for (const [path, content] of Object.entries(await ownFiles())) {
    await mkdir(dirname(join(own, path)), { recursive: true });
    await writeFile(join(own, path), content);
  }
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=What is there');
  return { clone, own, env, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** What the guide asks for: results of a load test and logs; and a folder of snapshots for the page on those. */
async function ownFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'package.json': '{ "name": "shop", "version": "2.5.0", "private": true }\n',
    'load/k6.json': await readFile('examples/inputs/k6-summary.json', 'utf8'),
    'logs/api.log': 'GET /cart 200 12 ms\nGET /cart 200 14 ms\n',
    'out/snapshots/report.json': '{ "total": 3 }\n',
  };
}

/** Other tests stand the same system up at the same time. */
async function usePortOfItsOwn(clone: string): Promise<void> {
  await using server = await startServer(() => {});
  const configuration = join(clone, 'examples/toron/testops.yml');
  await writeFile(configuration, (await readFile(configuration, 'utf8')).replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${server.port}`));
}

/** What the machine needs to reach a registry. */
function networkOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|npm_config_registry)$/i.test(entry[0]),
    ),
  );
}
