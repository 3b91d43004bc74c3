import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../src/suite/configuration.ts';
import { workflowText } from '../../src/suite/detect/write-files.ts';
import { DOCUMENTS as ALL_DOCUMENTS } from './document-blocks.ts';
import { callersIn, callingJob, findWorkflow, parseWorkflow, readWorkflows, unionOfPermissions, type Workflow } from './workflow-files.ts';

/** Documents with a workflow to copy, and the workflow of ours that it calls. */
const DOCUMENTS = [
  { path: 'README.md', called: 'testops-ci.yml' },
  { path: 'actions/publish-comment/README.md', called: 'testops-comment.yml' },
  { path: 'actions/sign/README.md', called: 'testops-sign.yml' },
  { path: 'actions/record/README.md', called: 'testops-record.yml' },
  { path: 'actions/record/README.md', called: 'testops-nightly.yml' },
  ...[
    'testops-ci.yml',
    'testops-comment.yml',
    'testops-record.yml',
    'testops-sign.yml',
    'testops-sarif.yml',
    'testops-accept-snapshots.yml',
    'testops-nightly.yml',
  ].map((called) => ({ path: 'docs/workflows.md', called })),
];

describe.each(DOCUMENTS)('the workflow to copy in $path', ({ path, called }) => {
  const callers = callersIn(path, called);
  const target = findWorkflow(called).workflow;

  it('is one', () => expect(callers).toHaveLength(1));

  it('grants exactly what the called jobs name', () => {
    for (const caller of callers) expectExactGrants(caller, called);
  });

  it('gives only inputs that the called workflow has', () => {
    for (const caller of callers) {
      const known = Object.keys(target.on.workflow_call?.inputs ?? {});
      expect(Object.keys(callingJob(caller, called).with ?? {}).filter((name) => !known.includes(name))).toEqual([]);
    }
  });
});

const EVERY_CALLER = ALL_DOCUMENTS.flatMap((path) =>
  readWorkflows()
    .filter(({ workflow }) => workflow.on.workflow_call !== undefined)
    .flatMap(({ name }) => callersIn(path, name).map((caller, index) => ({ path, called: name, caller, index }))),
);

describe('every workflow to copy in the documents', () => {
  it.each(EVERY_CALLER)('$path grants what $called names, and gives inputs and secrets that it has', ({ caller, called }) => {
    expectExactGrants(caller, called);
    const call = findWorkflow(called).workflow.on.workflow_call ?? {};
    const { with: inputs = {}, secrets = {} } = callingJob(caller, called);
    expect(Object.keys(inputs).filter((name) => !(name in (call.inputs ?? {})))).toEqual([]);
    expect(Object.keys(secrets as object).filter((name) => !(name in (call.secrets ?? {})))).toEqual([]);
  });

  it('are more than those of the actions', () => {
    expect(new Set(EVERY_CALLER.map(({ path }) => path)).size).toBeGreaterThan(5);
  });
});

describe('docs/workflows.md', () => {
  it('has a caller for every workflow that can be called, and gives only secrets that it takes', () => {
    const callable = readWorkflows().filter(({ workflow }) => 'workflow_call' in workflow.on);
    expect(callable.map(({ name }) => name).sort()).toEqual(
      DOCUMENTS.flatMap(({ path, called }) => (path === 'docs/workflows.md' ? [called] : [])).sort(),
    );
    for (const { name, workflow } of callable) {
      const known = Object.keys(workflow.on.workflow_call?.secrets ?? {});
      for (const caller of callersIn('docs/workflows.md', name))
        expect(Object.keys((callingJob(caller, name).secrets ?? {}) as object).filter((secret) => !known.includes(secret))).toEqual([]);
    }
  });
});

describe('the caller in README.md', () => {
  const [caller] = callersIn('README.md', 'testops-ci.yml');

  it('runs on pull requests and beta tags, and by hand with the inputs of testops-ci.yml', () => {
    expect(Object.keys(caller?.on ?? {})).toEqual(['pull_request', 'push', 'workflow_dispatch']);
    expect(caller?.on.push).toEqual(findWorkflow('testops-ci.yml').workflow.on.push);
    const dispatch = Object.keys(caller?.on.workflow_dispatch?.inputs ?? {});
    expect(dispatch).toEqual(Object.keys(findWorkflow('testops-ci.yml').workflow.on.workflow_dispatch?.inputs ?? {}));
    const given = callingJob(caller as Workflow, 'testops-ci.yml').with ?? {};
    expect(given).toEqual(Object.fromEntries(dispatch.map((name) => [name, `\${{ inputs.${name} }}`])));
  });
});

describe('the caller in README.md is the only one', () => {
  const [readme] = callersIn('README.md', 'testops-ci.yml');

  it('that examples/consumer has', () => {
    const text = readFileSync('examples/consumer/.github/workflows/testops-ci.yml', 'utf8');
    expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`yaml\n${text}\`\`\``);
    expect(() => parseConfiguration(readFileSync('examples/consumer/.github/testops.yml', 'utf8'), 'testops.yml')).not.toThrow();
  });

  it('that testops init writes', () => {
    expect(parseWorkflow(workflowText('COMMIT'), 'init')).toEqual(readme);
  });
});

describe('self.yml', () => {
  const { workflow } = findWorkflow('self.yml');

  it('grants exactly what testops-ci.yml names, on pull requests only', () => {
    expectExactGrants(workflow, 'testops-ci.yml');
    expect(Object.keys(workflow.on)).toEqual(['pull_request']);
  });
});

/** Too little, and GitHub refuses to start the run; too much, and every job could be given it. */
function expectExactGrants(caller: Workflow, called: string): void {
  expect(caller.permissions).toEqual({});
  expect(callingJob(caller, called).permissions).toEqual(unionOfPermissions(findWorkflow(called).workflow));
}
