import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify as stringifyToml } from 'smol-toml';
import type { DirectionNode } from '../../src/core/index.ts';
import { compareConfiguration } from '../../src/decision/index.ts';
import { directionsTable } from '../../src/suite/configuration/directions.ts';
import { text } from './example.ts';

/**
 * Loosens every single key that has a direction, generated from the schemas: what the words of directions mean is written here a second time, from
 * A list of its own, not taken from the comparison.
 */
interface Table {
  readonly configuration: DirectionNode;
  readonly documents: Readonly<Record<string, { readonly node: DirectionNode; readonly toml?: DirectionNode; readonly entries?: boolean }>>;
}
const table = directionsTable() as unknown as Table;

type Wrap = (value: unknown, next?: Readonly<Record<string, unknown>>) => unknown;
/** A key that can be loosened: how to write a document around it, and pairs of a value and a looser one (`undefined`: absent). */
interface Case {
  readonly name: string;
  readonly wrap: Wrap;
  readonly pairs: fc.Arbitrary<{ readonly before: unknown; readonly after: unknown; readonly next?: Readonly<Record<string, unknown>> }>;
}

const words = fc.stringMatching(/^[a-z]{1,8}$/);
const someWords = fc.uniqueArray(words, { minLength: 1, maxLength: 4 });
const descending = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }))
  .map(([low, step]) => [low + step, low] as const);
const durations = fc.constantFrom('m', 'h', 'd');

function pairsOf(node: DirectionNode & { kind: 'value' }): Case['pairs'] {
  const { direction } = node;
  if (typeof direction === 'object' && !('none' in direction) && !Array.isArray(direction)) {
    const [key, against] = 'beside' in direction ? [direction.beside, false] : [(direction as { against: string }).against, true];
    return fc.tuple(descending, fc.constantFrom('lt', 'lte', 'gt', 'gte')).map(([[high, low], op]) => {
      const lowIsStrict = op.startsWith('l') !== against;
      return { before: lowIsStrict ? low : high, after: lowIsStrict ? high : low, next: { [key]: op } };
    });
  }
  if (Array.isArray(direction)) {
    const last = direction.length - 1;
    return fc
      .tuple(fc.nat(last - 1), fc.nat(last))
      .filter(([from, to]) => from < to)
      .map(([from, to]) => ({ before: typed(direction[from]), after: typed(direction[to]) }));
  }
  switch (direction) {
    case 'higher':
      return fc.oneof(
        descending.map(([high, low]) => ({ before: high, after: low })),
        fc.tuple(descending, durations).map(([[high, low], unit]) => ({ before: `${high}${unit}`, after: `${low}${unit}` })),
      );
    case 'lower':
      return fc.oneof(
        descending.map(([high, low]) => ({ before: low, after: high })),
        fc.tuple(descending, durations).map(([[high, low], unit]) => ({ before: `${low}${unit}`, after: `${high}${unit}` })),
      );
    case 'more':
      return fc
        .tuple(someWords, someWords)
        .filter(([one, two]) => one.some((word) => !two.includes(word)))
        .map(([before, after]) => ({ before, after }));
    case 'fewer':
      return fc
        .tuple(someWords, someWords)
        .filter(([one, two]) => two.some((word) => !one.includes(word)))
        .map(([before, after]) => ({ before, after }));
    case 'globs':
      return fc.oneof(
        someWords.map((before) => ({ before: before.map((word) => `${word}/*`), after: before.map((word) => `${word}/x`) })),
        someWords.map((before) => ({ before, after: [...before, '!x'] })),
      );
    case 'signed':
      return fc.oneof(
        words.map((word) => ({ before: ['all'], after: ['all', `-${word}`] })),
        fc.uniqueArray(words, { minLength: 2, maxLength: 4 }).map((before) => ({ before, after: before.slice(1) })),
      );
    case 'thresholds':
      return fc.oneof(
        descending.map(([high, low]) => ({ before: [`d: p(95)<${low}`], after: [`d: p(95)<${high}`] })),
        descending.map(([high, low]) => ({ before: ['d: avg<1', `c: rate>${high}`], after: ['d: avg<1', `c: rate>${low}`] })),
        someWords
          .map((before) => ({ before: before.map((word) => `${word}: avg<1`), after: before.slice(1).map((word) => `${word}: avg<1`) }))
          .filter(({ after }) => after.length > 0),
      );
    case 'limit':
      return fc.oneof(
        descending.map(([high, low]) => ({ before: `< ${low}`, after: `< ${high}` })),
        descending.map(([high, low]) => ({ before: `>= ${high} %`, after: `>= ${low} %` })),
        descending.map(([high]) => ({ before: `< ${high}`, after: `>= ${high}` })),
        descending.map(([high, low]) => ({ before: `== ${high}`, after: `== ${low}` })),
      );
    case 'present':
      return words.map((before) => ({ before, after: undefined }));
    case 'fixed':
      return fc
        .tuple(words, words)
        .filter(([one, two]) => one !== two)
        .map(([before, after]) => ({ before, after }));
    default:
      throw new Error(`no values for ${JSON.stringify(direction)}`);
  }
}

const typed = (level: string | undefined) => (level === 'true' || level === 'false' ? level === 'true' : level);

