/** `::error file=a,line=1::message` and its siblings, taken from a process's output as the runner takes them. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
  readonly endColumn?: number;
}

/** Parses output line by line; between `::stop-commands::<token>` and `::<token>::` nothing is a command. */
export function parseWorkflowCommands(output: string): readonly WorkflowCommand[] {
  const commands: WorkflowCommand[] = [];
  let stopToken: string | undefined;
  for (const line of output.split(/\r\n|\n|\r/)) {
    const [, name = '', properties = '', message = ''] = /^\s*::([^\s:]+)(?: ([^:]*(?:(?!::):[^:]*)*))?::(.*)$/.exec(line) ?? [];
    if (name === '') continue;
    if (stopToken !== undefined) {
      if (name === stopToken) stopToken = undefined;
      continue;
    }
    if (name === 'stop-commands') stopToken = message;
    else commands.push({ name, properties: parseProperties(properties), message: unescapeData(message) });
  }
  return commands;
}

export function toAnnotations(commands: readonly WorkflowCommand[]): readonly Annotation[] {
  return commands.flatMap(({ name, properties, message }): readonly Annotation[] => {
    if (name !== 'error' && name !== 'warning' && name !== 'notice') return [];
    const number = (key: string, to: string): Record<string, number> =>
      properties[key] === undefined ? {} : { [to]: Number(properties[key]) };
    const text = (key: string): Record<string, string> => (properties[key] === undefined ? {} : { [key]: properties[key] });
    return [
      {
        level: name,
        message,
        ...text('title'),
        ...text('file'),
        ...number('line', 'line'),
        ...number('endLine', 'endLine'),
        ...number('col', 'column'),
        ...number('endColumn', 'endColumn'),
      },
    ];
  });
}

/**
 * Parses a command file (`GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_STATE`): `name=value` or `name<<delimiter`, lines, `delimiter`. Throws where the
 * runner would fail the step.
 */
export function parseCommandFile(content: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = content.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]?.replace(/\r$/, '') ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals > 0 && (heredoc === -1 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc > 0) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.findIndex((each, at) => at > index && each.replace(/\r$/, '') === delimiter);
      if (delimiter === '' || end === -1) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      values[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return values;
}

/** Replaces masked values as the log does; a value of several lines is masked line by line too. */
export function applyMasks(output: string, masks: readonly string[]): string {
  const values = [...new Set(masks.flatMap((mask) => [mask, ...mask.split(/\r?\n/)]))]
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length);
  let masked = output;
  for (const value of values) masked = masked.replaceAll(value, '***');
  return masked;
}

function parseProperties(text: string): Record<string, string> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair.includes('='));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), unescapeProperty(pair.slice(pair.indexOf('=') + 1))]));
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}
