import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { GATE_IDS } from '../../src/core/index.ts';
import { INCIDENT_KINDS } from '../../src/decision/index.ts';
import { ACTIONS } from '../../src/entries.ts';
import { INCIDENT_LABEL } from '../../src/github/incidents.ts';
import { INCIDENT_HEADINGS } from '../../src/render/markdown/incident.ts';
import { MAX_PARTS } from '../../src/suite/part-limits.ts';
import {
  findWorkflow,
  listPermissionLines,
  listSteps,
  readAction,
  readWorkflows,
  referencesTo,
  unionOfPermissions,
} from './workflow-files.ts';

const files = readWorkflows();
const suite = findWorkflow('testops-ci.yml');
const jobs = suite.workflow.jobs;
/** Gates that a job of their own runs; deploy-preview runs inside the exercise, which holds the system up. */
const GATE_JOBS = GATE_IDS.filter((id) => id !== 'deploy-preview');
/** Gates that run in parts where the caller asks for it, with the job that does. */
const PART_JOBS = { 'determinism-check': 'determinism-parts', 'telemetry-scan': 'telemetry-parts' } as const;
const partJobOf = (gate: string): readonly string[] => Object.entries(PART_JOBS).flatMap(([id, job]) => (id === gate ? [job] : []));
const MEASURING_JOBS = GATE_JOBS.flatMap((gate) => [...partJobOf(gate), gate]);