/** Every key below a node that a change can loosen; `skip` are keys that tell the elements of a list apart. */
function casesOf(node: DirectionNode, name: string, wrap: Wrap, skip: readonly string[] = []): readonly Case[] {
  switch (node.kind) {
    case 'value': {
      if (typeof node.direction === 'object' && 'none' in node.direction) return [];
      const present: Case = { name, wrap, pairs: pairsOf(node) };
      const loosest =
        typeof node.absent === 'string'
          ? node.absent === 'loosest' || node.absent === 'incomparable'
          : node.absent === undefined && node.direction !== 'fewer';
      const strictest =
        node.absent === 'strictest' || node.absent === 'incomparable' || (node.absent === undefined && node.direction === 'fewer');
      return [
        present,
        ...(loosest
          ? [
              {
                name: `${name} (removed)`,
                wrap,
                pairs: present.pairs.map(({ before, next }) => ({ before, after: undefined, ...(next ? { next } : {}) })),
              },
            ]
          : []),
        ...(strictest
          ? [
              {
                name: `${name} (added)`,
                wrap,
                pairs: present.pairs.map(({ after, next }) => ({ before: undefined, after, ...(next ? { next } : {}) })),
              },
            ]
          : []),
      ];
    }
    case 'map': {
      const whole: readonly Case[] =
        typeof node.absent === 'string'
          ? [
              {
                name: `${name} (whole)`,
                wrap,
                pairs: fc.constant(node.absent === 'loosest' ? { before: {}, after: undefined } : { before: undefined, after: {} }),
              },
            ]
          : [];
      const inner = Object.entries(node.keys)
        .filter(([key]) => !skip.includes(key))
        .flatMap(([key, child]) =>
          casesOf(
            child,
            `${name}.${key}`,
            (value, next) => wrap({ ...next, ...(value === undefined ? {} : { [key]: value }) }),
            below(skip, key),
          ),
        );
      return [...whole, ...inner];
    }
    case 'record':
      return casesOf(node.values, `${name}.*`, (value) => wrap(value === undefined ? {} : { one: value }));
    case 'list': {
      const element = (value: unknown, id: string) => ({ ...identified(node.identity, id), ...(value as object) });
      const inner = casesOf(node.items, `${name}[]`, (value) => wrap([element(value, 'one')]), node.identity);
      const two = [element({}, 'one'), element({}, 'two')];
      const [before, after] = node.direction === 'more' ? [two, two.slice(1)] : [two.slice(1), two];
      return node.byKey || node.identity.length === 0
        ? inner
        : [{ name: `${name}[]`, wrap, pairs: fc.constant({ before, after }) }, ...inner];
    }
    case 'variants':
      return Object.entries(node.of).flatMap(([value, child]) =>
        casesOf(child, `${name}<${value}>`, (inside) => wrap({ ...(value === '' ? {} : { [node.by]: value }), ...(inside as object) }), [
          ...skip,
          node.by,
        ]),
      );
  }
}

const below = (paths: readonly string[], key: string) =>
  paths.flatMap((path) => (path.startsWith(`${key}.`) ? [path.slice(key.length + 1)] : []));

function identified(identity: readonly string[], id: string): object {
  const [first] = identity;
  if (first === undefined) return {};
  return first.split('.').reduceRight<unknown>((value, key) => ({ [key]: value }), id) as object;
}

const NAMING = {
  'slo-gate': { objectives: ['a.yaml'] },
  'snapshot-compare': { rules: 'rules.yml' },
  'telemetry-scan': { rules: ['own.yml', 'leaks.toml'] },
  'decision-record': { policy: 'policy.yml', checklist: 'readiness.yml' },
};
const FILES: Readonly<Record<string, string>> = {
  objectives: 'a.yaml',
  'snapshot-rules': 'rules.yml',
  'custom-rules': 'own.yml',
  policy: 'policy.yml',
  checklist: 'readiness.yml',
};

const ofConfiguration = casesOf(table.configuration, 'testops.yml', (value) => value).map((one) => [one.name, 'testops.yml', one] as const);
const ofDocuments = Object.entries(FILES).flatMap(([document, file]) => {
  const { node, toml, entries } = table.documents[document] as Table['documents'][string];
  const items = entries && node.kind === 'list' ? node.items : node;
  const yaml = casesOf(items, document, (value) => value).map((one) => [one.name, file, one] as const);
  const inToml =
    toml === undefined ? [] : casesOf(toml, `${document} (TOML)`, (value) => value).map((one) => [one.name, 'leaks.toml', one] as const);
  return [...yaml, ...inToml];
});

function changesOf(file: string, before: unknown, after: unknown) {
  const write = (value: unknown) => (file.endsWith('.toml') ? stringifyToml((value ?? {}) as never) : JSON.stringify(value ?? null));
  const side = (value: unknown) =>
    file === 'testops.yml' ? [text('testops.yml', write(value))] : [text('testops.yml', JSON.stringify(NAMING)), text(file, write(value))];
  return compareConfiguration({ before: side(before), after: side(after), configuration: 'testops.yml' }, table);
}

describe('loosening any single key', () => {
  it('knows many keys', () => expect(ofConfiguration.length + ofDocuments.length).toBeGreaterThan(200));

  it.each([...ofConfiguration, ...ofDocuments])('%s is loosened', (_name, file, { wrap, pairs }) => {
    fc.assert(
      fc.property(pairs, ({ before, after, next }) => {
        expect(changesOf(file, wrap(before, next), wrap(before, next)).changes).toEqual([]);
        const { changes, unreadable } = changesOf(file, wrap(before, next), wrap(after, next));
        expect(unreadable).toEqual([]);
        expect(changes.map(({ effect }) => effect)).toContain('loosened');
      }),
      { numRuns: 15 },
    );
  });
});
