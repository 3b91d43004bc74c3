import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffNodes, structuralDiff } from '../../src/core/structural-diff.ts';
import { nodeOfValue, nodeText, readJsonNode, type StructuralNode, sameNode } from '../../src/core/structural-diff-node.ts';
import { applyPatch, patchOf, patchText, readPatch } from '../../src/core/structural-diff-patch.ts';
import { itWithData, sharedData } from '../gates/snapshot-compare/shared-data.ts';

const DATA = sharedData('diff');
const SUITES = DATA ?? '';

const nodeOf = (value: unknown) => readJsonNode(Buffer.from(JSON.stringify(value)));

/** Left to right through the text of the patch, as a reader of the file would. Throws with the patch where it leads elsewhere. */
function roundTrip(left: StructuralNode, right: StructuralNode): void {
  const { edits } = diffNodes(left, right);
  const patch = readPatch(Buffer.from(patchText(patchOf(edits ?? []))));
  // A value node's hash is made in another way than a text's, so both sides are read back from their text.
  const result = readJsonNode(Buffer.from(nodeText(applyPatch(left, patch))));
  if (!sameNode(result, right)) throw new Error(`${nodeText(left)}\n${patchText(patch)}leads to ${nodeText(result)}`);
}

const json = fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as unknown);
const smallArrays = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 5 }), fc.record({ id: fc.integer({ min: 0, max: 4 }), v: fc.integer({ min: 0, max: 2 }) })),
  {
    maxLength: 14,
  },
);

describe('patch of a diff', () => {
  it('turns any document into any other', () => {
    fc.assert(
      fc.property(json, json, (a, b) => roundTrip(nodeOf(a), nodeOf(b))),
      { numRuns: 400 },
    );
  });

  it('turns arrays that share elements into each other', () => {
    fc.assert(
      fc.property(smallArrays, smallArrays, (a, b) => roundTrip(nodeOf({ list: a }), nodeOf({ list: b }))),
      { numRuns: 800 },
    );
  });

  it('is empty between a document and itself', () => {
    fc.assert(
      fc.property(json, (a) => {
        expect(structuralDiff(a, structuredClone(a))).toEqual([]);
        expect(diffNodes(nodeOf(a), readJsonNode(Buffer.from(JSON.stringify(a, undefined, 3)))).total).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps numbers as they are written', () => {
    const [left, right] = ['{"a":1}', '{"a":123456789012345678901234567890.10,"b":-0}'].map((text) => readJsonNode(Buffer.from(text)));
    const { edits = [] } = diffNodes(left as StructuralNode, right as StructuralNode);
    expect(patchText(patchOf(edits))).toBe(
      '[\n{"op":"add","path":"/b","value":-0},\n{"op":"replace","path":"/a","value":123456789012345678901234567890.10}\n]\n',
    );
  });
});

interface SuiteCase {
  readonly doc: unknown;
  readonly patch: unknown;
  readonly expected?: unknown;
  readonly error?: string;
  readonly comment?: string;
  readonly disabled?: boolean;
}

describe('third-party suites', () => {
  itWithData(DATA, 'applies json-patch-tests and round-trips its documents', () => {
    for (const file of ['tests.json', 'spec_tests.json']) {
      const cases = JSON.parse(readFileSync(join(SUITES, 'json-patch+json-patch-tests', file), 'utf8')) as SuiteCase[];
      let ran = 0;
      const wrong: string[] = [];
      for (const { doc, patch, expected, error, comment = '', disabled } of cases) {
        if (disabled || patch === undefined) continue;
        ran++;
        // The suite's own text is lost by JSON.parse, but only duplicate members of an operation depend on it.
        let result: StructuralNode | undefined;
        try {
          result = applyPatch(nodeOf(doc), readPatch(Buffer.from(JSON.stringify(patch))));
        } catch (failure) {
          if (error === undefined) wrong.push(`${comment}: ${String(failure)}`);
          continue;
        }
        if (error !== undefined) wrong.push(`${comment}: accepted, but ${error}`);
        else if (expected !== undefined && !sameNode(nodeOfValue(JSON.parse(nodeText(result))), nodeOfValue(expected)))
          wrong.push(`${comment}: ${nodeText(result)}`);
        if (expected !== undefined) {
          roundTrip(nodeOf(doc), nodeOf(expected));
          roundTrip(nodeOf(expected), nodeOf(doc));
        }
      }
      expect(wrong).toEqual([]);
      expect(ran).toBeGreaterThan(15);
    }
  });

  itWithData(DATA, 'round-trips pairs of documents out of java-json-tools, wI2L and the JSON Schema suite', () => {
    let pairs = 0;
    const perFile = 12;
    const folders = ['java-json-tools+json-patch', 'wI2L+jsondiff', 'json-schema-org+JSON-Schema-Test-Suite'];
    for (const folder of folders)
      for (const name of readdirSync(join(SUITES, folder), { recursive: true, encoding: 'utf8' })) {
        if (!name.endsWith('.json')) continue;
        const root = JSON.parse(readFileSync(join(SUITES, folder, name), 'utf8')) as unknown;
        for (const [a, b] of evenly([...pairsIn(root)], perFile)) {
          roundTrip(nodeOf(a), nodeOf(b));
          roundTrip(nodeOf(b), nodeOf(a));
          pairs++;
        }
      }
    expect(pairs).toBeGreaterThan(500);
  });
});

/** At most `count` items, spread over the whole list. */
function evenly<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, items.length / count);
  return Array.from({ length: Math.min(count, items.length) }, (_, index) => items[Math.floor(index * step)] as T);
}

/** What a suite's file offers to compare: named sides where it names them, else each entry of its arrays with the next. */
function* pairsIn(value: unknown): Generator<[unknown, unknown]> {
  if (Array.isArray(value)) {
    for (let i = 0; i + 1 < value.length; i++) yield [value[i], value[i + 1]];
    for (const element of value) yield* pairsIn(element);
  } else if (typeof value === 'object' && value !== null) {
    const sides = value as Record<string, unknown>;
    for (const [a, b] of [
      ['before', 'after'],
      ['first', 'second'],
      ['original', 'patched'],
      ['node1', 'node2'],
    ] as const)
      if (a in sides && b in sides) yield [sides[a], sides[b]];
    for (const member of Object.values(sides)) yield* pairsIn(member);
  }
}