describe('every workflow of this repository', () => {
  it('is there and parses', () => {
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['ci.yml', 'self.yml', 'testops-ci.yml', 'testops-comment.yml']));
  });

  it.each(files)('$name grants nothing at the top and names permissions in every job', ({ workflow }) => {
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of Object.entries(workflow.jobs))
      expect({ name, permissions: job.permissions }).not.toEqual({ name, permissions: undefined });
  });

  it.each(files)('$name says why beside each permission', ({ text, workflow }) => {
    const lines = listPermissionLines(text);
    const named = Object.values(workflow.jobs).flatMap((job) => Object.keys(job.permissions ?? {}));
    expect(lines).toHaveLength(named.length);
    expect(lines.filter(({ line }) => !/ # \S+ \S+/.test(line))).toEqual([]);
  });

  it.each(files)('$name uses only actions/checkout by full id and our own actions', (file) => {
    const foreign = listSteps(file).filter(({ step }) => step.uses !== undefined && !isAllowedUse(step.uses));
    expect(foreign.map(({ where, step }) => `${where}: ${step.uses}`)).toEqual([]);
    const called = Object.values(file.workflow.jobs).flatMap((job) => (job.uses === undefined ? [] : [job.uses]));
    expect(called.filter((uses) => !files.some(({ name }) => uses === `$/.github/workflows/${name}`))).toEqual([]);
  });

  it('pins one version of actions/checkout, named beside its id', () => {
    const pins = files.flatMap(({ text }) => [...text.matchAll(/uses: (actions\/checkout@.*)$/gm)].map((match) => match[1]));
    expect(pins.length).toBeGreaterThan(5);
    expect(new Set(pins).size).toBe(1);
    expect(pins[0]).toMatch(/^actions\/checkout@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(files)('$name leaves no credentials in the checkout', (file) => {
    const checkouts = listSteps(file).filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter(({ step }) => step.with?.['persist-credentials'] !== false).map(({ where }) => where)).toEqual([]);
  });

  it.each(files)('$name puts no expression into a shell', (file) => {
    expect(
      listSteps(file)
        .filter(({ step }) => step.run?.includes('${{'))
        .map(({ where }) => where),
    ).toEqual([]);
  });

  it.each(files)('$name bounds every job in time', ({ workflow }) => {
    for (const [name, job] of Object.entries(workflow.jobs)) {
      if (job.uses !== undefined) continue;
      expect({ name, minutes: job['timeout-minutes'] }).toEqual({ name, minutes: expect.any(Number) });
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    }
  });

  it.each(files)(
    '$name runs no code of a pull request with rights, inherits no secrets, groups by no workflow name',
    ({ text, workflow }) => {
      expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
      expect(text).not.toMatch(/secrets:\s*inherit/);
      // A called workflow sees its caller's name there: the same group in both would wait for itself.
      expect(workflow.concurrency?.group ?? '').not.toContain('github.workflow');
    },
  );

  it.each(files)('$name gives actions only inputs that they have, and reads only outputs that they have', (file) => {
    const wrong = listSteps(file).flatMap(({ where, step, job }) => {
      const action = ownAction(step.uses);
      if (action === undefined) return [];
      const { inputs, outputs } = readAction(action);
      const unknown = Object.keys(step.with ?? {}).filter((name) => !inputs.includes(name));
      const read = step.id === undefined ? [] : referencesTo(JSON.stringify(file.workflow.jobs[job]), `steps.${step.id}.outputs`);
      return [...unknown, ...read.filter((name) => !outputs.includes(name))].map((name) => `${where}: ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it.each(files)('$name reads only steps, jobs and inputs that exist, and no output of a job in vain', ({ text, workflow }) => {
    const wrong: string[] = [];
    for (const [name, job] of Object.entries(workflow.jobs)) {
      const own = JSON.stringify(job);
      const ids = (job.steps ?? []).flatMap((step) => (step.id === undefined ? [] : [step.id]));
      const needed = [job.needs ?? []].flat();
      wrong.push(
        ...referencesTo(own, 'steps')
          .filter((id) => !ids.includes(id))
          .map((id) => `${name}: steps.${id}`),
      );
      wrong.push(...needed.filter((id) => !(id in workflow.jobs)).map((id) => `${name}: needs ${id}`));
      wrong.push(
        ...referencesTo(own, 'needs')
          .filter((id) => !needed.includes(id))
          .map((id) => `${name}: needs.${id}`),
      );
      for (const id of needed) {
        const outputs = Object.keys(workflow.jobs[id]?.outputs ?? {});
        wrong.push(
          ...referencesTo(own, `needs.${id}.outputs`)
            .filter((output) => !outputs.includes(output))
            .map((output) => `${name}: needs.${id}.outputs.${output}`),
        );
      }
      // Every gate's job exports `verdict` for whoever extends the workflow.
      const readers = JSON.stringify({ ...workflow, jobs: { ...workflow.jobs, [name]: {} } });
      const read = [...referencesTo(readers, `needs.${name}.outputs`), ...referencesTo(readers, `jobs.${name}.outputs`)];
      wrong.push(
        ...Object.keys(job.outputs ?? {})
          .filter((output) => output !== 'verdict' && !read.includes(output) && !readers.includes(`toJSON(needs.${name}.outputs)`))
          .filter(
            () =>
              !Object.values(workflow.jobs).some(
                (one) => [one.needs].flat().includes(name) && JSON.stringify(one).includes('toJSON(needs)'),
              ),
          )
          .map((output) => `${name}: nobody reads ${output}`),
      );
    }
    const declared = [...Object.keys(workflow.on.workflow_call?.inputs ?? {}), ...Object.keys(workflow.on.workflow_dispatch?.inputs ?? {})];
    const used = referencesTo(text, 'inputs');
    wrong.push(...used.filter((input) => !declared.includes(input)).map((input) => `inputs.${input} is not declared`));
    wrong.push(...declared.filter((input) => !used.includes(input)).map((input) => `input ${input} is not used`));
    const secrets = Object.keys(workflow.on.workflow_call?.secrets ?? {});
    expect([...referencesTo(text, 'secrets')].sort()).toEqual([...secrets].sort());
    for (const { value } of Object.values(workflow.on.workflow_call?.outputs ?? {})) {
      const [, job = '', output = ''] = /jobs\.([\w-]+)\.outputs\.([\w-]+)/.exec(value) ?? [];
      const { uses, outputs = {} } = workflow.jobs[job] ?? {};
      const known = uses === undefined ? outputs : (findWorkflow(uses.split('/').at(-1) ?? '').workflow.on.workflow_call?.outputs ?? {});
      if (!(output in known)) wrong.push(`output ${value}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('testops-ci.yml', () => {
  it('has a job for each gate, and one that decides on all of them', () => {
    expect(Object.keys(jobs)).toEqual(['plan', 'exercise', ...MEASURING_JOBS, 'decide']);
    expect([jobs.decide?.needs].flat()).toEqual(['plan', 'exercise', ...GATE_JOBS]);
    const decide = (jobs.decide?.steps ?? []).find(({ id }) => id === 'decide');
    // Line by line, an output with a line break would speak for another job.
    expect(decide?.with?.needs).toBe(expression('toJSON(needs)'));
    expect(JSON.stringify(decide?.with)).not.toMatch(/needs\.[a-z-]+\.(outputs|result)/);
  });

  it('ends with a step whose name states what was decided', () => {
    expect(jobs.decide?.steps?.at(-1)).toEqual({
      name: expression('steps.decide.outputs.proof'),
      if: expression('always()'),
      run: ':',
      shell: 'bash',
    });
    expect(jobs.decide?.name).toBeUndefined();
    expect(jobs.decide?.strategy).toBeUndefined();
  });

  it('keeps caches from jobs that run commands of the repository', () => {
    for (const name of ['exercise', 'determinism-parts', 'determinism-check'])
      expect({ name, cache: jobs[name]?.['cache-mode'] }).toEqual({ name, cache: 'none' });
  });

  it('exercises nothing that was not planned to its end', () => {
    expect(jobs.exercise?.if).toBe(expression("!cancelled() && needs.plan.result == 'success' && needs.plan.outputs.exercise == 'true'"));
  });

  it('lets only plan and decide fail the run, and decides whatever happened', () => {
    const tolerated = Object.entries(jobs)
      .filter(([, job]) => job['continue-on-error'] === true)
      .map(([name]) => name);
    expect(tolerated).toEqual(['exercise', ...MEASURING_JOBS]);
    expect(jobs.decide?.if).toBe(expression('always()'));
    for (const gate of GATE_JOBS)
      expect(jobs[gate]?.if).toMatch(
        /^\$\{\{ !cancelled\(\) && needs\.plan\.result == 'success' && contains\(fromJSON\(needs\.plan\.outputs\.gates\), '[a-z-]+'\) \}\}$/,
      );
    for (const gate of GATE_JOBS) expect(jobs[gate]?.if).toContain(`'${gate}'`);
  });

  it('lets jobs that run code of the repository read and nothing else', () => {
    for (const name of ['exercise', ...MEASURING_JOBS])
      expect({ name, permissions: jobs[name]?.permissions }).toEqual({ name, permissions: { contents: 'read', actions: 'read' } });
    // slo-gate runs no command of the repository; its token, which can only read, confirms the runs behind the days of the ledger.
    const withoutToken = ['exercise', ...MEASURING_JOBS].filter((name) => name !== 'slo-gate');
    for (const name of withoutToken) expect(JSON.stringify(jobs[name])).not.toMatch(/github\.token|GITHUB_TOKEN/);
    expect(JSON.stringify(jobs['slo-gate'])).not.toContain('run-setup');
  });

  it('runs no code of the repository where it writes', () => {
    for (const name of ['plan', 'decide']) {
      const used = (jobs[name]?.steps ?? []).map((step) => step.uses?.split('@')[0] ?? 'run');
      expect(used).toEqual(['actions/checkout', ...(name === 'plan' ? ['$/actions/plan'] : ['$/actions/decision-record', 'run'])]);
    }
  });

  it('asks callers for these seven permissions and nothing more', () => {
    expect(unionOfPermissions(suite.workflow)).toEqual({
      contents: 'read',
      actions: 'read',
      attestations: 'read',
      issues: 'read',
      checks: 'write',
      statuses: 'write',
      'pull-requests': 'write',
    });
  });

  it('runs gates in parts only where the caller asks, and hands the digest of each part to the job that merges', () => {
    for (const [gate, name] of Object.entries(PART_JOBS)) {
      const count = `needs.plan.outputs.${name.replace('-parts', '-count')}`;
      const job = jobs[name];
      expect(job?.if).toBe(expression(`!cancelled() && needs.plan.result == 'success' && ${count} != ''`));
      expect(job?.strategy).toEqual({
        'fail-fast': false,
        matrix: { include: expression(`fromJSON(needs.plan.outputs.${name} || '[]')`) },
      });
      const outputs = Array.from({ length: MAX_PARTS }, (_, at) => [
        `part-${at + 1}`,
        expression(`matrix.index == ${at + 1} && steps.gate.outputs.part-sha256 || ''`),
      ]);
      expect(job?.outputs).toEqual(Object.fromEntries(outputs));
      expect([jobs[gate]?.needs].flat()).toEqual(['plan', 'exercise', name]);
      const [, fetched, merged] = jobs[gate]?.steps ?? [];
      expect(fetched?.with).toMatchObject({
        'parts-of': gate,
        parts: expression(count),
        'part-digests': expression(`toJSON(needs.${name}.outputs)`),
      });
      expect(merged?.with?.['merge-parts']).toBe(expression(count));
    }
  });

  it('starts by call, by hand and by beta tag, and cancels only for pull requests', () => {
    expect(Object.keys(suite.workflow.on)).toEqual(['workflow_call', 'workflow_dispatch', 'push']);
    expect(suite.workflow.on.push).toEqual({ tags: ['v*-beta*'] });
    expect(suite.workflow.concurrency).toEqual({
      group: `testops-ci-${expression('github.event_name')}-${expression('github.event.pull_request.number || inputs.commit || github.sha')}${expression("github.ref_type == 'tag' && format('-{0}', github.ref_name) || ''")}`,
      'cancel-in-progress': expression("github.event_name == 'pull_request'"),
    });
  });

  it('checks the planned commit out everywhere', () => {
    for (const { where, job, step } of listSteps(suite)) {
      if (!step.uses?.startsWith('actions/checkout@')) continue;
      const ref = String(step.with?.ref);
      const asked = 'inputs.commit || github.event.pull_request.head.sha || github.sha';
      const expected = { plan: asked, decide: `needs.plan.outputs.commit || ${asked}` }[job] ?? 'needs.plan.outputs.commit';
      expect({ where, ref }).toEqual({ where, ref: expression(expected) });
      if (job !== 'plan') expect(JSON.stringify(jobs[job])).toContain(`"TESTOPS_COMMIT":"${expression('needs.plan.outputs.commit')}"`);
    }
  });
});

describe.each([
  ['testops-sign.yml', '$/actions/sign'],
  ['testops-record.yml', '$/actions/record'],
  ['testops-sarif.yml', '$/actions/upload-sarif'],
])('%s', (name, action) => {
  const { workflow, text } = findWorkflow(name);

  it('checks nothing out and runs nothing but its action, only when it is called', () => {
    expect(listSteps({ name, text, workflow }).map(({ step }) => [step.uses, step.run])).toEqual([[action, undefined]]);
    expect(Object.keys(workflow.on)).toEqual(['workflow_call']);
  });

  it('never cancels a decision that somebody waits for', () => {
    expect(workflow.concurrency?.['cancel-in-progress']).toBe(false);
  });
});

describe('the warroom form', () => {
  it('has the fields that the incidents of testops-record.yml have as headings', () => {
    const form = parse(readFileSync('.github/ISSUE_TEMPLATE/warroom.yml', 'utf8')) as {
      labels: string[];
      body: { attributes: { label: string; options?: string[] } }[];
    };
    expect(form.body.map(({ attributes }) => attributes.label)).toEqual([...INCIDENT_HEADINGS]);
    expect(form.body[0]?.attributes.options).toEqual([...INCIDENT_KINDS]);
    expect(form.labels).toEqual([INCIDENT_LABEL]);
  });
});

describe('testops-comment.yml', () => {
  const { workflow, text } = findWorkflow('testops-comment.yml');

  it('checks nothing out and runs nothing but its action', () => {
    expect(listSteps({ name: '', text, workflow }).map(({ step }) => [step.uses, step.run])).toEqual([
      ['$/actions/publish-comment', undefined],
    ]);
  });

  it('reads artifacts, writes the check run and the comment, and cannot write a status that a tag may rest on', () => {
    expect(unionOfPermissions(workflow)).toEqual({ actions: 'read', checks: 'write', 'pull-requests': 'write' });
  });
});

function isAllowedUse(uses: string): boolean {
  return /^actions\/checkout@[0-9a-f]{40}$/.test(uses) || ownAction(uses) !== undefined;
}

/** Name of our own action after `$/actions/`; throws when there is no such action. */
function ownAction(uses: string | undefined): string | undefined {
  const name = /^\$\/actions\/([a-z-]+)$/.exec(uses ?? '')?.[1];
  if (name !== undefined && !(ACTIONS as readonly string[]).includes(name)) throw new Error(`no action ${name}`);
  return name;
}

/** As a workflow writes it. */
function expression(text: string): string {
  return `\${{ ${text} }}`;
}
