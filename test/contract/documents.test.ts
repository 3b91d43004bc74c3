import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { CommandContext } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { readChecklist, readPolicy, readWaivers } from '../../src/decision/index.ts';
import { ACTIONS } from '../../src/entries.ts';
import { gates } from '../../src/gates/index.ts';
import { isOpenSlo, objectivesOf, parseOpenSlo } from '../../src/gates/slo-gate/objectives/openslo.ts';
import { parseShortForm } from '../../src/gates/slo-gate/objectives/short-form.ts';
import { readYamlEntries } from '../../src/gates/slo-gate/objectives/yaml-file.ts';
import { readRules } from '../../src/gates/snapshot-compare/rules/read-rules.ts';
import { readOwnRules } from '../../src/gates/telemetry-scan/rules/read-own-rules.ts';
import { parseConfiguration } from '../../src/suite/configuration.ts';
import {
  argumentsOfTestops,
  type Block,
  commandsOf,
  DOCUMENTS,
  kindOfYaml,
  placeOf,
  readBlocks,
  trialOf,
  wordsOf,
} from './document-blocks.ts';
import { callersIn, listPermissionLines, parseWorkflow, readAction, readWorkflows } from './workflow-files.ts';

/** Readers of the files that documents show, by the name that a block's marker gives. */
const READERS: Readonly<Record<string, (text: string, name: string) => unknown>> = {
  configuration: (text, name) => parseConfiguration(wholeConfiguration(text), name),
  workflow: (text, name) => parseWorkflow(text, name),
  'part of a workflow': refuseUnknownInputs,
  policy: (text, name) => readPolicy({ name, bytes: Buffer.from(text) }),
  waivers: (text, name) => readWaivers({ name, bytes: Buffer.from(text) }),
  checklist: (text, name) => readChecklist({ name, bytes: Buffer.from(text) }),
  objectives: (text, name) => {
    const entries = readYamlEntries(text, name);
    for (const entry of entries.filter(({ value }) => !isOpenSlo(value))) parseShortForm(entry);
    return objectivesOf(entries.filter(({ value }) => isOpenSlo(value)).map(parseOpenSlo));
  },
  'snapshot rules': readRules,
  'telemetry rules': readOwnRules,
};
/** What a caller shows of itself gives inputs that some workflow or action of ours has. */
function refuseUnknownInputs(text: string): void {
  const given = Object.keys((parse(text) as { with?: object }).with ?? {});
  const known = [
    ...readWorkflows().flatMap(({ workflow }) => Object.keys(workflow.on.workflow_call?.inputs ?? {})),
    ...ACTIONS.flatMap((action) => readAction(action).inputs),
  ];
  const unknown = given.filter((input) => !known.includes(input));
  if (unknown.length > 0) throw new Error(`no workflow and no action has ${unknown.join(', ')}`);
}

/** A section shown by itself, with what a file has besides. */
function wholeConfiguration(text: string): string {
  const gate = gates.some(({ id }) => new RegExp(`^${id}:`, 'm').test(text)) ? '' : 'telemetry-scan: { paths: ["logs/**"] }\n';
  return `${/^version:/m.test(text) ? '' : 'version: 1\n'}${gate}${text}`;
}

/** Languages whose blocks are checked here, and two that hold nothing to check. */
const LANGUAGES = ['yaml', 'sh', 'console', 'js', 'json', 'text', 'mermaid'];

/** The YAML blocks of a document. */
function yamlBlocks(path: string): readonly string[] {
  return readBlocks(path)
    .filter(({ language }) => language === 'yaml')
    .map(({ text }) => text);
}

/** What `testops COMMAND --help` prints. */
const helps = new Map<string, string>();

// Loaded once, for all documents.
beforeAll(async () => {
  for (const entry of commands) {
    let printed = '';
    const context = { args: ['--help'], print: (text: string) => (printed += text) } as unknown as CommandContext;
    expect(await (await entry.load())(context)).toBe(0);
    helps.set(entry.name, printed);
  }
}, 60_000);

/** What is wrong with a call of our command: a command or a flag that it does not have. */
function mistakesOf(args: readonly string[]): readonly string[] {
  const [name = '', ...rest] = args;
  if (name === '' || name.startsWith('-')) return ['--help', '--version', '-h', ''].includes(name) ? [] : [`testops ${name}`];
  if (!commands.some((command) => command.name === name)) return /^[A-Z]+$/.test(name) ? [] : [`testops ${name}`];
  const help = helps.get(name) ?? '';
  return rest
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.split('=')[0] ?? '')
    .filter((flag) => !new RegExp(`^  ${flag}( |$)`, 'm').test(help))
    .map((flag) => `testops ${name} ${flag}`);
}

