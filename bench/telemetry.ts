import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Prints speeds and their ratio to SHA-256 over the same bytes in the same process, then other scanners over the same files, where they are installed. */
export async function main(megabytes: number): Promise<void> {
  const scanner = createScanner(DEFAULT_RULES);
  const salt = Buffer.alloc(32, 1);
  const corpora = KINDS.map(([kind, name]) => ({ kind, name, bytes: createCorpus(kind, megabytes * 1e6) }));
  console.log(
    `Node ${process.version}, ${megabytes} MB each, best of ${ROUNDS} by processor time, one core, ${DEFAULT_RULES.length} rules`,
  );
  console.log('corpus          SHA-256   first pass   the same, WASM   all rules   with places   ratio');
  for (const { name, bytes } of corpora) {
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
    console.log(
      `${name.padEnd(15)} ${[hash, first, fast, all, placed].map((value) => value.toFixed(0).padStart(7)).join('      ')}      ${(placed / hash).toFixed(3)}`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-bench-'));
  try {
    for (const { kind, bytes } of corpora) writeFileSync(join(folder, `${kind}.log`), bytes);
    others(folder, corpora);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  readonly probe: readonly [string, ...string[]];
  readonly run: (file: string, folder: string) => readonly [string, ...string[]];
}

const OTHERS: readonly Other[] = [
  { name: 'gitleaks', probe: ['gitleaks', 'version'], run: (file) => ['gitleaks', 'dir', '--no-banner', '--exit-code', '0', file] },
  { name: 'rg, token patterns', probe: ['rg', '--version'], run: (file, folder) => ['rg', '-c', '-f', join(folder, 'patterns.txt'), file] },
  {
    name: 'secretlint',
    probe: ['npx', '--no-install', 'secretlint', '--version'],
    run: (file) => ['npx', '--no-install', 'secretlint', file],
  },
  {
    name: 'Presidio',
    probe: ['python3', '-c', 'import presidio_analyzer'],
    run: (file) => [
      'python3',
      '-c',
      `from presidio_analyzer.predefined_recognizers import *; from presidio_analyzer import *\nrs=[EmailRecognizer(),CreditCardRecognizer(),IbanRecognizer(),IpRecognizer(),UsSsnRecognizer(),PhoneRecognizer()]\nfor l in open(${JSON.stringify(file)}):\n  for r in rs: r.analyze(l, r.supported_entities, None)`,
    ],
  },
];

/** Whole processes, wall clock, start included. */
function others(folder: string, corpora: readonly { readonly kind: Corpus; readonly name: string; readonly bytes: Buffer }[]): void {
  writeFileSync(join(folder, 'patterns.txt'), TOKEN_ROWS.map((row) => row.pattern.replaceAll('UUID', '[0-9a-f-]{36}')).join('\n'));
  for (const { name, probe, run } of OTHERS) {
    const [program, ...args] = probe;
    const found = spawnSync(program, args, { stdio: 'ignore' });
    if (found.error || found.status !== 0) {
      console.log(`${name}: not installed here, not compared`);
      continue;
    }
    const speeds = corpora.map(({ kind, name: corpus, bytes }) => {
      const [command, ...rest] = run(join(folder, `${kind}.log`), folder);
      const before = performance.now();
      try {
        execFileSync(command, rest, { stdio: 'ignore', timeout: 300_000 });
      } catch (error) {
        // No match, or findings: both end with another code than 0.
        if ((error as NodeJS.ErrnoException).code === 'ETIMEDOUT') return `${corpus} more than 300 s`;
      }
      return `${corpus} ${(bytes.length / 1e3 / (performance.now() - before)).toFixed(1)}`;
    });
    console.log(`${name}, MB/s: ${speeds.join(', ')}`);
  }
}
