import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/core/index.ts';
import { gates } from '../../src/gates/index.ts';
import { parseConfiguration, resolveInputs } from '../../src/suite/configuration.ts';

function problemOf(text: string): UserError['problem'] {
  try {
    parseConfiguration(text, 'testops.yml');
  } catch (error) {
    if (error instanceof UserError) return error.problem;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('parseConfiguration', () => {
  it('reads the sections that are there, and no others', () => {
    const configuration = parseConfiguration(
      'version: 1\nsetup: npm ci\nslo-gate: { results: load/k6.json, required: false }\n',
      'testops.yml',
    );
    expect([...configuration.gates.keys()]).toEqual(['slo-gate']);
    expect(configuration.gates.get('slo-gate')).toEqual({ results: ['load/k6.json'] });
    expect([...configuration.reportedOnly]).toEqual(['slo-gate']);
    expect(configuration.setup).toBe('npm ci');
  });

  it.each([
    ['', 'testops.yml', 'an empty file'],
    ['version: 1\n', 'testops.yml', 'no gate'],
    ['slo-gate: {}\n', 'testops.yml: version', 'null'],
    ['version: 2\nslo-gate: {}\n', 'testops.yml:1: version', '2'],
    ['version: 1\nslo-gates: {}\n', 'testops.yml:2: slo-gates', 'an unknown key'],
    ['version: 1\nslo-gate:\n  result: x\n', 'testops.yml:3: slo-gate.result', 'an unknown key'],
    ['version: 1\nslo-gate: [1]\n', 'testops.yml:2: slo-gate', '[1]'],
    ['version: 1\nsetup: [a]\nslo-gate: {}\n', 'testops.yml:2: setup', '["a"]'],
    ['version: 1\ntelemetry-scan: { salt: abc }\n', 'testops.yml:2: telemetry-scan.salt', 'a secret in the file'],
    ['version: 1\nversion: 1\n', 'testops.yml:2:1', 'Map keys must be unique'],
    ['version: 1\nslo-gate: {\n', 'testops.yml:3:1', 'Flow map'],
  ])('refuses %p at %s', (text, where, found) => {
    const problem = problemOf(text);
    expect(problem.where).toContain(where);
    expect(problem.found).toContain(found);
    expect(problem.todo).not.toBe('');
  });

  it('names the nearest known key', () => {
    expect(problemOf('version: 1\nslo-gate:\n  treshholds: []\n').expected).toBe('did you mean `thresholds`?');
    expect(problemOf('version: 1\nslo-gat: {}\n').expected).toBe('did you mean `slo-gate`?');
  });

  it('never prints a secret', () => {
    expect(JSON.stringify(problemOf('version: 1\ntelemetry-scan: { salt: hunter2hunter2 }\n'))).not.toContain('hunter2');
  });
});

describe('resolveInputs', () => {
  const slo = gates.find((gate) => gate.id === 'slo-gate');
  if (!slo) throw new Error('no slo-gate');

  it('lets what is given override the file, and fills in defaults last', () => {
    const inputs = resolveInputs('slo-gate', slo.inputs, { results: ['a.json'], thresholds: ['x: count>0'] }, { results: ['b.json'] }) as {
      results: string[];
      thresholds: string[];
    };
    expect(inputs.results).toEqual(['b.json']);
    expect(inputs.thresholds).toEqual(['x: count>0']);
  });
});
