import { parseArgs } from 'node:util';
import { type InputDeclaration, nearestName, readInputText, UserError } from '../core/index.ts';

/** One flag of a command: an input of an action, or something that only the command has. */
export type Flag = Pick<InputDeclaration, 'name' | 'kind' | 'description' | 'defaultText' | 'choices'> & { readonly switch?: boolean };

export interface ParsedFlags {
  /** Values as the schemas want them; only flags that were given. */
  readonly values: { readonly [name: string]: unknown };
  readonly positionals: readonly string[];
}

/** Flags that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'json', kind: 'boolean', switch: true, description: 'Print the one result document on stdout and nothing else' },
  { name: 'help', kind: 'boolean', switch: true, description: 'Show this help' },
];

/** The flags of an action's inputs: secrets and structured values have none. */
export function flagsOf(inputs: readonly InputDeclaration[]): readonly Flag[] {
  return inputs.filter((input) => !input.secret && !input.fileOnly && input.kind !== 'structured');
}

/**
 * Reads flags by name. A list is a repeated flag (or several lines in one); a switch needs no value.
 * @throws UserError for an unknown flag, with the nearest known one, and for a flag without a value.
 */
export function parseFlags(command: string, args: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(flags.map((flag) => [flag.name, { type: flag.switch ? 'boolean' : 'string' } as const])),
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags.find((candidate) => candidate.name === token.name);
    if (!flag) throw unknownFlag(command, token.rawName, flags);
    if (flag.switch) {
      given.set(flag.name, ['true']);
      continue;
    }
    if (token.value === undefined) throw usage(command, token.rawName, 'no value', flag.description, `write \`--${flag.name} VALUE\``);
    given.set(flag.name, [...(given.get(flag.name) ?? []), token.value]);
  }
  const values: { [name: string]: unknown } = {};
  for (const flag of flags) {
    const texts = given.get(flag.name);
    if (texts === undefined) continue;
    if (flag.kind !== 'list' && texts.length > 1)
      throw usage(command, `--${flag.name}`, `${texts.length} values`, 'one value', 'give the flag once');
    values[flag.name] = readInputText(flag.kind, texts.join('\n'));
  }
  return { values, positionals };
}

function unknownFlag(command: string, rawName: string, flags: readonly Flag[]): UserError {
  const nearest = nearestName(
    rawName.replace(/^-+/, ''),
    flags.map((flag) => flag.name),
  );
  return usage(
    command,
    rawName,
    'an unknown flag',
    nearest ? `did you mean --${nearest}?` : 'a flag of this command',
    `see \`testops ${command} --help\``,
  );
}

function usage(command: string, where: string, found: string, expected: string, todo: string): UserError {
  return new UserError({ where: `testops ${command} ${where}`, found, expected, todo });
}
