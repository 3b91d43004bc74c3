import { type InputDeclaration, UserError } from '../core/index.ts';
import type { Flag } from './flags.ts';

const WIDTH = 80;
const INDENT = 6;

/** Help of one command: usage, what it does, its flags, its exit codes. At most 80 columns. */
export function renderHelp(help: {
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly notes?: readonly string[];
}): string {
  const lines = [`Usage: ${help.usage}`, '', ...wrap(help.summary, 0)];
  if (help.flags.length > 0) lines.push('', 'Flags:');
  for (const flag of help.flags) {
    lines.push(`  --${flag.name}${flag.switch ? '' : ` ${placeholderOf(flag)}`}`);
    const fallback = flag.defaultText === undefined ? '' : ` (default: ${flag.defaultText})`;
    lines.push(...wrap(`${flag.description}${fallback}`, INDENT));
  }
  for (const note of help.notes ?? []) lines.push('', ...wrap(note, 0));
  return `${lines.join('\n')}\n`;
}

/** Breaks a text at spaces. */
export function wrap(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
        lines.push(' '.repeat(indent) + line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(' '.repeat(indent) + line);
  }
  return lines;
}

function placeholderOf(flag: Flag): string {
  if (flag.choices) return flag.choices.join('|');
  if (flag.kind === 'boolean') return 'true|false';
  if (flag.kind === 'number') return 'N';
  return flag.kind === 'list' ? 'ITEM ...' : 'TEXT';
}

/** What the help says beyond flags: secrets come from the environment, structured values from the file. */
export function helpNotes(inputs: readonly InputDeclaration[]): readonly string[] {
  const secrets = inputs.flatMap((input) =>
    input.secret && input.secret !== 'GITHUB_TOKEN' ? [`${input.secret}: ${input.description}`] : [],
  );
  const structured = inputs.flatMap((input) => (input.fileOnly || input.kind === 'structured' ? [input.name] : []));
  return [
    ...(secrets.length > 0 ? [`From the environment: ${secrets.join('; ')}`] : []),
    ...(structured.length > 0 ? [`Only in testops.yml: ${structured.join(', ')}.`] : []),
    'Exit codes: 0 pass or warn; 1 fail; 2 inconclusive; 3 unusable input; 4 a fault of this tool.',
  ];
}

/** Most commands take flags only. */
export function refusePositionals(command: string, positionals: readonly string[]): void {
  const [first] = positionals;
  if (first === undefined) return;
  throw new UserError({
    where: `testops ${command}`,
    found: `the extra word ${JSON.stringify(first)}`,
    expected: 'flags only',
    todo: `see \`testops ${command} --help\``,
  });
}
