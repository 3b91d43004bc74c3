import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseWorkflow, ROOT, readAction, referencesTo } from './workflow-files.ts';

const text = readFileSync(join(ROOT, 'docs/release-protection.md'), 'utf8');
const blocks = [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '').filter((block) => /^jobs:/m.test(block));
const [cutting = ''] = blocks;
const workflow = parseWorkflow(cutting, 'docs/release-protection.md') as ReturnType<typeof parseWorkflow> & {
  readonly jobs: Readonly<Record<string, { readonly environment?: string }>>;
};

describe('the job that cuts a beta, as docs/release-protection.md has it', () => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap(({ steps: own = [] }) => own);

  it('is one, started by people only', () => {
    expect(blocks).toHaveLength(1);
    expect(Object.keys(workflow.on)).toEqual(['workflow_dispatch']);
  });

  it('cuts one beta at a time, in an environment, without rights of its own and without a checkout', () => {
    expect(workflow.concurrency).toEqual({ group: 'testops-cut-beta', 'cancel-in-progress': false });
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) expect(job).toMatchObject({ environment: 'beta', permissions: {}, 'timeout-minutes': expect.any(Number) });
    expect(steps.filter(({ run, uses }) => run !== undefined || uses?.startsWith('actions/checkout'))).toEqual([]);
  });

  it('pins the action that mints the token by its full id and asks for no more than the three permissions', () => {
    expect(cutting).toMatch(/uses: actions\/create-github-app-token@[0-9a-f]{40} # v\d+\.\d+\.\d+$/m);
    const [mint] = steps.filter(({ uses }) => uses?.startsWith('actions/create-github-app-token@'));
    expect(Object.fromEntries(Object.entries(mint?.with ?? {}).filter(([name]) => name.startsWith('permission-')))).toEqual({
      'permission-actions': 'read',
      'permission-contents': 'write',
      'permission-statuses': 'write',
    });
  });

  it('gives decision-record only inputs that it has, and names only inputs and steps that are there', () => {
    const [record] = steps.filter(({ uses }) => uses?.startsWith('testops/beta-gates/actions/decision-record@'));
    expect(record?.with).toMatchObject({ mode: 'cut' });
    const { inputs } = readAction('decision-record');
    expect(Object.keys(record?.with ?? {}).filter((name) => !inputs.includes(name))).toEqual([]);
    expect(referencesTo(cutting, 'inputs').filter((name) => !(name in (workflow.on.workflow_dispatch?.inputs ?? {})))).toEqual([]);
    expect(referencesTo(cutting, 'steps')).toEqual(['app']);
  });
});

describe('docs/release-protection.md', () => {
  it('names rulesets and status as the code does', async () => {
    const { BETA_TAGS, CREATION_RULESET, GATES_RULESET, LEDGER_RULESET } = await import('../../src/github/ruleset-difference.ts');
    const { STATUS_CONTEXT } = await import('../../src/decision/index.ts');
    for (const name of [BETA_TAGS, CREATION_RULESET, GATES_RULESET, LEDGER_RULESET, STATUS_CONTEXT]) expect(text).toContain(name);
  });
});
