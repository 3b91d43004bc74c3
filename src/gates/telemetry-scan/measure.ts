import { type Ports, sortBy, stateOf, UserError } from '../../core/index.ts';
import { createScanner } from './engine/scanner.ts';
import type { Facts, Group, Obstacle, ScannedFile, Tally } from './facts.ts';
import { keyIdOf, printFingerprint } from './fingerprint.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { DEFAULT_RULES } from './rules/index.ts';
import { SEVERITIES } from './rules/rule.ts';
import { renderSarif } from './sarif.ts';
import { scanFile } from './scan-stream.ts';

/** A key shorter than the digest weakens HMAC-SHA-256 (RFC 2104 section 3). */
export const MIN_SALT_BYTES = 32;
/** So many groups stand in the facts, the gravest first; tallies count everything. */
export const MAX_GROUPS = 1_000;
const MAX_WORST_FILES = 20;

type Needs = Pick<Ports, 'files' | 'secrets' | 'random' | 'clock' | 'progress'>;

/**
 * Scans everything that the paths name.
 * @throws UserError for a salt that is too short and a file that cannot be read.
 */
export async function measure(inputs: Inputs, ports: Needs): Promise<Facts> {
  const facts = await scan(inputs, ports);
  if (inputs.sarif !== undefined) await ports.files.write(inputs.sarif, renderSarif(judge(facts, inputs).findings));
  return facts;
}

async function scan(inputs: Inputs, ports: Needs): Promise<Facts> {
  const given = readSalt(ports);
  const salt = given ?? ports.random.bytes(MIN_SALT_BYTES);
  const key = given === undefined ? undefined : { id: keyIdOf(given), epoch: inputs['salt-epoch'] };
  const now = ports.clock.now();
  const states = inputs.accepted.map((exception) => ({ exception, state: stateOf(exception, now) }));
  const hmacOf = (match: string) =>
    key && match.startsWith(printFingerprint(key.id, key.epoch, '')) ? match.slice(match.lastIndexOf(':') + 1) : undefined;
  const accepted = new Set(states.flatMap(({ exception, state }) => (state === 'effective' ? (hmacOf(exception.match) ?? []) : [])));
  const { paths, unmatched } = await findFiles(inputs, ports);
  const used = new Set<string>();
  const scanner = createScanner(DEFAULT_RULES);
  const groups: Group[] = [];
  const tallies = new Map<string, Tally>();
  const obstacles: Obstacle[] = [];
  const perFile: ScannedFile[] = [];
  let bytes = 0;
  let emptyFiles = 0;
  let groupsLeftOut = 0;
  for (const [index, path] of paths.entries()) {
    ports.progress.show('telemetry-scan', index, paths.length, 'files');
    const scan = await scanFile(ports.files, path, { scanner, salt, accepted }, used);
    bytes += scan.bytes;
    if (scan.bytes === 0 && scan.obstacles.length === 0) emptyFiles++;
    groups.push(...scan.groups);
    groupsLeftOut += scan.groupsLeftOut;
    obstacles.push(...scan.obstacles);
    for (const tally of scan.tallies) addTally(tallies, tally);
    const first = scan.groups[0];
    if (first)
      perFile.push({ file: first.file, bytes: scan.bytes, findings: scan.tallies.reduce((sum, tally) => sum + tally.occurrences, 0) });
  }
  ports.progress.finish('telemetry-scan');
  const sorted = sortGroups(groups);
  return {
    unmatched,
    files: paths.length,
    emptyFiles,
    bytes,
    groups: sorted.slice(0, MAX_GROUPS),
    groupsLeftOut: groupsLeftOut + Math.max(0, sorted.length - MAX_GROUPS),
    tallies: sortBy(
      [...tallies.values()],
      (tally) => SEVERITIES.indexOf(tally.severity),
      (tally) => tally.rule,
    ),
    obstacles: sortBy(
      obstacles,
      (obstacle) => obstacle.file,
      (obstacle) => obstacle.kind,
    ),
    worstFiles: sortBy(
      perFile,
      (file) => -file.findings,
      (file) => file.file,
    ).slice(0, MAX_WORST_FILES),
    ...(key ? { key } : {}),
    accepted: states.map(({ exception, state }) => {
      const hmac = hmacOf(exception.match);
      return { ...exception, state, used: hmac !== undefined && used.has(hmac) };
    }),
  };
}

/** By severity, file, byte, rule and value. */
export function sortGroups(groups: readonly Group[]): Group[] {
  return sortBy(
    groups,
    (group) => SEVERITIES.indexOf(group.severity),
    (group) => group.file,
    (group) => (group.member ?? []).join('\n'),
    (group) => group.byte,
    (group) => group.rule,
    (group) => group.hmac,
  );
}

function addTally(tallies: Map<string, Tally>, tally: Tally): void {
  const key = `${tally.rule} ${tally.severity}`;
  const known = tallies.get(key);
  tallies.set(
    key,
    known ? { ...known, occurrences: known.occurrences + tally.occurrences, accepted: known.accepted + tally.accepted } : tally,
  );
}

function readSalt(ports: Needs): Uint8Array | undefined {
  const text = ports.secrets.get('TESTOPS_SALT');
  if (text === undefined) return undefined;
  const salt = Buffer.from(text, 'utf8');
  if (salt.length >= MIN_SALT_BYTES) return salt;
  throw new UserError({
    where: 'TESTOPS_SALT (input salt)',
    found: `${salt.length} bytes`,
    expected: `at least ${MIN_SALT_BYTES} bytes (UTF-8)`,
    todo: 'make one, e.g. with `openssl rand -hex 32`, and store it as a secret',
  });
}

async function findFiles(inputs: Inputs, ports: Needs): Promise<{ paths: readonly string[]; unmatched: string[] }> {
  const patterns = inputs.paths.filter((pattern) => !isNegated(pattern));
  const unmatched: string[] = [];
  for (const pattern of patterns) {
    if ((await ports.files.glob([pattern])).length > 0) continue;
    if (!/[*?[\]{}()!]/.test(pattern) && (await ports.files.statTarget(pattern)) === undefined) {
      throw new UserError({
        where: `telemetry-scan.paths: ${JSON.stringify(pattern)}`,
        found: 'nothing of that name',
        expected: 'a file, a folder or a glob',
        todo: 'correct the path, or write a glob where a file may be absent',
      });
    }
    unmatched.push(pattern);
  }
  return { paths: await ports.files.glob(inputs.paths), unmatched };
}

function isNegated(pattern: string): boolean {
  return pattern.startsWith('!') && !pattern.startsWith('!(');
}
