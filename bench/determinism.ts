/**
 * Figures of the determinism check on this machine, in one run: `node bench/determinism.ts` (Node 22.18 or later). Needs `sha256sum`; `reprotest` and
 * `diffoscope` are compared with where they are installed (Debian's packages). Sizes: BENCH_LARGE_MB (1000), BENCH_SMALL_FILES (20000), BENCH_COMMAND_SECONDS (10).
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainContent } from '../src/gates/determinism-check/explanation/explain-content.ts';
import type { Facts } from '../src/gates/determinism-check/facts.ts';
import { gate } from '../src/gates/determinism-check/gate.ts';
import { inputs as schema } from '../src/gates/determinism-check/inputs.ts';
import { scanOutputs } from '../src/gates/determinism-check/manifest/scan.ts';
import { createHost } from '../src/host/create-host.ts';

const LARGE_MB = Number(process.env.BENCH_LARGE_MB ?? 1000);
const SMALL_FILES = Number(process.env.BENCH_SMALL_FILES ?? 20_000);
const COMMAND_SECONDS = Number(process.env.BENCH_COMMAND_SECONDS ?? 10);
const ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), 'bench-determinism-'));
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** Best of several rounds: the least disturbed one. */
async function best(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

async function hashing(): Promise<void> {
  const large = join(folder, 'large/out');
  const small = join(folder, 'small/out');
  mkdirSync(large, { recursive: true });
  const block = randomBytes(1_000_000);
  for (let mb = 0; mb < LARGE_MB; mb += 1) appendFileSync(join(large, 'file'), block);
  for (let at = 0; at < SMALL_FILES; at += 1) {
    if (at % 500 === 0) mkdirSync(join(small, String(at / 500)), { recursive: true });
    writeFileSync(join(small, String(Math.floor(at / 500)), `file-${at}.js`), `export const value${at} = ${at};\n`.repeat(20));
  }
  for (const [name, place] of [
    [`${LARGE_MB} MB in one file`, large],
    [`${SMALL_FILES} small files`, small],
  ] as const) {
    await using host = createHost({ workspace: folder, environment: process.env, progress: 'quiet' });
    const ours = await best(() => scanOutputs(host.files, join(place, '..'), ['out/**']));
    const theirs = await best(() =>
      spawnSync('sh', ['-c', 'find . -type f -print0 | sort -z | xargs -0 sha256sum > /dev/null'], { cwd: place }),
    );
    say(`hashing, ${name}: ours ${seconds(ours)}, sha256sum ${seconds(theirs)}: ${(theirs / ours).toFixed(2)} times as fast`);
  }
}

async function measure(workspace: string, section: object): Promise<{ readonly facts: Facts; readonly ms: number }> {
  const started = performance.now();
  await using host = createHost({ workspace, environment: process.env, progress: 'quiet' });
  const facts = (await gate.measure(schema.parse(section), host as never)) as Facts;
  return { facts, ms: performance.now() - started };
}

async function overhead(): Promise<void> {
  const workspace = join(folder, 'work');
  for (let at = 0; at < 500; at += 1) {
    mkdirSync(join(workspace, 'src', String(at % 20)), { recursive: true });
    writeFileSync(join(workspace, 'src', String(at % 20), `${at}.ts`), 'export {};\n'.repeat(100));
  }
  const run = `sleep ${COMMAND_SECONDS}; mkdir -p out; cat src/1/*.ts > out/all.ts`;
  const alone = await best(() => spawnSync('bash', ['-c', `${run}; rm -r out`], { cwd: workspace }));
  const { facts, ms } = await measure(workspace, { run, outputs: ['out/**'], runs: 3 });
  const runs = facts.runs?.runs.length ?? 0;
  const share = (100 * (ms - runs * alone)) / (runs * alone);
  say(
    `overhead: ${runs} runs of a command that takes ${seconds(alone)} (500 files in the work tree): ${seconds(ms)}, ${share.toFixed(2)} % beyond the command itself`,
  );
}

async function culprits(): Promise<void> {
  for (const [name, run] of [
    ['build path', 'pwd > artifact'],
    ['time zone', 'date -d @1700000000 +%H:%M > artifact'],
    ['umask', 'touch artifact.in; stat -c %a artifact.in > artifact'],
  ] as const) {
    const workspace = join(folder, `culprit-${name.replace(' ', '-')}`);
    mkdirSync(workspace);
    writeFileSync(join(workspace, 'in.txt'), 'x\n');
    const { facts, ms } = await measure(workspace, { run, outputs: ['artifact'], runs: 2, vary: ['-terminal'] });
    const [difference] = facts.runs?.differences ?? [];
    const named =
      difference?.attribution.kind === 'named' ? difference.attribution.culprits.flat().map(({ variation }) => variation) : ['nothing'];
    const ours = `ours names ${named.join(', ')} after ${difference?.search?.runs ?? 0} further runs (at most ${difference?.search?.bound ?? 0}), ${seconds(ms)} in all`;
    if (!has('reprotest')) {
      say(`culprit, ${name}: ${ours}; reprotest is not installed`);
      continue;
    }
    const count = join(folder, `count-${name.replace(' ', '-')}`);
    const started = performance.now();
    const theirs = spawnSync(
      'reprotest',
      ['--auto-build', '--no-diffoscope', '--min-cpus', '1', '-c', `echo run >> ${count}; ${run}`, workspace, 'artifact'],
      { encoding: 'utf8' },
    );
    const wall = performance.now() - started;
    const lines = `${theirs.stdout}${theirs.stderr}`.split('\n');
    const at = lines.findIndex((line) => line.startsWith('Observed unreproducibility'));
    const found = at === -1 ? 'nothing' : (lines[at + 1] ?? '').trim();
    const runs = existsSync(count) ? readFileSync(count, 'utf8').trim().split('\n').length : 0;
    say(
      `culprit, ${name}: ${ours}; reprotest --auto-build names ${found} after ${Math.max(0, runs - 2)} further runs, ${seconds(wall)} in all`,
    );
  }
}

async function explanation(): Promise<void> {
  const build = (id: string): Uint8Array => {
    const place = mkdtempSync(join(folder, 'explain-'));
    mkdirSync(join(place, 'pkg'));
    for (let at = 0; at < 200; at += 1) writeFileSync(join(place, 'pkg', `${at}.json`), JSON.stringify({ at, text: 'x'.repeat(500) }));
    writeFileSync(join(place, 'pkg/build.json'), JSON.stringify({ id }));
    const fixed = '--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=go=rX';
    spawnSync('sh', ['-c', `tar ${fixed} -cf inner.tar pkg && gzip -n inner.tar && tar ${fixed} -cf outer.tar inner.tar.gz`], {
      cwd: place,
    });
    return readFileSync(join(place, 'outer.tar'));
  };
  const [left, right] = [build('0f2c7a52-5a0e-4c39-9f0e-3c1d2b4a5f60'), build('91b4e0d7-2f6c-4b1a-8a53-77d0c2e9b814')];
  const background = {
    aspects: ['content' as const],
    attribution: { kind: 'intrinsic' as const, diverged: 1, comparisons: 1 },
    marks: { left: [], right: [] },
    variedValues: [],
    differingDigests: new Map<string, string>(),
  };
  let told = '';
  const ours = await best(() => {
    const { first, causes } = explainContent({ name: 'outer.tar', left, right }, background);
    told = `${[...(first?.member ?? []), first?.pointer ?? ''].join(' › ')}, likely ${causes[0]?.id ?? 'nothing'}`;
  });
  say(`explanation, JSON in tar in gzip in tar: ours ${seconds(ours)} (${told})`);
  if (!has('diffoscope')) {
    say('explanation: diffoscope is not installed');
    return;
  }
  writeFileSync(join(folder, 'left.tar'), left);
  writeFileSync(join(folder, 'right.tar'), right);
  const start = await best(() => spawnSync('diffoscope', ['--version']));
  const theirs = await best(() => spawnSync('diffoscope', [join(folder, 'left.tar'), join(folder, 'right.tar')]));
  say(
    `explanation: diffoscope ${seconds(theirs)}, of which ${seconds(start)} to start: ${(theirs / ours).toFixed(0)} times as long, ${((theirs - start) / ours).toFixed(0)} without its start`,
  );
}

try {
  say(`node ${process.version}, ${process.platform}/${process.arch}`);
  await hashing();
  await overhead();
  await culprits();
  await explanation();
  say(`memory, most in this process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
