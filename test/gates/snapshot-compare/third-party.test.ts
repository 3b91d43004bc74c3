import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { parse } from 'yaml';
import { diffNodes } from '../../../src/core/structural-diff.ts';
import { JsonTextError, readJsonText } from '../../../src/core/structural-diff-json.ts';
import { nodeText, readJsonNode, type StructuralNode, sameNode } from '../../../src/core/structural-diff-node.ts';
import { applyPatch, patchOf, patchText, readPatch } from '../../../src/core/structural-diff-patch.ts';
import { countPixels } from '../../../src/gates/snapshot-compare/formats/pictures.ts';
import { decodePng } from '../../../src/gates/snapshot-compare/formats/png.ts';
import { readYamlText } from '../../../src/gates/snapshot-compare/formats/yaml.ts';
import { itWithData, sharedData } from './shared-data.ts';

const DIFF = sharedData('diff');
const IMAGES = sharedData('images');
const diff = (...segments: string[]) => join(DIFF ?? '', ...segments);
const images = (...segments: string[]) => join(IMAGES ?? '', ...segments);

describe('JSONTestSuite', () => {
  itWithData(DIFF, 'accepts every y_, refuses every n_, and decides on every i_ without falling over', () => {
    const folder = diff('nst+JSONTestSuite', 'test_parsing');
    const wrong: string[] = [];
    const seen = { y: 0, n: 0, i: 0 };
    for (const name of readdirSync(folder)) {
      const kind = name[0] as keyof typeof seen;
      if (!(kind in seen)) continue;
      seen[kind]++;
      const accepted = accepts(readFileSync(join(folder, name)));
      if (kind !== 'i' && accepted !== (kind === 'y')) wrong.push(`${name}: ${accepted ? 'accepted' : 'refused'}`);
    }
    expect(wrong).toEqual([]);
    expect(seen).toEqual({ y: 95, n: 188, i: 35 });
  });
});

function accepts(bytes: Uint8Array): boolean {
  try {
    readJsonText(bytes);
    return true;
  } catch (error) {
    if (error instanceof JsonTextError) return false;
    throw error;
  }
}

/** Where our reading differs from yaml-test-suite's, each with its reason. A case that starts to agree fails the test, so the list stays true. */
const YAML_EXCEPTIONS: Readonly<Record<string, string>> = {
  SF5V: 'two %YAML directives: the library takes the last one and reports nothing',
  HWV9: 'a stream of only "..." is no document for the suite, an empty one for the library',
  QT73: 'a comment and "...": as HWV9',
  M7A3: 'a comment between two "...": as HWV9, one empty document more',
};

interface YamlCase {
  readonly yaml: string;
  readonly json?: string | null;
  readonly fail?: boolean;
  readonly skip?: boolean;
}

describe('yaml-test-suite', () => {
  itWithData(DIFF, 'reads what it should as it should, but for the cases listed', () => {
    const folder = diff('yaml+yaml-test-suite', 'src');
    const differing: string[] = [];
    let cases = 0;
    for (const file of readdirSync(folder)) {
      const list = parse(readFileSync(join(folder, file), 'utf8'), { uniqueKeys: false }) as YamlCase[];
      let inherited: Partial<YamlCase> = {};
      list.forEach((own, index) => {
        const { fail: _fail, ...rest } = { ...inherited, ...own };
        inherited = rest;
        if (rest.skip) return;
        cases++;
        const id = file.replace('.yaml', '') + (list.length > 1 ? `/${index}` : '');
        if (!agrees({ ...rest, yaml: rest.yaml ?? '', ...(own.fail ? { fail: true } : {}) })) differing.push(id);
      });
    }
    expect(differing.sort()).toEqual(Object.keys(YAML_EXCEPTIONS).sort());
    expect(cases).toBe(402);
  });
});

/** The suite writes invisible characters as visible ones. */
function decodeSuiteText(text: string): string {
  return text
    .replaceAll('␣', ' ')
    .replace(/—*»/g, '\t')
    .replaceAll('⇔', '\uFEFF')
    .replaceAll('↵', '')
    .replaceAll('∎\n', '')
    .replaceAll('←', '\r');
}

