/**
 * What snapshot-compare costs, against what anybody would use instead, in one run: `node bench/snapshot.ts` (Node 24; on Node 20 through the compiled build). Arguments: number of
 * files (default 20,000) and of elements (default 100,000). Prints the best of several rounds, and ratios.
 */
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'jsondiffpatch';
import { PNG } from 'pngjs';
import { diffNodes } from '../src/core/structural-diff.ts';
import { readJsonNode } from '../src/core/structural-diff-node.ts';
import { countPixels } from '../src/gates/snapshot-compare/formats/pictures.ts';
import { decodePng } from '../src/gates/snapshot-compare/formats/png.ts';
import { inputs } from '../src/gates/snapshot-compare/inputs.ts';
import { measure } from '../src/gates/snapshot-compare/measure.ts';
import { restoreSnapshot } from '../src/gates/snapshot-compare/store/restore.ts';
import { saveSnapshot } from '../src/gates/snapshot-compare/store/save.ts';
import { treeItems } from '../src/gates/snapshot-compare/tree.ts';
import { createHost } from '../src/host/index.ts';
import { createFolderReplica } from '../src/host/replicas/folder.ts';

const ROUNDS = 5;
const [files = 20_000, elements = 100_000] = process.argv.slice(2).map(Number);
const root = mkdtempSync(join(tmpdir(), 'bench-snapshot-'));

/**
 * Best of several rounds, in milliseconds: whatever else the machine does only ever adds. With `cpu` it is the time of the processor that counts (user and system, all threads): the
 * fairer measure on a machine that others use too, where nothing waits for disks or other processes. Each contender has its rounds in a row, so that none pays for another's garbage.
 */
async function race(
  contenders: Readonly<Record<string, () => unknown>>,
  options: { rounds?: number; cpu?: boolean } = {},
): Promise<Record<string, number>> {
  const best: Record<string, number> = {};
  for (const [name, work] of Object.entries(contenders))
    for (let round = 0; round < (options.rounds ?? ROUNDS); round++) {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await work();
      const { user, system } = process.cpuUsage(before);
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, options.cpu ? (user + system) / 1000 : performance.now() - start);
    }
  return best;
}

function report(title: string, best: Record<string, number>, ratios: Readonly<Record<string, number>>): void {
  console.log(`\n${title}`);
  for (const [name, ms] of Object.entries(best)) console.log(`  ${name.padEnd(44)} ${ms.toFixed(1).padStart(9)} ms`);
  for (const [name, ratio] of Object.entries(ratios)) console.log(`  ${name.padEnd(44)} ${ratio.toFixed(2).padStart(9)} x`);
}

