import { z } from 'zod';
import { type DirectionMeta, none, type Role, unwrapMeta } from './directions.ts';
import type { SecretName } from './ports/secrets.ts';

/**
 * How an input may be given, as metadata of its schema:
 * `schema.meta({ fileOnly: true })` for structured values, which live in testops.yml only;
 * `schema.meta({ secret: 'TESTOPS_SALT' })` for secrets, which are inputs of the action and environment variables, never flags or file keys;
 * `schema.meta({ faceOnly: true })` for what only an action input or a flag can say, not the file;
 * `schema.meta({ writes: true })` for a path that the run writes to: untracked files there do not make a tree dirty.
 * What makes a value stricter and what the files are that it names is metadata as well.
 */
export interface InputMeta extends Pick<DirectionMeta, 'direction' | 'role' | 'document'> {
  readonly fileOnly?: boolean;
  readonly secret?: SecretName;
  readonly faceOnly?: boolean;
  readonly writes?: boolean;
}

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
    .meta({ faceOnly: true, ...none('For a version the default branch says which path counts') }),
  'evidence-dir': z
    .string()
    .default('testops-evidence')
    .describe('Folder that receives the evidence files')
    .meta({ faceOnly: true, ...none('Evidence is the same in every folder') }),
  'github-token': z
    .string()
    .optional()
    .describe('Token for the GitHub API; in the command the environment variable `GITHUB_TOKEN`')
    .meta({ secret: 'GITHUB_TOKEN', ...none('A secret') }),
});

/** Lists the inputs of a schema in the order of their declaration. Throws when one has no description: our fault. */
export function listInputs(schema: z.ZodObject): readonly InputDeclaration[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, type]) => {
    const { inner, optional, defaultValue } = unwrap(type);
    const meta = readMeta(type);
    const description = type.description ?? inner.description;
    if (description === undefined) throw new Error(`input ${name} has no description`);
    const kind = readMeta(type).fileOnly ? 'structured' : kindOf(inner, name);
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

/** Names of the inputs that have a role, in the order of their declaration. */
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
  const { fileOnly, secret, faceOnly, writes, direction, role, document } = unwrapMeta(type).meta as InputMeta;
  return {
    ...(fileOnly ? { fileOnly } : {}),
    ...(secret ? { secret } : {}),
    ...(faceOnly ? { faceOnly } : {}),
    ...(writes ? { writes } : {}),
    ...(direction === undefined ? {} : { direction }),
    ...(role === undefined ? {} : { role }),
    ...(document === undefined ? {} : { document }),
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

/** @throws Error for a schema that is none of these and not marked `fileOnly`: our fault, since the input would exist nowhere. */
function kindOf(type: z.ZodType, name: string): InputKind {
  const { inner } = unwrapMeta(type);
  // Texts with a format, such as `z.url()`, are texts.
  if (inner instanceof z.ZodString || inner instanceof z.ZodStringFormat) return 'text';
  if (inner instanceof z.ZodNumber) return 'number';
  if (inner instanceof z.ZodBoolean) return 'boolean';
  if (inner instanceof z.ZodEnum) return 'choice';
  if (inner instanceof z.ZodArray) {
    const { element } = inner;
    if (element instanceof z.ZodString || element instanceof z.ZodStringFormat || element instanceof z.ZodEnum) return 'list';
  }
  throw new Error(`input ${name}: neither text, number, boolean, choice nor list; mark it \`fileOnly\``);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
