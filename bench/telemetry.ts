import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createAnchors, findAnchors } from '../src/gates/telemetry-scan/engine/anchors.ts';
import { findAnchorsFast } from '../src/gates/telemetry-scan/engine/fast-anchors.ts';
import { GROUPS_PER_SEVERITY, scanBlock } from '../src/gates/telemetry-scan/engine/scan-block.ts';
import { createScanner, scanBytes } from '../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../src/gates/telemetry-scan/rules/index.ts';
import type { Severity } from '../src/gates/telemetry-scan/rules/rule.ts';
import { TOKEN_ROWS } from '../src/gates/telemetry-scan/rules/token-table.ts';
import { type Corpus, createCorpus } from './telemetry-corpus.ts';

const KINDS: readonly (readonly [Corpus, string])[] = [
  ['otlp', 'OTLP logs'],
  ['access', 'access logs'],
  ['cloudtrail', 'CloudTrail'],
  ['json', 'minified JSON'],
];
const BLOCK = 4 << 20;
const ROUNDS = 5;

/** Best of several rounds, in bytes for each microsecond of processor time of this process (MB/s on one core). */
function speed(bytes: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return bytes / best;
}

/**
 * Prints speeds and their ratio to SHA-256 over the same bytes in the same process, then other scanners over the same files:
 * those below `peers` (`bin/gitleaks`, `node_modules` with secretlint, its preset and @vscode/ripgrep, `pv`, a virtual environment with presidio-analyzer),
 * else those on the PATH.
 */
