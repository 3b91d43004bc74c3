import { z } from 'zod';
import type { JsonValue } from './json.ts';

/**
 * What makes a value stricter. The words: `higher` and `lower` compare numbers, durations and moments; `more` and `fewer` compare lists as sets; a
 * list of levels runs from the strictest to the loosest; with `fixed` every change but an addition loosens; `none` says why a change can loosen nothing.
 * For values with a form of their own:
 * `globs`, a list of patterns that is kept only when every positive pattern is still there, letter by letter, and no negation is new;
 * `signed`, names to do and `-name` to leave out, in which `all` covers every name;
 * `present`, where any value is as good as another, and none is looser;
 * `thresholds`, lines in k6 syntax; `limit`, one text such as `< 300` or `>= 99 %`;
 * `beside`, a limit whose operator (`lt`, `lte`, `gt`, `gte`) is in another key of the same object; `against`, the same for what must not hold.
 */
export type Direction =
  | 'higher'
  | 'lower'
  | 'more'
  | 'fewer'
  | 'fixed'
  | 'globs'
  | 'signed'
  | 'present'
  | 'thresholds'
  | 'limit'
  | readonly string[]
  | { readonly none: string }
  | { readonly beside: string }
  | { readonly against: string };

/**
 * What the absence of a value means: it is the loosest or the strictest value that there is, one that cannot be compared with others, a certain value, or
 * the value of another key of the same object. Where a schema has a default, that is it; otherwise `fewer` is strictest when absent, all else loosest.
 */
export type Absent = 'loosest' | 'strictest' | 'incomparable' | { readonly value: JsonValue } | { readonly as: string };

/**
 * `measured`: files that a gate judges, which must have been produced for the commit. `limits`: files that say what is accepted, which are those of the
 * commit. `execution`: how the gate runs, which changes no result.
 */
export type Role = 'measured' | 'limits' | 'execution';

/** Metadata of a schema that the comparison of configurations follows. */
export interface DirectionMeta {
  readonly direction?: Direction;
  readonly absent?: Absent;
  readonly role?: Role;
  /** With role `limits`: which kind of document the files are. */
  readonly document?: string;
  /** Keys that tell the objects of a list apart, `a.b` for one inside an object. */
  readonly identity?: readonly string[];
  /** An object that is new or gone is judged key by key, as if it were empty on the other side. */
  readonly byKey?: boolean;
  /** Keys of a list's objects of which the last one that applies counts. */
  readonly laterWins?: readonly string[];
  /** While one of these keys is next to the list or in one of its objects, an object that is new loosens as well: the objects share a sum. */
  readonly sharedWith?: readonly string[];
  /** Key by which the options of a union are told apart; an option without it is the one for objects without it. */
  readonly variantKey?: string;
}

/** Names of metadata that a published JSON Schema leaves out. */
const INTERNAL_META: readonly string[] = [
  'direction',
  'absent',
  'role',
  'document',
  'identity',
  'byKey',
  'laterWins',
  'sharedWith',
  'variantKey',
  'fileOnly',
  'faceOnly',
  'secret',
  'writes',
];

/** A schema with nothing left but what its values mean for strictness: plain JSON. */
export type DirectionNode =
  | {
      readonly kind: 'value';
      readonly direction: Direction;
      readonly absent?: Absent;
      readonly role?: Role;
      readonly document?: string;
    }
  | { readonly kind: 'map'; readonly keys: { readonly [key: string]: DirectionNode }; readonly absent?: Absent }
  | { readonly kind: 'record'; readonly values: DirectionNode }
  | {
      readonly kind: 'list';
      readonly direction: 'more' | 'fewer';
      readonly items: DirectionNode;
      readonly identity: readonly string[];
      readonly byKey?: boolean;
      readonly laterWins?: readonly string[];
      readonly sharedWith?: readonly string[];
    }
  | { readonly kind: 'variants'; readonly by: string; readonly of: { readonly [value: string]: DirectionNode } };

/** A kind of document with limits. */
export interface LimitDocument {
  readonly schema: z.ZodType;
  /** Schema of a file whose name ends in `.toml`; absent, every file is YAML or JSON. */
  readonly toml?: z.ZodType;
  /** The file is a sequence of YAML documents, and the elements of one that is a list count as documents. */
  readonly entries?: boolean;
}

/** Which names of an object in a union stand for `no value of the variant key`. */
export const NO_VARIANT = '';

/**
 * The directions of a schema. @throws Error that names the key when one has neither a direction nor keys of its own: our fault.
 */
