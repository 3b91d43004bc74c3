/** A step of a job as act reports it. */
export interface ActStep {
  /** The step's id: its `id:` or its index. */
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly result: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface ActJob {
  /** `<workflow>/<job>`; below a reusable workflow `<workflow>/<caller job>/<called workflow>/<job>`. */
  readonly path: string;
  /** The id of the job in its own file. */
  readonly id: string;
  /** `success`, `failure`, or `skipped` when it never reported a result. */
  readonly result: string;
  readonly steps: readonly ActStep[];
  /** What its steps printed. */
  readonly output: string;
}

type Entry = Readonly<Record<string, unknown>>;

/** Reads the lines of `act --json`; anything that is no JSON (act's closing words) is left to the caller. */
export function parseActLog(log: string): readonly ActJob[] {
  const jobs = new Map<string, { id: string; result: string; output: string; steps: Map<string, ActStep & { result: string | undefined; outputs: Record<string, string> }> }>();
  for (const line of log.split('\n')) {
    const entry = parseLine(line);
    const path = entry?.['job'];
    if (entry === undefined || typeof path !== 'string') continue;
    const key = path.trim();
    const job = jobs.get(key) ?? { id: String(entry['jobID']), result: 'skipped', output: '', steps: new Map() };
    jobs.set(key, job);
    if (typeof entry['jobResult'] === 'string') job.result = entry['jobResult'];
    if (entry['raw_output'] === true) job.output += String(entry['msg']);
    const ids = entry['stepID'];
    if (!Array.isArray(ids)) continue;
    const stage = String(entry['stage'] ?? '');
    const id = ids.join('.');
    const step = job.steps.get(`${stage} ${id}`) ?? { id, name: String(entry['step']), stage, result: undefined, outputs: {} };
    job.steps.set(`${stage} ${id}`, step);
    if (typeof entry['stepResult'] === 'string') step.result = entry['stepResult'];
    if (entry['command'] === 'set-output') step.outputs[String(entry['name'])] = String(entry['arg']);
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
