import { createHash } from 'node:crypto';
import { isUserError, type Ports, sha256, UserError } from '../../core/index.ts';
import { openCache, type ScanCache } from './cache.ts';
import { renderCompliance } from './compliance.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { maskPath } from './mask.ts';
import { collectScans, type MergedParts, mergeParts, type Part, toScanned } from './part.ts';
import { MAX_PART_BYTES, parsePart } from './part-file.ts';
import { partPath } from './part-path.ts';
import { followScan } from './progress.ts';
import { quarantineFiles } from './quarantine/quarantine-files.ts';
import { renderRotation } from './rotation.ts';
import { renderSarif } from './sarif.ts';
import { type FileScan, scanFile } from './scan-file.ts';
import { type Prepared, prepare } from './settings.ts';
import { STANDARD_INPUT } from './sources/open.ts';

type Needs = Pick<Ports, 'files' | 'secrets' | 'random' | 'clock' | 'progress' | 'workers'>;

/**
 * Scans everything that the paths name, or merges the parts of a scan, and writes what was asked for beside the evidence.
 * @throws UserError for a salt that is too short, a rule that cannot be used, a named file that cannot be read, parts that do not belong together.
 */
export async function measure(inputs: Inputs, ports: Needs): Promise<Facts> {
  const prepared = await prepare(inputs, ports);
  const shard = readShard(inputs);
  const merging = isMerge(inputs);
  const merged = merging ? await readParts(inputs, prepared, ports) : await scan(inputs, prepared, shard, ports);
  const { contents } = merged;
  const used = new Set(contents.used);
  const rekeyed = new Map(contents.rekeyed);
  const facts: Facts = {
    ...toScanned(contents),
    unmatched: merged.unmatched,
    ...(prepared.key ? { key: prepared.key } : {}),
    accepted: prepared.acceptances.map(({ exception, state, hmac }) => ({
      ...exception,
      state,
      used: hmac !== undefined && used.has(hmac),
    })),
    ...(shard && shard.of > 1 && !merging ? { shard } : {}),
    ...(merged.missing.length > 0 ? { missingParts: merged.missing } : {}),
    ...(prepared.rulesLeftOut.length > 0 ? { rulesLeftOut: prepared.rulesLeftOut } : {}),
    ...(inputs['rotate-salt'] === undefined
      ? {}
      : {
          notRekeyed: prepared.acceptances.flatMap((each) =>
            each.previous && !rekeyed.has(each.hmac ?? '') ? [each.exception.match] : [],
          ),
        }),
  };
  const quarantined = await quarantineFiles(inputs, prepared, merged.offending, ports);
  const complete: Facts = quarantined === undefined ? facts : { ...facts, quarantined };
  if (inputs['rotate-salt'] !== undefined) await ports.files.write(inputs['rotate-salt'], renderRotation(prepared, rekeyed));
  const judgement = judge(complete, inputs);
  if (inputs.sarif !== undefined) await ports.files.write(inputs.sarif, renderSarif(judgement.findings));
  if (inputs['compliance-report'] !== undefined)
    await ports.files.write(inputs['compliance-report'], renderCompliance(complete, judgement.verdict, prepared.digest));
  return complete;
}

/** Whether parts are merged and nothing is scanned. */
function isMerge(inputs: Inputs): boolean {
  return inputs.parts.length > 0 || inputs['merge-parts'] !== undefined;
}

function readShard(inputs: Inputs): { readonly index: number; readonly of: number } | undefined {
  if (inputs.shard === undefined) return undefined;
  const [index, of] = inputs.shard.split('/').map(Number) as [number, number];
  if (index <= of) return { index, of };
  throw new UserError({
    where: 'telemetry-scan.shard',
    found: inputs.shard,
    expected: 'a part that is not beyond their number, e.g. `3/16`',
    todo: 'count the parts from 1',
  });
}

