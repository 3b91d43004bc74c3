import { z } from 'zod';
import type { SecretName } from './ports/secrets.ts';

/**
 * How an input may be given, as metadata of its schema:
 * `schema.meta({ fileOnly: true })` for structured values, which live in testops.yml only;
 * `schema.meta({ secret: 'TESTOPS_SALT' })` for secrets, which are inputs of the action and environment variables, never flags or file keys;
 * `schema.meta({ faceOnly: true })` for what only an action input or a flag can say, not the file.
 */
export interface InputMeta {
  readonly fileOnly?: boolean;
  readonly secret?: SecretName;
  readonly faceOnly?: boolean;
  /** What makes the value stricter: the comparison with the last beta follows it. */
  readonly direction?: Direction;
  /** What the files are that an input names. */
  readonly role?: Role;
}

/**
 * What makes a value stricter. `higher` and `lower` compare numbers and durations, `more` and `fewer` lists; a list of levels runs from the strictest to
 * the loosest; with `fixed` every change but an addition loosens. `none` says why a change of the value can loosen nothing.
 */
export type Direction = 'higher' | 'lower' | 'more' | 'fewer' | 'fixed' | readonly string[] | { readonly none: string };

/**
 * `measured`: files that a gate judges, which must have been produced for the commit. `limits`: files that say what is accepted, which are those of the
 * commit. `execution`: how the gate runs, which changes no result.
 */
export type Role = 'measured' | 'limits' | 'execution';

/** How the text of a flag or of an action's input becomes a value. */
export type InputKind = 'text' | 'number' | 'boolean' | 'list' | 'choice' | 'structured';

/** One input, as generators, help and parsers see it. */
export interface InputDeclaration extends InputMeta {
  readonly name: string;
  readonly kind: InputKind;
  readonly description: string;
  readonly required: boolean;
  /** What an absent input means, as text; undefined when there is no default. */
  readonly defaultText?: string;
  readonly choices?: readonly string[];
}

/** The shape of one gate's inputs. */
export type InputShape = Readonly<Record<string, z.ZodType>>;

/** Strict object: a key that is not declared is refused. Names are kebab-case. */
export function declareInputs<Shape extends InputShape>(
  shape: Shape,
): z.ZodObject<{ -readonly [Key in keyof Shape]: Shape[Key] }, z.core.$strict> {
  return z.strictObject(shape) as never;
}

/** Inputs that every action has. */
export const commonInputs = declareInputs({
  config: z
    .string()
    .optional()
    .describe('Path of testops.yml; default `.github/testops.yml`, used when it is there')
    .meta({ faceOnly: true }),
  'evidence-dir': z.string().default('testops-evidence').describe('Folder that receives the evidence files').meta({ faceOnly: true }),
  'github-token': z
    .string()
    .optional()
    .describe('Token for the GitHub API; in the command the environment variable `GITHUB_TOKEN`')
    .meta({ secret: 'GITHUB_TOKEN' }),
});

/** Lists the inputs of a schema in the order of their declaration. Throws when one has no description: our fault. */
export function listInputs(schema: z.ZodObject): readonly InputDeclaration[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, type]) => {
    const { inner, optional, defaultValue } = unwrap(type);
    const meta = readMeta(type);
    const description = type.description ?? inner.description;
    if (description === undefined) throw new Error(`input ${name} has no description`);
    const kind = kindOf(inner);
    return {
      name,
      kind,
      description,
      required: !optional,
      ...(defaultValue === undefined ? {} : { defaultText: textOf(defaultValue) }),
      ...(kind === 'choice' ? { choices: (inner as z.ZodEnum).options.map(String) } : {}),
      ...meta,
    };
  });
}

/** Names of the inputs that have a role. */
export function inputsOfRole(schema: z.ZodObject, role: Role): readonly string[] {
  return listInputs(schema).flatMap((input) => (input.role === role ? [input.name] : []));
}

/** Turns the text of a flag or an action's input into the value that the schema parses; lists are one item per line. */
export function readInputText(kind: InputKind, text: string): unknown {
  switch (kind) {
    case 'list':
      return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    case 'number':
      return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return text.trim() === 'true' ? true : text.trim() === 'false' ? false : text;
    default:
      return text.trim();
  }
}

function readMeta(type: z.ZodType): InputMeta {
  const metas: InputMeta[] = [];
  for (let current: z.ZodType | undefined = type; current; current = innerOf(current)) metas.unshift((current.meta() ?? {}) as InputMeta);
  const { fileOnly, secret, faceOnly, direction, role } = Object.assign({}, ...metas) as InputMeta;
  return {
    ...(fileOnly ? { fileOnly } : {}),
    ...(secret ? { secret } : {}),
    ...(faceOnly ? { faceOnly } : {}),
    ...(direction === undefined ? {} : { direction }),
    ...(role === undefined ? {} : { role }),
  };
}

function innerOf(type: z.ZodType): z.ZodType | undefined {
  return type instanceof z.ZodOptional || type instanceof z.ZodDefault || type instanceof z.ZodNullable
    ? (type.unwrap() as z.ZodType)
    : undefined;
}

function unwrap(type: z.ZodType): { inner: z.ZodType; optional: boolean; defaultValue: unknown } {
  let inner = type;
  let optional = false;
  let defaultValue: unknown;
  for (let next = innerOf(inner); next; next = innerOf(inner)) {
    optional = true;
    if (inner instanceof z.ZodDefault) defaultValue = inner.def.defaultValue;
    inner = next;
  }
  return { inner, optional, defaultValue };
}

function kindOf(type: z.ZodType): InputKind {
  if (readMeta(type).fileOnly) return 'structured';
  if (type instanceof z.ZodString) return 'text';
  if (type instanceof z.ZodNumber) return 'number';
  if (type instanceof z.ZodBoolean) return 'boolean';
  if (type instanceof z.ZodEnum) return 'choice';
  if (type instanceof z.ZodArray && type.element instanceof z.ZodString) return 'list';
  if (type instanceof z.ZodArray && type.element instanceof z.ZodEnum) return 'list';
  return type instanceof z.ZodPipe ? kindOf(type.in as z.ZodType) : 'structured';
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