/** What is wrong with one command of a document, as far as that can be told without running it. */
function mistakesOfCommand(words: readonly string[]): readonly string[] {
  const [program = '', ...rest] = words;
  const args = argumentsOfTestops(words);
  if (args) return mistakesOf(args);
  if (program === 'make') return targets(rest).filter((target) => !new RegExp(`^${target}:`, 'm').test(readFileSync('Makefile', 'utf8')));
  if (program === 'npm' && rest[0] === 'run') {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    return rest[1] !== undefined && rest[1] in scripts ? [] : [words.join(' ')];
  }
  if (program === 'gh' && rest[0] === 'workflow' && rest[1] === 'run') return dispatchMistakes(rest[2] ?? '', rest.slice(3));
  return [];
}

/** Commands in running text; a placeholder or an ellipsis is no flag. */
function inlineCommands(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/`((?:testops|make|node (?:\.\.\/)*dist\/cli\/index\.js) [^`\n]+)`/g)].flatMap((match) =>
    wordsOf(match[1] ?? ''),
  );
}

const targets = (words: readonly string[]): readonly string[] => words.filter((word) => !word.includes('=') && !word.startsWith('-'));

/** A workflow that a document starts by hand stands in a document, and has the inputs. */
function dispatchMistakes(workflow: string, words: readonly string[]): readonly string[] {
  const shown = DOCUMENTS.flatMap(yamlBlocks).filter((text) => new RegExp(`^name: ${workflow.replace(/\.yml$/, '')}$`, 'm').test(text));
  const inputs = shown.flatMap((text) => Object.keys(parseWorkflow(text, workflow).on.workflow_dispatch?.inputs ?? {}));
  const given = words.filter((word) => word.includes('=')).map((word) => word.split('=')[0] ?? '');
  return [...(inputs.length === 0 ? [`gh workflow run ${workflow}`] : []), ...given.filter((input) => !inputs.includes(input))];
}

/** Anchors of the headings of a document, as GitHub makes them. */
function anchorsOf(path: string): readonly string[] {
  if (!path.endsWith('.md')) return [];
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

const isCommands = ({ language }: Block): boolean => language === 'sh' || language === 'console';

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(path, 'utf8');
  const blocks = readBlocks(path);

  it('links only to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const local = links.filter((link) => !/^(https?:|mailto:|#)/.test(link)).map((link) => link.replace(/#.*$/, ''));
    expect(local.filter((link) => !existsSync(join(dirname(path), link)))).toEqual([]);
  });

  it('links only to headings that are there', () => {
    const links = [...text.matchAll(/\]\(((?!https?:)[^)\s]*)#([^)\s]+)\)/g)].map(([, file = '', heading = '']) => ({ file, heading }));
    const wrong = links.filter(({ file, heading }) => !anchorsOf(file === '' ? path : join(dirname(path), file)).includes(heading));
    expect(wrong).toEqual([]);
  });

  it('shows nothing that is not checked', () => {
    const unknown = blocks.filter(({ language }) => !LANGUAGES.includes(language));
    const kinds = blocks.filter((block) => block.language === 'yaml' && !(kindOfYaml(block) in READERS));
    expect([...unknown, ...kinds].map(placeOf)).toEqual([]);
    for (const block of blocks.filter(isCommands)) expect(() => trialOf(block)).not.toThrow();
  });

  it('shows files that are accepted by what reads them', () => {
    for (const block of blocks.filter(({ language }) => language === 'yaml'))
      expect(() => READERS[kindOfYaml(block)]?.(block.text, placeOf(block))).not.toThrow();
    for (const block of blocks.filter(({ language }) => language === 'json')) expect(() => JSON.parse(block.text)).not.toThrow();
  });

  it('shows commands, flags, targets and scripts that there are', () => {
    const shown = blocks
      .filter(isCommands)
      .flatMap(commandsOf)
      .flatMap(({ command }) => wordsOf(command));
    const wrong: string[] = [];
    for (const words of [...shown, ...inlineCommands(text)]) wrong.push(...mistakesOfCommand(words));
    expect(wrong).toEqual([]);
  });

  it('shows workflows whose steps name our actions with inputs and outputs that they have, and permissions with their reasons', () => {
    const wrong: string[] = [];
    for (const block of yamlBlocks(path).filter((each) => /^jobs:/m.test(each))) {
      expect(parse(block)).toHaveProperty('permissions', {});
      wrong.push(
        ...listPermissionLines(block)
          .filter(({ line }) => !/ # \S+ \S+/.test(line))
          .map(({ permission }) => permission),
      );
      for (const job of Object.values(parseWorkflow(block, path).jobs)) {
        for (const step of job.steps ?? []) {
          const name = /^testops\/beta-gates\/actions\/([a-z-]+)@COMMIT$/.exec(step.uses ?? '')?.[1];
          if (name === undefined) continue;
          const { inputs, outputs } = readAction(name);
          wrong.push(
            ...Object.keys(step.with ?? {})
              .filter((input) => !inputs.includes(input))
              .map((input) => `${name}: ${input}`),
          );
          const read = [...block.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.([\\w-]+)`, 'g'))].map((match) => match[1] ?? '');
          wrong.push(...read.filter((output) => !outputs.includes(output)).map((output) => `${name}: outputs.${output}`));
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('the documents', () => {
  it('pin the checkout that the workflows pin', () => {
    const pins = DOCUMENTS.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/actions\/checkout@(.*)/g)].map((match) => match[1]));
    const own = /actions\/checkout@(.*)/.exec(readFileSync('.github/workflows/testops-ci.yml', 'utf8'))?.[1];
    expect(new Set(pins)).toEqual(new Set([own]));
  });

  it.each(ACTIONS)('say what %s is for, what it may and when it runs', (action) => {
    const text = readFileSync(`actions/${action}/README.md`, 'utf8');
    expect(text.split('\n')[0]).toBe(`# ${action}`);
    for (const part of ['**Permissions**: ', '**Triggers**: ', '<!-- generated:inputs -->']) expect(text).toContain(part);
  });

  it('show the two commands and what stands for the seed commands', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const text of [
      'make beta-check',
      'make test',
      '`gh workflow run testops-ci.yml`',
      '`decision_record.py --run-id ID --decision go`',
    ])
      expect(readme).toContain(text);
    const makefile = readFileSync('Makefile', 'utf8');
    for (const target of ['beta-check', 'test']) expect(makefile).toMatch(new RegExp(`^${target}:`, 'm'));
    expect(callersIn('README.md', 'testops-ci.yml')).toHaveLength(1);
  });

  it('of findings show commands that there are', () => {
    const pages = execFileSync('git', ['ls-files', 'docs/findings/**.md'], { encoding: 'utf8' }).split('\n').filter(existsSync);
    const wrong: string[] = [];
    for (const page of pages)
      for (const words of inlineCommands(readFileSync(page, 'utf8')))
        wrong.push(...mistakesOfCommand(words).map((mistake) => `${page}: ${mistake}`));
    expect(wrong).toEqual([]);
    expect(pages.length).toBeGreaterThan(100);
    // A fenced block there would have to be checked as the others are.
    expect(pages.filter((page) => readBlocks(page).length > 0)).toEqual([]);
  });

  it('describe every gate in the configuration', () => {
    const text = readFileSync('docs/configuration.md', 'utf8');
    for (const { id } of gates) expect(text).toContain(`../actions/${id}/README.md`);
  });
});