async function scan(
  inputs: Inputs,
  prepared: Prepared,
  shard: { index: number; of: number } | undefined,
  ports: Needs,
): Promise<MergedParts> {
  const { paths, unmatched } = await findFiles(inputs, ports);
  const { index, of } = shard ?? { index: 1, of: 1 };
  const own = paths.filter((_, at) => at % of === index - 1);
  const scans = await scanAll(own, inputs, prepared, ports);
  const contents = collectScans(scans);
  if (shard !== undefined) {
    const digests = { settingsDigest: prepared.digest, pathsDigest: sha256(JSON.stringify(paths)) };
    const part: Part = { format: 'testops/telemetry-part/v2', index, of, ...digests, unmatched, ...contents };
    await ports.files.write(partPath(inputs['part-dir'], shard), `${JSON.stringify(part)}\n`);
  }
  const offending = scans.map(({ tallies }, at) => ({
    path: own[at] as string,
    severities: tallies.flatMap((tally) => (tally.occurrences > tally.accepted ? [tally.severity] : [])),
  }));
  return { contents, unmatched, missing: [], offending };
}

async function readParts(inputs: Inputs, prepared: Prepared, ports: Needs): Promise<MergedParts> {
  const names = inputs.parts.length === 0 ? [] : await ports.files.glob(inputs.parts);
  const of = inputs['merge-parts'];
  const parts = [];
  for (const name of names) parts.push({ name, part: parsePart(await ports.files.readText(name, { maxBytes: MAX_PART_BYTES }), name) });
  if (parts.length > 0 || of !== undefined) return mergeParts(parts, { of, settingsDigest: prepared.digest });
  throw new UserError({
    where: 'telemetry-scan.parts',
    found: `no file that matches ${inputs.parts.map((pattern) => JSON.stringify(pattern)).join(', ')}`,
    expected: 'the parts that the shards wrote',
    todo: 'fetch their artifacts before the merge',
  });
}

/** Files side by side, as many as there are workers; the results in the order of the paths. */
async function scanAll(paths: readonly string[], inputs: Inputs, prepared: Prepared, ports: Needs): Promise<FileScan[]> {
  const { settings } = prepared;
  const cacheFile = inputs['cache-file'];
  const cache =
    cacheFile === undefined || prepared.key === undefined
      ? undefined
      : await openCache(cacheFile, prepared.digest, settings.keys.salt, ports.files);
  const scans: FileScan[] = [];
  let next = 0;
  const progress = await followScan(paths, ports);
  const take = async (): Promise<void> => {
    for (let index = next++; index < paths.length; index = next++) {
      const path = paths[index] as string;
      try {
        scans[index] = await scanUnlessKnown(path, prepared, cache, { ...ports, files: progress.files });
      } catch (error) {
        // A file that was named has to be readable; one that a pattern met may have vanished, which is a fact to judge.
        if (!isUserError(error) || inputs.paths.includes(path)) throw error;
        const file = maskPath(settings.scanner, path);
        scans[index] = {
          file,
          bytes: 0,
          groups: [],
          groupsLeftOut: 0,
          tallies: [],
          obstacles: [{ kind: 'unreadable', file }],
          used: [],
          rekeyed: [],
        };
      }
      progress.endFile(path);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, ports.workers.size) }, take));
  } finally {
    progress.finish();
  }
  await cache?.save();
  return scans;
}

async function scanUnlessKnown(path: string, prepared: Prepared, cache: ScanCache | undefined, ports: Needs): Promise<FileScan> {
  if (cache === undefined || path === STANDARD_INPUT) return scanFile(path, prepared.settings, ports);
  const hash = createHash('sha256');
  for await (const chunk of ports.files.stream(path)) hash.update(chunk);
  const digest = hash.digest('hex');
  const known = cache.recall(digest, maskPath(prepared.settings.scanner, path));
  if (known) return known;
  const scan = await scanFile(path, prepared.settings, ports);
  if (scan.obstacles.length === 0) cache.remember(digest, scan);
  return scan;
}

async function findFiles(inputs: Inputs, ports: Needs): Promise<{ paths: readonly string[]; unmatched: string[] }> {
  const patterns = inputs.paths.filter((pattern) => !isNegated(pattern) && pattern !== STANDARD_INPUT);
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
  const paths = await ports.files.glob(inputs.paths.filter((pattern) => pattern !== STANDARD_INPUT));
  return { paths: inputs.paths.includes(STANDARD_INPUT) ? [STANDARD_INPUT, ...paths] : paths, unmatched };
}

function isNegated(pattern: string): boolean {
  return pattern.startsWith('!') && !pattern.startsWith('!(');
}
