import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createJsonPlaces } from '../../../../src/gates/telemetry-scan/formats/json-places.ts';

/** Pointers of all strings that begin with a mark, by walking the parsed value: a second way to the same answer. */
function pointersByWalking(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return value.startsWith('MARK') ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    pointersByWalking(member, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

function pointersByScanning(text: string, chunkSize: number): string[] {
  const bytes = Buffer.from(text);
  const offsets: number[] = [];
  for (let at = bytes.indexOf('"MARK'); at >= 0; at = bytes.indexOf('"MARK', at + 1)) offsets.push(at + 1);
  const places = createJsonPlaces(offsets);
  for (let at = 0; at < bytes.length; at += chunkSize) places.push(bytes.subarray(at, at + chunkSize));
  return offsets.map((offset) => places.pointers.get(offset) ?? 'none');
}

const key = fc
  .string({ maxLength: 8 })
  .filter((text) => !/["\\\u0000-\u001f]|MARK|__proto__/.test(text) && text.isWellFormed() && !/^\d+$/.test(text));
const document = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('MARK', 'MARK two', 'plain', 'a "quoted" \\ text, [x]: {y}', 17, null, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('createJsonPlaces', () => {
  it('agrees with a walk over the parsed document, however it is cut and laid out', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 64 }), fc.constantFrom(0, 2), (value, chunkSize, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(pointersByScanning(text, chunkSize)).toEqual(pointersByWalking(value));
      }),
      { numRuns: 300 },
    );
  });

  it('survives ten thousand brackets, duplicate keys and __proto__', () => {
    expect(pointersByScanning(`${'['.repeat(10_000)}"MARK"${']'.repeat(10_000)}`, 4_096)[0]).toMatch(/^(\/0)+$/);
    expect(pointersByScanning('{"a":1,"a":"MARK","__proto__":{"b":"MARK"}}', 7)).toEqual(['/a', '/__proto__/b']);
  });

  it('begins anew on each line', () => {
    expect(pointersByScanning('{"a":["MARK"]}\n{"b":"MARK"}\n', 5)).toEqual(['/a/0', '/b']);
  });
});
