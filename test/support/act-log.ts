/** The main stage of a step as act reports it. */
export interface ActStep {
  /** The step's id: its `id:` or its index. */
  readonly id: string;
  readonly name: string;
  /** Undefined for a step that did not run. */
  readonly result: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  /** Markdown that the step added to its summary. */
  readonly summary: string;
}

export interface ActJob {
  /** `<workflow>/<job>`; below a reusable workflow `<caller job>/<called workflow>/<job>`; a workflow by its name or else its file. */
  readonly path: string;
  /** The id of the job in its own file. */
  readonly id: string;
  /** `success`, `failure`, or `skipped` when it never reported a result. */
  readonly result: string;
  readonly steps: readonly ActStep[];
  /** What its steps printed. */
  readonly output: string;
}

type MutableStep = Omit<ActStep, 'result' | 'outputs' | 'summary'> & {
  result: string | undefined;
  outputs: Record<string, string>;
  summary: string;
};

type Entry = Readonly<Record<string, unknown>>;

/** Reads the lines of `act --json`; anything that is no JSON (act's closing words) is left to the caller. */
export function parseActLog(log: string): readonly ActJob[] {
  const jobs = new Map<string, { id: string; result: string; output: string; steps: Map<string, MutableStep> }>();
  for (const line of log.split('\n')) {
    const entry = parseLine(line);
    const path = entry?.job;
    if (entry === undefined || typeof path !== 'string') continue;
    const key = path.trim();
    const job = jobs.get(key) ?? { id: String(entry.jobID), result: 'skipped', output: '', steps: new Map() };
    jobs.set(key, job);
    if (typeof entry.jobResult === 'string') job.result = entry.jobResult;
    if (entry.raw_output === true) job.output += String(entry.msg);
    const ids = entry.stepID;
    if (!Array.isArray(ids) || entry.stage !== 'Main') continue;
    const id = ids.join('.');
    const step: MutableStep = job.steps.get(id) ?? { id, name: String(entry.step), result: undefined, outputs: {}, summary: '' };
    job.steps.set(id, step);
    if (typeof entry.stepResult === 'string') step.result = entry.stepResult;
    if (entry.command === 'summary') step.summary += String(entry.content ?? '');
    if (entry.command === 'set-output') step.outputs[String(entry.name)] = String(entry.arg);
  }
  return [...jobs].map(([path, job]) => ({ path, id: job.id, result: job.result, output: job.output, steps: [...job.steps.values()] }));
}

function parseLine(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