describe('what holds the documents to the product', () => {
  it('reads commands as a shell would', () => {
    expect(
      wordsOf(
        'export A=1 # not --this\nX=\'a b\' testops verify "v1 2" \\\n  --json && (make test FAULT=x; npm run build) | head || testops init {\n}\n',
      ),
    ).toEqual([
      ['export', 'A=1'],
      ['testops', 'verify', 'v1 2', '--json'],
      ['make', 'test', 'FAULT=x'],
      ['npm', 'run', 'build'],
      ['head'],
      ['testops', 'init'],
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['testops slo-gate --results a.json --thresholds "x: p(95)<3"', []],
    ['testops slo-gate --result a.json', ['testops slo-gate --result']],
    ['node ../../dist/cli/index.js verfy a', ['testops verfy']],
    ['testops init --yes=true --refrence x', ['testops init --refrence']],
    ['testops --verbose', ['testops --verbose']],
    ['make beta-chek', ['beta-chek']],
    ['npm run deploy', ['npm run deploy']],
    ['gh workflow run testops-ci.yml -f commit=x -f sha=y', ['sha']],
    ['gh workflow run other.yml', ['gh workflow run other.yml']],
  ])('finds what is wrong with %s', (command, wrong) => {
    expect(wordsOf(command).flatMap(mistakesOfCommand)).toEqual(wrong);
  });

  it.each<[string, string]>([
    ['configuration', 'slo-gate: { result: [a] }'],
    ['policy', 'version: 1\nrequirement: []'],
    ['waivers', 'version: 1\nwaivers: [{ rule: gate-passed }]'],
    ['checklist', 'version: 1\nitems: [{ id: a }]'],
    ['objectives', 'objectives: [{ name: a, metric: b, fail: "<" }]'],
    ['snapshot rules', '- files: "**"\n  tolerence: 1'],
    ['telemetry rules', 'rules: [{ id: a, patern: b }]'],
    ['workflow', 'jobs: {}\njobs: {}'],
    ['part of a workflow', 'with: { determinsm-matrix: x }'],
  ])('refuses a %s that nothing reads', (kind, text) => {
    expect(() => READERS[kind]?.(text, 'a document')).toThrow();
  });
});
