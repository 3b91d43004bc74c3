import { describe, expect, it } from '@jest/globals';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { junitOf, openBundle } from '../../../src/suite/report.ts';
import { HOSTILE, NOW, STORIES } from '../support/stories.ts';

interface Case {
  readonly name: string;
  readonly failure?: { readonly message: string; readonly text?: string };
  readonly error?: { readonly message: string };
}
interface Suite {
  readonly name: string;
  readonly tests: string;
  readonly failures: string;
  readonly errors: string;
  readonly skipped: string;
  readonly testcase: readonly Case[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: 'text',
  isArray: (name) => name === 'testsuite' || name === 'testcase',
});

async function read(
  name: keyof typeof STORIES,
): Promise<{ readonly xml: string; readonly all: Omit<Suite, 'testcase'>; readonly suites: readonly Suite[] }> {
  const xml = await junitOf(await openBundle(STORIES[name]().files, NOW));
  expect(XMLValidator.validate(xml)).toBe(true);
  const { testsuites } = parser.parse(xml) as { testsuites: Omit<Suite, 'testcase'> & { testsuite: Suite[] } };
  return { xml, all: testsuites, suites: testsuites.testsuite };
}

describe('junit.xml', () => {
  it.each(Object.keys(STORIES) as (keyof typeof STORIES)[])('%s: counts what it holds, in the suites and in all', async (name) => {
    const { all, suites } = await read(name);
    const having = (suite: Suite, key: 'failure' | 'error') => suite.testcase.filter((one) => one[key] !== undefined).length;
    for (const suite of suites) {
      expect([suite.tests, suite.failures, suite.errors, suite.skipped]).toEqual(
        [suite.testcase.length, having(suite, 'failure'), having(suite, 'error'), 0].map(String),
      );
    }
    for (const key of ['tests', 'failures', 'errors'] as const)
      expect(Number(all[key])).toBe(suites.reduce((sum, suite) => sum + Number(suite[key]), 0));
  });

  it('a gate that failed is a failure with its findings, one that measured nothing an error', async () => {
    const failed = (await read('no-go')).suites.find(({ name }) => name === 'snapshot-compare');
    expect(failed?.testcase[0]?.failure?.message).toBe('4 of 48 files differ');
    expect(failed?.testcase[0]?.failure?.text).toContain('41 errors [snapshot-compare/value-added]');
    const unmeasured = (await read('inconclusive')).suites.find(({ name }) => name === 'slo-gate');
    expect(unmeasured?.testcase[0]?.error?.message).toBe('load/*.json matches nothing');
  });

  it('a gate without evidence is an error, never left out and never skipped', async () => {
    const suite = (await read('missing')).suites.find(({ name }) => name === 'telemetry-scan');
    expect([suite?.tests, suite?.errors, suite?.skipped]).toEqual(['1', '1', '0']);
  });

  it('the decision is a suite of its rules', async () => {
    const suite = (await read('person')).suites.find(({ name }) => name === 'decision');
    expect(suite?.testcase.filter(({ failure }) => failure).map(({ name }) => name)).toEqual(['person/decision']);
  });

  it('hostile texts stay text', async () => {
    const { xml, suites } = await read('hostile');
    const names = suites[0]?.testcase.map(({ name }) => name) ?? [];
    for (const hostile of HOSTILE.filter((one) => !/[\u0000-\u001f\u202e&]/.test(one))) expect(names).toContain(hostile);
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  });
});
