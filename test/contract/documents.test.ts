import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ACTIONS } from '../../src/entries.ts';
import { gates } from '../../src/gates/index.ts';
import { parseConfiguration } from '../../src/suite/configuration.ts';
import { callersIn, listPermissionLines, parseWorkflow, readAction } from './workflow-files.ts';

const DOCUMENTS = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter(
    (path) => /^([A-Z_]+\.md|docs\/[^/]+\.md|docs\/gates\/.*|actions\/.*|test\/README\.md|examples\/.*)$/.test(path) && existsSync(path),
  );

/** The YAML blocks of a document. */
function yamlBlocks(path: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
}

describe.each(DOCUMENTS)('%s', (path) => {
  const text = readFileSync(path, 'utf8');

  it('links only to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
    const local = links.filter((link) => !/^(https?:|mailto:|#)/.test(link)).map((link) => link.replace(/#.*$/, ''));
    expect(local.filter((link) => !existsSync(join(dirname(path), link)))).toEqual([]);
  });

  it('shows configurations that are accepted', () => {
    // A policy or a list of waivers also starts with its version; a configuration names a gate.
    const names = gates.map(({ id }) => `${id}:`);
    const configurations = yamlBlocks(path).filter((block) =>
      block.split('\n').some((line) => names.some((name) => line.startsWith(name))),
    );
    for (const block of configurations.filter((each) => /^version: 1$/m.test(each)))
      expect(() => parseConfiguration(block, path)).not.toThrow();
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

  it('describe every gate in the configuration', () => {
    const text = readFileSync('docs/configuration.md', 'utf8');
    for (const { id } of gates) expect(text).toContain(`../actions/${id}/README.md`);
  });
});