export function directionsOf(schema: z.ZodType, where: string): DirectionNode {
  const { inner, meta, defaultValue } = unwrapMeta(schema);
  const absent = meta.absent ?? (defaultValue === undefined ? undefined : { value: defaultValue as JsonValue });
  const withAbsent = absent === undefined ? {} : { absent };
  if (meta.identity !== undefined) return listOf(inner, meta, where);
  if (meta.direction !== undefined) {
    const { direction, role, document } = meta;
    return {
      kind: 'value',
      direction,
      ...withAbsent,
      ...(role === undefined ? {} : { role }),
      ...(document === undefined ? {} : { document }),
    };
  }
  if (inner instanceof z.ZodObject) return { kind: 'map', keys: keysOf([inner], where), ...withAbsent };
  if (inner instanceof z.ZodRecord) return { kind: 'record', values: directionsOf(inner.valueType as z.ZodType, `${where}.*`) };
  if (inner instanceof z.ZodUnion) return unionOf(inner.options as readonly z.ZodType[], meta, where, withAbsent);
  throw new Error(`${where}: no direction`);
}

/** Metadata of a value whose change can loosen nothing, with the reason. */
export function none(reason: string): { readonly direction: { readonly none: string } } {
  return { direction: { none: reason } };
}

/** Leaves metadata that is for the suite alone out of a JSON Schema: pass it as `override` to `z.toJSONSchema`. */
export function withoutInternalMeta({ jsonSchema }: { readonly jsonSchema: object }): void {
  for (const name of INTERNAL_META) delete (jsonSchema as { [key: string]: unknown })[name];
}

function listOf(inner: z.ZodType, { direction, identity = [], byKey, laterWins, sharedWith }: DirectionMeta, where: string): DirectionNode {
  if (!(inner instanceof z.ZodArray) || (direction !== 'more' && direction !== 'fewer'))
    throw new Error(`${where}: identity without a list`);
  return {
    kind: 'list',
    direction,
    items: directionsOf(inner.element as z.ZodType, `${where}[]`),
    identity,
    ...(byKey ? { byKey } : {}),
    ...(laterWins === undefined ? {} : { laterWins }),
    ...(sharedWith === undefined ? {} : { sharedWith }),
  };
}

function unionOf(options: readonly z.ZodType[], meta: DirectionMeta, where: string, absent: { readonly absent?: Absent }): DirectionNode {
  const { variantKey } = meta;
  if (variantKey !== undefined) {
    const of = options.map((option) => [literalOf(option, variantKey), option] as const);
    return {
      kind: 'variants',
      by: variantKey,
      of: Object.fromEntries(of.map(([name, option]) => [name, directionsOf(option, `${where}<${name}>`)])),
    };
  }
  // Texts among the options are names, which are compared as a whole; the objects are read as one with the keys of all.
  const objects = options.map((option) => unwrapMeta(option).inner).filter((option) => option instanceof z.ZodObject);
  if (objects.length === 0) throw new Error(`${where}: no direction`);
  return { kind: 'map', keys: keysOf(objects, where), ...absent };
}

function literalOf(option: z.ZodType, key: string): string {
  const { inner } = unwrapMeta(option);
  if (inner instanceof z.ZodUnion) return literalOf(inner.options[0] as z.ZodType, key);
  const type: unknown = inner instanceof z.ZodObject ? inner.shape[key] : undefined;
  return type instanceof z.ZodLiteral ? String(type.value) : NO_VARIANT;
}

function keysOf(objects: readonly z.ZodObject[], where: string): { readonly [key: string]: DirectionNode } {
  const keys: { [key: string]: DirectionNode } = {};
  for (const object of objects) {
    for (const [name, type] of Object.entries(object.shape as Record<string, z.ZodType>)) {
      if (unwrapMeta(type).inner instanceof z.ZodNever) continue;
      const node = directionsOf(type, `${where}.${name}`);
      const known = keys[name];
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(node)) throw new Error(`${where}.${name}: two directions`);
      keys[name] = node;
    }
  }
  return keys;
}

/** The type inside of optional, default, nullable and pipe, with the metadata of all layers: the outer ones count. */
export function unwrapMeta(schema: z.ZodType): { readonly inner: z.ZodType; readonly meta: DirectionMeta; readonly defaultValue: unknown } {
  const metas: DirectionMeta[] = [];
  let inner = schema;
  let defaultValue: unknown;
  for (;;) {
    metas.unshift((inner.meta() ?? {}) as DirectionMeta);
    if (inner instanceof z.ZodDefault) defaultValue ??= inner.def.defaultValue;
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
      inner = inner.unwrap() as z.ZodType;
    else if (inner instanceof z.ZodPipe) inner = inner.in as z.ZodType;
    else return { inner, meta: Object.assign({}, ...metas) as DirectionMeta, defaultValue };
  }
}
