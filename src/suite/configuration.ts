import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Files, type GateId, type InputDeclaration, listInputs, nearestName, readInputText, UserError } from '../core/index.ts';
import { inputs as decisionInputs } from '../decision/inputs.ts';
import { gates } from '../gates/index.ts';

/** Where the configuration is looked for when nobody names a file. */
export const DEFAULT_CONFIGURATION = '.github/testops.yml';

/** A section of the file as it was written, types checked, defaults not yet filled in. */
export type Section = { readonly [key: string]: unknown };

/** `testops.yml`, read and checked. A gate without a section does not run. */
export interface Configuration {
  /** Path as given, for messages. */
  readonly path: string;
  readonly setup?: string;
  readonly serve?: string;
  readonly load?: string;
  readonly prepare?: string;
  readonly gates: ReadonlyMap<GateId, Section>;
  /** Gates that are reported but not required (`required: false`). */
  readonly reportedOnly: ReadonlySet<GateId>;
  readonly decision: Section;
}

/** Every command line of a configuration. */
export function commandsOf(configuration: Configuration): readonly string[] {
  const { setup, serve, load, prepare, gates } = configuration;
  const run = gates.get('determinism-check')?.run;
  return [setup, serve, load, prepare, run].filter((command): command is string => typeof command === 'string');
}

const COMMANDS = ['setup', 'serve', 'load', 'prepare'] as const;
const DECISION = 'decision-record';
const MAX_CONFIGURATION_BYTES = 1024 * 1024;

/** Reads a file that must be there. @throws UserError for what is absent, not YAML, or not as the schema wants it. */
export async function readConfiguration(files: Files, path: string): Promise<Configuration> {
  if ((await files.stat(path)) === undefined) {
    throw new UserError({
      where: path,
      found: 'no such file',
      expected: 'the configuration of the gates',
      todo: `write ${path} with \`version: 1\` and one gate, or name another file with --config; docs/configuration.md shows one`,
    });
  }
  return parseConfiguration(await files.readText(path, { maxBytes: MAX_CONFIGURATION_BYTES }), path);
}

/** Parses and checks the text of a configuration; `path` is for messages. */
export function parseConfiguration(text: string, path: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, maxAliasCount: 100 } as never);
  const [error] = document.errors;
  if (error) {
    const at = error.linePos?.[0];
    throw new UserError({
      where: at ? `${path}:${at.line}:${at.col}` : path,
      found: error.message.split('\n')[0] ?? 'not YAML',
      expected: 'YAML',
      todo: 'mend the line',
    });
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const problem = (keys: readonly string[], found: string, expected: string, todo: string): UserError => {
    const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
    const line = node?.range ? lines.linePos(node.range[0] ?? 0).line : undefined;
    return new UserError({
      where: `${path}${line === undefined ? '' : `:${line}`}${keys.length ? `: ${keys.join('.')}` : ''}`,
      found,
      expected,
      todo,
    });
  };
  if (!isSection(value))
    throw problem([], text.trim() === '' ? 'an empty file' : 'no mapping', 'a mapping with `version: 1`', 'see docs/configuration.md');
  const known = ['version', ...COMMANDS, ...gates.map((gate) => gate.id), DECISION];
  for (const key of Object.keys(value)) if (!known.includes(key)) throw unknownKey(problem, [], key, known);
  if (value.version !== 1) throw problem(['version'], JSON.stringify(value.version ?? null), '`version: 1`', 'add the line `version: 1`');
  const configured = new Map<GateId, Section>();
  const reportedOnly = new Set<GateId>();
  for (const gate of gates) {
    if (value[gate.id] === undefined) continue;
    const { required, ...section } = readSection(problem, gate.id, value[gate.id], listInputs(gate.inputs), gate.inputs.shape, [
      'required',
    ]);
    if (required !== undefined && typeof required !== 'boolean')
      throw problem([gate.id, 'required'], JSON.stringify(required), 'true or false', 'write `required: false` to report only');
    if (required === false) reportedOnly.add(gate.id);
    configured.set(gate.id, section);
  }
  if (configured.size === 0)
    throw problem(
      [],
      'no gate',
      `at least one of ${gates.map((gate) => gate.id).join(', ')}`,
      'add the section of one gate; a gate without a section does not run',
    );
  const commands = Object.fromEntries(
    COMMANDS.flatMap((name) => {
      const command = value[name];
      if (command === undefined) return [];
      if (typeof command !== 'string' || command.trim() === '')
        throw problem([name], JSON.stringify(command), 'a command line', 'write the command as one text');
      return [[name, command]];
    }),
  );
  const decision =
    value[DECISION] === undefined
      ? {}
      : readSection(problem, DECISION, value[DECISION], listInputs(decisionInputs), decisionInputs.shape, []);
  return { path, ...commands, gates: configured, reportedOnly, decision };
}

type ProblemAt = (keys: readonly string[], found: string, expected: string, todo: string) => UserError;

function readSection(
  problem: ProblemAt,
  name: string,
  value: unknown,
  declared: readonly InputDeclaration[],
  shape: object,
  extra: readonly string[],
): Section {
  if (value === null) return {};
  if (!isSection(value)) throw problem([name], JSON.stringify(value), 'a mapping of inputs', `see docs/gates/${name}.md`);
  const inFile = declared.filter((input) => !input.secret && !input.faceOnly);
  const section: { [key: string]: unknown } = {};
  for (const [key, written] of Object.entries(value)) {
    if (extra.includes(key)) {
      section[key] = written;
      continue;
    }
    const input = inFile.find((candidate) => candidate.name === key);
    const secret = declared.find((candidate) => candidate.name === key && candidate.secret);
    if (secret)
      throw problem(
        [name, key],
        'a secret in the file',
        `the environment variable ${secret.secret}`,
        'take it out of the file, and out of the history of the repository',
      );
    if (!input) throw unknownKey(problem, [name], key, [...inFile.map((candidate) => candidate.name), ...extra]);
    if (written === null) continue;
    section[key] = checkValue(problem, [name, key], input, written, (shape as Record<string, z.ZodType>)[key] as z.ZodType);
  }
  return section;
}

function checkValue(problem: ProblemAt, keys: readonly string[], input: InputDeclaration, written: unknown, schema: z.ZodType): unknown {
  const value =
    input.kind === 'list' && typeof written === 'string'
      ? readInputText('list', written)
      : input.kind === 'text' && typeof written === 'number'
        ? String(written)
        : written;
  const parsed = schema.safeParse(value);
  if (parsed.success) return value;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String) ?? [];
  throw problem([...keys, ...path], shorten(JSON.stringify(written)), issue?.message ?? 'another value', input.description);
}

/** Fills in defaults and checks the whole: what an action or a flag gives overrides the file. */
export function resolveInputs<T>(name: string, schema: z.ZodType<T>, section: Section | undefined, given: Section): T {
  const values: unknown = { ...section, ...given };
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue?.path.join('.') ?? '';
  const found = issue?.path.reduce((value, at) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[at], values);
  throw new UserError({
    where: key === '' ? name : `${name}: ${key}`,
    found: shorten(JSON.stringify(found) ?? 'nothing'),
    expected: issue?.message ?? 'another value',
    todo: `give it as an input or flag, or in testops.yml; docs/gates/${name}.md`,
  });
}

function unknownKey(problem: ProblemAt, parents: readonly string[], key: string, known: readonly string[]): UserError {
  const nearest = nearestName(key, known);
  return problem(
    [...parents, key],
    'an unknown key',
    nearest ? `did you mean \`${nearest}\`?` : `one of ${known.join(', ')}`,
    'mend the name, or take the line out',
  );
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
