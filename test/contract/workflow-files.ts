import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, LineCounter, parse, parseDocument, visit } from 'yaml';

/** Root of the repository: tests run there. */
export const ROOT = process.cwd();
const FOLDER = '.github/workflows';

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly 'timeout-minutes'?: number;
  readonly 'cache-mode'?: string;
  readonly name?: string;
  readonly 'continue-on-error'?: boolean;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

interface Call {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

/** A workflow, read with the `on` key as YAML 1.2 has it: text, not a boolean. */
export interface Workflow {
  readonly on: { readonly workflow_call?: Call | null; readonly workflow_dispatch?: { readonly inputs?: object } | null } & Readonly<
    Record<string, unknown>
  >;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': unknown };
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface WorkflowFile {
  /** `testops-ci.yml`. */
  readonly name: string;
  readonly text: string;
  readonly workflow: Workflow;
}

/** Every workflow of the repository; throws on YAML that has an error or a warning. */
export function readWorkflows(): readonly WorkflowFile[] {
  return readdirSync(join(ROOT, FOLDER))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(join(ROOT, FOLDER, name), 'utf8');
      return { name, text, workflow: parseWorkflow(text, name) };
    });
}

/** Parses the text of a workflow; `name` is for the message. */
export function parseWorkflow(text: string, name: string): Workflow {
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new Error(`${name}: ${problem.message}`);
  return document.toJS() as Workflow;
}

/** Named workflow file. */
export function findWorkflow(name: string): WorkflowFile {
  const found = readWorkflows().find((file) => file.name === name);
  if (!found) throw new Error(`no ${FOLDER}/${name}`);
  return found;
}

/** Each permission of the file with the text of its line, so that a missing comment can be named. */
export function listPermissionLines(text: string): readonly { readonly permission: string; readonly line: string }[] {
  const lines = new LineCounter();
  const rows = text.split('\n');
  const found: { permission: string; line: string }[] = [];
  visit(parseDocument(text, { lineCounter: lines }), {
    Pair(_key, pair) {
      if (!isScalar(pair.key) || pair.key.value !== 'permissions' || !isMap(pair.value)) return;
      for (const { key, value } of pair.value.items) {
        if (!isScalar(key) || !isScalar(value) || !key.range) continue;
        found.push({ permission: `${key.value}: ${value.value}`, line: rows[lines.linePos(key.range[0]).line - 1] ?? '' });
      }
    },
  });
  return found;
}

/** What a caller must grant: for each scope the most that any job names; `none` asks for nothing. */
export function unionOfPermissions(workflow: Workflow): Readonly<Record<string, string>> {
  const levels = ['none', 'read', 'write'];
  const union: Record<string, string> = {};
  for (const job of Object.values(workflow.jobs)) {
    for (const [scope, level] of Object.entries(job.permissions ?? {})) {
      if (!levels.includes(level)) throw new Error(`unknown permission ${scope}: ${level}`);
      if (levels.indexOf(level) > levels.indexOf(union[scope] ?? 'none')) union[scope] = level;
    }
  }
  return union;
}

/** Jobs, steps and every text in them, with where they stand. */
export function listSteps(file: WorkflowFile): readonly { readonly where: string; readonly job: string; readonly step: Step }[] {
  return Object.entries(file.workflow.jobs).flatMap(([job, { steps = [] }]) =>
    steps.map((step, index) => ({ where: `${file.name}: ${job}, step ${index + 1}`, job, step })),
  );
}

export interface ActionFile {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly runs: { readonly using: string; readonly main: string };
}

/** The generated action.yml of one of our actions. */
export function readAction(name: string): ActionFile {
  const path = join(ROOT, 'actions', name, 'action.yml');
  if (!existsSync(path)) throw new Error(`no actions/${name}/action.yml: run \`npm run generate\``);
  const read = parse(readFileSync(path, 'utf8')) as { inputs?: object; outputs?: object; runs: ActionFile['runs'] };
  return { inputs: Object.keys(read.inputs ?? {}), outputs: Object.keys(read.outputs ?? {}), runs: read.runs };
}

/** The YAML blocks of a Markdown file that hold a whole workflow, as they stand there. */
export function workflowBlocksIn(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '').filter((block) => /^jobs:/m.test(block));
}

/** Those that call the named workflow of ours. */
export function callersIn(path: string, called: string): readonly Workflow[] {
  return workflowBlocksIn(path)
    .filter((block) => block.includes(`/.github/workflows/${called}@`))
    .map((block) => parseWorkflow(block, path));
}

/** The one job of a caller that calls the named workflow. */
export function callingJob(workflow: Workflow, called: string): Job {
  const jobs = Object.values(workflow.jobs).filter((job) => job.uses?.includes(`.github/workflows/${called}`));
  const [job] = jobs;
  if (!job || jobs.length > 1) throw new Error(`${jobs.length} jobs call ${called}`);
  return job;
}

/** Names after `prefix.` in expressions such as `inputs.config`, in a whole file. */
export function referencesTo(text: string, prefix: string): readonly string[] {
  const pattern = new RegExp(`(?<![\\w.-])${prefix.replaceAll('.', '\\.')}\\.([A-Za-z0-9_-]+)`, 'g');
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}