export async function main(megabytes: number, peers?: string): Promise<void> {
  const scanner = createScanner(DEFAULT_RULES);
  const salt = Buffer.alloc(32, 1);
  const corpora = KINDS.map(([kind, name]) => ({ kind, name, bytes: createCorpus(kind, megabytes * 1e6) }));
  console.log(
    `Node ${process.version}, ${megabytes} MB each, best of ${ROUNDS} by processor time, one core, ${DEFAULT_RULES.length} rules`,
  );
  console.log('corpus          SHA-256   first pass   the same, WASM   all rules   with places   ratio');
  const measured: Measured[] = [];
  for (const { kind, name, bytes } of corpora) {
    const hash = speed(bytes.length, () => createHash('sha256').update(bytes).digest());
    const anchors = createAnchors();
    const first = speed(bytes.length, () => findAnchors(bytes, 0, bytes.length, scanner.starts.keys, scanner.ends.keys, anchors));
    const tables = scanner.fast;
    if (!tables) throw new Error('the default rules have no fast first pass');
    const fast = speed(bytes.length, () => inBlocks(bytes, (from, to) => findAnchorsFast(bytes, from, to, tables, false)));
    const all = speed(bytes.length, () => inBlocks(bytes, (from, to) => scanBytes(scanner, bytes, from, to)));
    const placed = speed(bytes.length, () => {
      const kept = new Map<Severity, number>();
      inBlocks(bytes, (from, to) => {
        const full = [...kept].flatMap(([severity, count]) => (count >= GROUPS_PER_SEVERITY ? [severity] : []));
        const block = { bytes: bytes.subarray(from, to), base: from, from: 0, to: to - from };
        for (const { severity } of scanBlock(scanner, block, { salt }, { mode: 'lines', full }).groups)
          kept.set(severity, (kept.get(severity) ?? 0) + 1);
      });
    });
    measured.push({ kind, name, bytes, speed: placed });
    console.log(
      `${name.padEnd(15)} ${[hash, first, fast, all, placed].map((value) => value.toFixed(0).padStart(7)).join('      ')}      ${(placed / hash).toFixed(3)}`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-bench-'));
  try {
    others(folder, measured, peers);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`memory: at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB, the corpora among them`);
}

interface Measured {
  readonly kind: Corpus;
  readonly name: string;
  readonly bytes: Buffer;
  /** MB/s with places. */
  readonly speed: number;
}

function inBlocks(bytes: Buffer, work: (from: number, to: number) => void): void {
  for (let from = 0; from < bytes.length; ) {
    const lineEnd = from + BLOCK >= bytes.length ? bytes.length : bytes.lastIndexOf(10, from + BLOCK) + 1;
    const to = lineEnd > from ? lineEnd : Math.min(from + BLOCK, bytes.length);
    work(from, to);
    from = to;
  }
}

interface Other {
  readonly name: string;
  /** Says its version, and so that it is there. */
  readonly probe: (found: string) => readonly [string, ...string[]];
  readonly run: (found: string, file: string, folder: string) => readonly [string, ...string[]];
  /** Where it lies below the folder of peers, else on the PATH by this name. */
  readonly at: readonly [below: string, name: string];
  /** No more is given to it, because it is slow. */
  readonly megabytes: number;
}

const PRESIDIO = `import sys
from presidio_analyzer.predefined_recognizers import *
rs=[EmailRecognizer(),CreditCardRecognizer(),IbanRecognizer(),IpRecognizer(),UsSsnRecognizer(),PhoneRecognizer()]
for l in open(sys.argv[1]):
  for r in rs: r.analyze(l, r.supported_entities, None)`;

const OTHERS: readonly Other[] = [
  {
    name: 'gitleaks',
    at: ['bin/gitleaks', 'gitleaks'],
    probe: (found) => [found, 'version'],
    run: (found, file) => [found, 'dir', '--no-banner', '--exit-code', '0', file],
    megabytes: 50,
  },
  {
    name: 'rg, our token patterns',
    at: ['node_modules/@vscode/ripgrep-linux-x64/bin/rg', 'rg'],
    probe: (found) => [found, '--version'],
    run: (found, file, folder) => [
      found,
      '--regex-size-limit',
      '2G',
      '--dfa-size-limit',
      '2G',
      '-j1',
      '-c',
      '-f',
      join(folder, 'patterns.txt'),
      file,
    ],
    megabytes: 50,
  },
  {
    name: 'secretlint',
    at: ['node_modules/.bin/secretlint', 'secretlint'],
    probe: (found) => [found, '--version'],
    run: (found, file, folder) => [found, '--secretlintrc', join(folder, 'secretlintrc.json'), '--no-glob', file],
    megabytes: 5,
  },
  {
    name: "Presidio's patterns",
    at: ['pv/bin/python3', 'python3'],
    probe: (found) => [found, '-c', 'import presidio_analyzer'],
    run: (found, file) => [found, '-c', PRESIDIO, file],
    megabytes: 1,
  },
];

/** Other scanners over the same bytes: whole processes by processor time, start included, so that the machine's other work counts for none. */
function others(folder: string, corpora: readonly Measured[], peers: string | undefined): void {
  writeFileSync(join(folder, 'patterns.txt'), TOKEN_ROWS.map((row) => row.pattern.replaceAll('UUID', '[0-9a-f-]{36}')).join('\n'));
  writeFileSync(join(folder, 'secretlintrc.json'), JSON.stringify({ rules: [{ id: '@secretlint/secretlint-rule-preset-recommend' }] }));
  console.log('others, MB/s by processor time (and how many times as fast telemetry-scan is, with all its rules and places)');
  for (const { name, at, probe, run, megabytes } of OTHERS) {
    const below = peers === undefined ? undefined : resolve(peers, at[0]);
    const program = below !== undefined && existsSync(below) ? below : at[1];
    const [command, ...args] = probe(program);
    const found = spawnSync(command, args, { encoding: 'utf8' });
    if (found.error || found.status !== 0) {
      const reason = found.error ? `${program} is not here` : String(found.stderr).trim().split('\n').at(-1);
      console.log(`${name}: not measured, because ${reason}`);
      continue;
    }
    const speeds = corpora.map(({ kind, name: corpus, bytes, speed: own }) => {
      const cut = bytes.subarray(0, megabytes * 1e6);
      const file = join(folder, `${kind}.log`);
      writeFileSync(file, cut);
      const [started, ...rest] = run(program, file, folder);
      const before = childMicroseconds();
      const done = spawnSync(started, rest, { cwd: peers ?? folder, encoding: 'utf8', timeout: 300_000, maxBuffer: 1 << 28 });
      rmSync(file);
      if (done.error || done.signal !== null) return `${corpus} not measured, because it took more than 300 s`;
      // 1 is for findings, or for none.
      if (done.status !== 0 && done.status !== 1) return `${corpus} not measured, because it ended with ${done.status}`;
      const theirs = cut.length / (childMicroseconds() - before);
      return `${corpus} ${theirs.toFixed(theirs < 10 ? 2 : 0)} (${(own / theirs).toFixed(1)})`;
    });
    console.log(`${name}: ${speeds.join(', ')}`);
  }
}

/** Processor time of all children so far: fields 16 and 17 of /proc/self/stat (proc(5)), in hundredths of a second. */
function childMicroseconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10_000;
}
