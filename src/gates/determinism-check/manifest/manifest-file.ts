import { z } from 'zod';
import { canonicalJson, digestOf, UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Inputs } from '../inputs.ts';
import { entriesOf, leafOf, type Manifest, type ManifestEntry, packManifest } from './manifest.ts';

/**
 * A manifest on disk: JSON Lines, the header first, then one line of canonical JSON per output, sorted by path. The header carries the Merkle root over
 * exactly those lines, so a manifest that was cut off or edited is noticed.
 */
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const stream = z.strictObject({ bytes: z.number().int().nonnegative(), sha256: hex64 });
const header = z.strictObject({
  format: z.literal('testops-determinism-manifest/1'),
  /** `linux/x64`. */
  platform: z.string(),
  part: z.string().optional(),
  /** SHA-256 of what was to be run and compared; only manifests that agree in it are compared. */
  command: hex64,
  verdict: z.enum(['pass', 'warn', 'fail', 'inconclusive']),
  /** What decided there, in a few words. */
  headline: z.string().max(80).optional(),
  runs: z.number().int().positive(),
  ending: z.string(),
  stdout: stream.optional(),
  stderr: stream.optional(),
  entries: z.number().int().nonnegative(),
  merkleRoot: hex64,
});
const entry = z.strictObject({
  path: z.string(),
  kind: z.enum(['file', 'link', 'fifo', 'socket', 'device']),
  mode: z.number().int().min(0).max(0o7777),
  size: z.number().int().nonnegative(),
  sha256: z.union([hex64, z.literal('')]),
});
export type ManifestHeader = z.infer<typeof header>;

export interface ReadManifest {
  readonly name: string;
  readonly header: ManifestHeader;
  readonly manifest: Manifest;
}

/** What two manifests must agree in to be comparable. */
export function commandDigest(inputs: Pick<Inputs, 'run' | 'outputs' | 'compare'>): string {
  return digestOf({ run: inputs.run ?? '', outputs: [...inputs.outputs].sort(), compare: [...inputs.compare].sort() });
}

export async function writeManifest(
  files: Files,
  path: string,
  head: Omit<ManifestHeader, 'format' | 'entries' | 'merkleRoot'>,
  manifest: Manifest,
): Promise<void> {
  await using writer = await files.writer(path);
  const full: ManifestHeader = {
    format: 'testops-determinism-manifest/1',
    ...head,
    entries: manifest.paths.length,
    merkleRoot: manifest.root,
  };
  await writer.write(`${canonicalJson(full)}\n`);
  let batch: string[] = [];
  for (const one of entriesOf(manifest)) {
    batch.push(leafOf(one), '\n');
    if (batch.length < 2000) continue;
    await writer.write(batch.join(''));
    batch = [];
  }
  await writer.write(batch.join(''));
  await writer.close();
}

/**
 * Reads a manifest and checks it against its own header.
 * @throws UserError when it is no manifest, was cut off or edited
 */
export async function readManifest(files: Files, name: string): Promise<ReadManifest> {
  const refuse = (found: string): never => {
    throw new UserError({
      where: name,
      found,
      expected: 'a manifest as `determinism-check` writes it',
      todo: 'make it again; a manifest is never edited',
    });
  };
  const lines = linesOf(files, name);
  const first = await lines.next();
  const head = header.safeParse(first.done === true ? undefined : parseLine(first.value));
  if (!head.success) return refuse(first.done === true ? 'an empty file' : 'a first line that is no manifest header');
  const paths: string[] = [];
  const entries: ManifestEntry[] = [];
  for await (const line of lines) {
    const parsed = entry.safeParse(parseLine(line));
    if (!parsed.success) return refuse(`line ${paths.length + 2} that is no entry`);
    paths.push(parsed.data.path);
    entries.push(parsed.data);
  }
  const manifest = await packManifest(paths, [entries]);
  if (paths.length !== head.data.entries) return refuse(`${paths.length} entries where the header says ${head.data.entries}`);
  if (manifest.root !== head.data.merkleRoot) return refuse('entries that do not give the Merkle root of the header');
  return { name, header: head.data, manifest };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function* linesOf(files: Files, path: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of files.stream(path)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