async function benchFolders(): Promise<void> {
  for (let i = 0; i < files; i++) {
    const folder = join(root, 'a', String(i % 200));
    if (i < 200) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${i}.json`), JSON.stringify({ i, text: 'x'.repeat(i % 900) }));
  }
  cpSync(join(root, 'a'), join(root, 'b'), { recursive: true });
  await using host = createHost({ workspace: root, environment: {}, quiet: true });
  const given = inputs.parse({ baseline: 'a', actual: 'b' });
  const best = await race({
    'diff -rq': () => spawnSync('diff', ['-rq', join(root, 'a'), join(root, 'b')]),
    'git diff --no-index --quiet': () => spawnSync('git', ['diff', '--no-index', '--quiet', join(root, 'a'), join(root, 'b')]),
    'snapshot-compare': () => measure(given, host),
  });
  const ours = best['snapshot-compare'] as number;
  report(`folders: ${files} equal files`, best, {
    'ours / diff -rq (aim: at most 1)': ours / (best['diff -rq'] as number),
    'ours / git diff --no-index': ours / (best['git diff --no-index --quiet'] as number),
  });
}

async function benchJson(): Promise<void> {
  const list = Array.from({ length: elements }, (_, i) => ({ id: i, name: `element ${i}`, score: (i * 1.37) % 97, on: i % 2 === 0 }));
  const left = Buffer.from(JSON.stringify({ items: list }));
  const right = Buffer.from(JSON.stringify({ items: list.toSpliced(elements >> 1, 0, { id: -1, name: 'inserted', score: 0, on: true }) }));
  const [a, b] = [left, right].map((bytes) => JSON.parse(bytes.toString()) as unknown);
  const keyed = create({ objectHash: (item) => String((item as { id?: number }).id) });
  const best = await race(
    {
      'floor: JSON.parse of both sides': () => [left, right].map((bytes) => JSON.parse(bytes.toString()) as unknown),
      'ours: read both sides and compare': () => diffNodes(readJsonNode(left), readJsonNode(right)),
      'jsondiffpatch with a key, parsed before': () => keyed.diff(a, b),
    },
    { cpu: true, rounds: 12 },
  );
  const [floor, ours, theirs] = Object.values(best) as [number, number, number];
  const megabytes = (left.length + right.length) / 1e6;
  report(`JSON: ${elements} elements, ${megabytes.toFixed(1)} MB for both sides, one insertion (processor time)`, best, {
    'whole / floor (aim: at most 1.5)': ours / floor,
    'beyond parsing / jsondiffpatch (aim: at most 0.2)': Math.max(0, ours - floor) / theirs,
  });
}

async function benchPictures(): Promise<void> {
  const [width, height] = [1280, 800];
  const draw = (shift: number) => {
    const png = new PNG({ width, height });
    for (let i = 0; i < png.data.length; i++) png.data[i] = i % 4 === 3 ? 255 : (i * 31 + (i % 4096 < 64 ? shift : 0)) & 255;
    return PNG.sync.write(png);
  };
  const [before, after] = [draw(0), draw(90)];
  const [one, two] = [join(root, 'one.png'), join(root, 'two.png')];
  writeFileSync(one, before);
  writeFileSync(two, after);
  const tool = join(import.meta.dirname, '../node_modules/pixelmatch/bin/pixelmatch');
  const best = await race({
    'pixelmatch, its own tool (a process)': () => spawnSync(process.execPath, [tool, one, two, join(root, 'diff.png')]),
    'node -e 0 (what a process costs)': () => spawnSync(process.execPath, ['-e', '0']),
    'ours: decode both and count': () => countPixels(decodePng(before), decodePng(after), { threshold: 0.1, antialiasing: 'ignore' }),
  });
  const [theirs, empty, ours] = Object.values(best) as [number, number, number];
  report(`pictures: ${width}x${height}`, best, { 'ours / pixelmatch less its process': ours / Math.max(1, theirs - empty) });
}

async function benchStore(): Promise<void> {
  const count = Math.min(files, 1000);
  const source = join(root, 'source');
  mkdirSync(source);
  for (let i = 0; i < count; i++) writeFileSync(join(source, `${i}.bin`), Buffer.alloc(20_000, `${i} `));
  await using host = createHost({ workspace: root, environment: {}, quiet: true });
  const signer = generateKeyPairSync('ed25519');
  let round = 0;
  let restored = 0;
  const best = await race(
    {
      'SHA-256 of all files': () => {
        for (const name of readdirSync(source))
          createHash('sha256')
            .update(readFileSync(join(source, name)))
            .digest('hex');
      },
      'cp -r (nothing synced)': () => spawnSync('cp', ['-r', source, mkdtempSync(join(root, 'copy-'))]),
      'cp -r, then sync': () => {
        const target = mkdtempSync(join(root, 'synced-'));
        spawnSync('cp', ['-r', source, target]);
        spawnSync('sync', ['-f', target]);
      },
      'save to one replica, every object synced': async () => {
        mkdirSync(join(root, `store-${round}`));
        const store = { replicas: [createFolderReplica(join(root, `store-${round++}`))], publicKey: signer.publicKey };
        const items = treeItems(host.files, source, await host.trees.read(source));
        const contents = new Map([...items].flatMap(([path, item]) => (item.kind === 'file' ? [[path, item.content] as const] : [])));
        await saveSnapshot(store, { tag: 'v1', files: contents, by: 'bench', reason: 'bench', at: '2026-01-01T00:00:00Z', signer });
      },
      'restore, every object checked': async () => {
        const store = { replicas: [createFolderReplica(join(root, 'store-0'))], publicKey: signer.publicKey };
        await restoreSnapshot(store, 'v1', host.files, join(root, `restored-${restored++}`));
      },
    },
    { rounds: 2 },
  );
  const [hashing, copying, , saving, restoring] = Object.values(best) as [number, number, number, number, number];
  report(`store: ${count} files of 20 kB`, best, {
    'save / (hashing + cp)': saving / (hashing + copying),
    'restore / (hashing + cp)': restoring / (hashing + copying),
  });
}

try {
  console.log(`Node ${process.version}`);
  await benchJson();
  await benchFolders();
  await benchPictures();
  await benchStore();
} finally {
  rmSync(root, { recursive: true, force: true });
}