function agrees({ yaml, json, fail }: YamlCase): boolean {
  const { documents, broken } = readYamlText(decodeSuiteText(yaml), 'actual');
  const refused = broken.some(({ kind }) => kind === 'malformed');
  if (fail || refused) return refused === (fail ?? false);
  if (json === undefined || json === null) return true;
  const expected = concatenated(json).map(canonical);
  return JSON.stringify(documents.map((node) => canonical(withoutTags(JSON.parse(nodeText(node)))))) === JSON.stringify(expected);
}

/** Documents of a JSON text that holds several, one behind the other. */
function concatenated(text: string): unknown[] {
  const documents: unknown[] = [];
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    lines.push(line);
    try {
      documents.push(JSON.parse(lines.join('\n')));
      lines = [];
    } catch {
      // Not yet a whole document.
    }
  }
  if (lines.join('').trim() !== '') throw new Error(`not JSON: ${lines.join('\n')}`);
  return documents;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Unknown tags are part of a value for us; the suite's JSON leaves them out. */
function withoutTags(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTags);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0].startsWith('!tag ')) return withoutTags(only[1]);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutTags(member)]));
}

describe('dyff', () => {
  itWithData(DIFF, 'round-trips every from/to pair of YAML documents', () => {
    const folder = diff('homeport+dyff', 'assets');
    let pairs = 0;
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/(^|\/)from\.ya?ml$/.test(name)) continue;
      const sides = [name, name.replace(/from(\.ya?ml)$/, 'to$1')].map((path) =>
        readYamlText(readFileSync(join(folder, path), 'utf8'), 'actual'),
      );
      const [left, right] = sides.map(({ documents }) => readJsonNode(Buffer.from(`[${documents.map(nodeText).join(',')}]`)));
      expect(sides.map(({ broken }) => broken.filter(({ kind }) => kind === 'malformed'))).toEqual([[], []]);
      expect(roundTrips(left as StructuralNode, right as StructuralNode)).toBe(true);
      pairs++;
    }
    expect(pairs).toBeGreaterThan(20);
  });
});

function roundTrips(left: StructuralNode, right: StructuralNode): boolean {
  const { edits } = diffNodes(left, right);
  if (!edits) return false;
  const result = applyPatch(left, readPatch(Buffer.from(patchText(patchOf(edits)))));
  return sameNode(readJsonNode(Buffer.from(nodeText(result))), right);
}

describe('pictures', () => {
  itWithData(IMAGES, 'counts what pixelmatch 7.2 counts', () => {
    interface Count {
      readonly a: string;
      readonly b: string;
      readonly options: string;
      readonly pixels: number;
    }
    const table = JSON.parse(readFileSync(images('mapbox+pixelmatch/derived/expected_counts.json'), 'utf8')) as Record<string, Count[]>;
    const picture = (name: string) => decodePng(readFileSync(images('mapbox+pixelmatch/test/fixtures', `${name}.png`)));
    const counts = (table['v7.2.0'] ?? []).map(({ a, b, options }) => {
      const threshold = /threshold: ([\d.]+)/.exec(options)?.[1];
      return countPixels(picture(a), picture(b), { threshold: threshold === undefined ? 0.1 : Number(threshold), antialiasing: 'ignore' })
        .pixels;
    });
    expect(counts).toEqual((table['v7.2.0'] ?? []).map(({ pixels }) => pixels));
    expect(counts.length).toBeGreaterThan(10);
  });

  itWithData(IMAGES, 'refuses the corrupt pictures of PngSuite and reads the others', () => {
    const folder = images('lukeapage+pngjs/test/in');
    const wrong: string[] = [];
    let seen = 0;
    for (const name of readdirSync(folder).filter((file) => /^[a-z]\w{7}\.png$/.test(file))) {
      seen++;
      const read = reads(readFileSync(join(folder, name)));
      if (read === name.startsWith('x')) wrong.push(`${name}: ${read ? 'read' : 'refused'}`);
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(150);
  });
});

function reads(bytes: Uint8Array): boolean {
  try {
    decodePng(bytes);
    return true;
  } catch {
    return false;
  }
}
