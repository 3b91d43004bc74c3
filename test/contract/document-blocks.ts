import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isMap, isScalar, parseDocument } from 'yaml';
import { gates } from '../../src/gates/index.ts';

/** A fenced block of a Markdown file. */
export interface Block {
  readonly path: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** What stands after the fence: `sh`, `yaml`. */
  readonly language: string;
  /** Its text, less the indentation of the fence. */
  readonly text: string;
  /** The comment of its own line above the fence, `<!-- run in: clone -->`, which says how the block is checked. */
  readonly marker: string | undefined;
}

/** Every page that people read, but for the pages of findings and fixtures. */
export const DOCUMENTS: readonly string[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(
    (path) =>
      /^([A-Z_]+\.md|docs\/[^/]+\.md|docs\/(gates|recipes)\/.*|actions\/.*|test\/README\.md|examples\/.*)$/.test(path) && existsSync(path),
  );

/** The fenced blocks of a document, in order. */
export function readBlocks(path: string): readonly Block[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index++) {
    const [, indent = '', language = ''] = /^( *)```(\S*)/.exec(lines[index] ?? '') ?? [];
    if (!/^ *```/.test(lines[index] ?? '')) continue;
    const start = index + 1;
    const end = lines.findIndex((line, at) => at >= start && line.trimEnd() === `${indent}\`\`\``);
    if (end === -1) throw new Error(`${path}:${start}: a fence without its end`);
    let above = index - 1;
    while (above >= 0 && lines[above]?.trim() === '') above--;
    blocks.push({
      path,
      line: start,
      language,
      text: lines
        .slice(start, end)
        .map((line) => `${line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()}\n`)
        .join(''),
      marker: /^ *<!-- (.*) -->$/.exec(lines[above] ?? '')?.[1],
    });
    index = end;
  }
  return blocks;
}

/** Where a block stands, for messages. */
export const placeOf = ({ path, line }: Block): string => `${path}:${line}`;

/** Keys of a job that a document may show by themselves. */
const PARTS_OF_A_WORKFLOW = ['uses', 'with', 'secrets', 'permissions', 'needs', 'if', 'concurrency', 'on'];

/** What a YAML block is: told by its keys, or by the marker `file: KIND`. */
export function kindOfYaml(block: Block): string {
  const named = /^file: (.*)$/.exec(block.marker ?? '')?.[1];
  if (named !== undefined) return named;
  if (/^jobs:/m.test(block.text)) return 'workflow';
  const { contents } = parseDocument(block.text);
  const keys = isMap(contents) ? contents.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
  if (keys.length > 0 && keys.every((key) => PARTS_OF_A_WORKFLOW.includes(key))) return 'part of a workflow';
  const known = ['version', 'setup', 'serve', 'load', 'prepare', 'decision-record', ...gates.map(({ id }) => id)];
  return keys.length > 0 && keys.every((key) => known.includes(key)) ? 'configuration' : 'unknown';
}

/** How a block of commands is tried. */
export interface Trial {
  readonly where: 'clone' | 'own repository' | 'nowhere';
  /** Commands that are left out: those that run these tests. */
  readonly without: readonly string[];
}

/** Reads the marker of a block of commands; without one it runs in a clone. @throws for a marker that says nothing known. */
export function trialOf(block: Block): Trial {
  const { marker } = block;
  if (marker === undefined || !/^(run in|parse only)/.test(marker)) return { where: 'clone', without: [] };
  if (/^parse only: \S/.test(marker)) return { where: 'nowhere', without: [] };
  const [, where, without] = /^run in: (clone|own repository)(?:, but for `([^`]+)`)?$/.exec(marker) ?? [];
  if (where === undefined) throw new Error(`${placeOf(block)}: what does <!-- ${marker} --> mean?`);
  return { where: where as Trial['where'], without: without === undefined ? [] : [without] };
}

/** A command and what it is said to print. */
export interface ShownCommand {
  readonly command: string;
  /** Lines of the output, `…` standing for anything; empty when nothing is claimed. */
  readonly output: string;
}

/** The commands of a block: `sh` is one script, `console` has a prompt before each command and its output below. */
export function commandsOf(block: Block): readonly ShownCommand[] {
  if (block.language === 'sh') return [{ command: block.text, output: '' }];
  return block.text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.split('\n');
      return { command, output: output.join('\n').trim() };
    });
}

/** Simple commands of a script as words: comments and line ends are gone, quotes are undone. Good for what documents show, and no more. */
export function wordsOf(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  const pattern =
    /\\\n|#[^\n]*(?<=(?:^|\s)#[^\n]*)|(\n|&&|\|\||[|;(){}])|((?:'[^']*'|"[^"]*"|\$\([^)]*\)|\$\{[^}]*\}|\\.|[^\s'"|;&(){}\\]|&(?!&))+)/g;
  for (const [, separator, word] of script.matchAll(pattern)) {
    if (separator !== undefined) commands.push([]);
    else if (word !== undefined) commands.at(-1)?.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double ?? ''));
  }
  return commands
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word))))
    .filter((words) => words.length > 0 && !/^[A-Za-z_]\w*=/.test(words[0] ?? ''));
}

/** The arguments of our command, when the words call it. */
export function argumentsOfTestops(words: readonly string[]): readonly string[] | undefined {
  if (words[0] === 'testops') return words.slice(1);
  return words[0] === 'node' && /(^|\/)dist\/cli\/index\.js$/.test(words[1] ?? '') ? words.slice(2) : undefined;
}
