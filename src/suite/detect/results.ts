import { type Files, isUserError } from '../../core/index.ts';
import { isStream, openResultsFile } from '../../gates/slo-gate/sources/read-file.ts';
import { NOT_OURS, type Suggestion } from './detected.ts';

/** Formats of load tools; metrics of other kinds need objectives that only a person can name. */
const LOAD_TOOLS: Readonly<Record<string, string>> = {
  'k6-summary': 'k6',
  'k6-machine-summary': 'k6',
  'k6-csv': 'k6',
  'k6-ndjson': 'k6',
  autocannon: 'autocannon',
  artillery: 'Artillery',
  'gatling-log': 'Gatling',
  'gatling-stats': 'Gatling',
  'jmeter-csv': 'JMeter',
  'jmeter-xml': 'JMeter',
  'locust-csv': 'Locust',
  'hey-csv': 'hey',
  oha: 'oha',
  'vegeta-report': 'Vegeta',
  'vegeta-results': 'Vegeta',
  'testops-report': 'TestOps',
};

const CANDIDATES = ['**/*.json', '**/*.csv', '**/*.jtl', '**/*.xml', '**/*.ndjson', '**/simulation.log'];
const NEVER = ['**/package.json', '**/package-lock.json', '**/tsconfig*.json', '**/*.schema.json', '**/*.otlp.json', '.vscode/**'];
const MOST_CANDIDATES = 2000;
const MOST_DOCUMENT_BYTES = 8 * 1024 * 1024;
const MOST_FILES = 20;

/** Results of load tools, told by their content, with limits on what they measured. Limits are a beginning, said to be one. */
export async function detectResults(files: Files): Promise<Suggestion | undefined> {
  const found: { readonly path: string; readonly tool: string; readonly metrics: ReadonlySet<string> }[] = [];
  const candidates = await files.glob(CANDIDATES, { ignore: [...NOT_OURS, ...NEVER] });
  for (const path of candidates.slice(0, MOST_CANDIDATES)) {
    const known = await recognize(files, path);
    if (known) found.push({ path, ...known });
    if (found.length >= MOST_FILES) break;
  }
  const [first] = found;
  if (!first) return undefined;
  // Of several tools the first one's files: one objective is held against each file alone.
  const ours = found.filter(({ tool }) => tool === first.tool);
  const has = (metric: string): boolean => ours.every(({ metrics }) => metrics.size === 0 || metrics.has(metric));
  const thresholds = [
    ...(has('http_req_duration') ? ['http_req_duration: p(95)<500'] : []),
    ...(has('http_req_failed') ? ['http_req_failed: rate<0.01'] : []),
  ];
  if (thresholds.length === 0) return undefined;
  const paths = ours.map(({ path }) => path);
  return {
    gate: 'slo-gate',
    because: `results of ${first.tool} in ${paths.join(', ')}`,
    section: { thresholds, results: paths },
    reads: paths,
  };
}

async function recognize(
  files: Files,
  path: string,
): Promise<{ readonly tool: string; readonly metrics: ReadonlySet<string> } | undefined> {
  const stat = await files.statTarget(path);
  if (stat?.kind !== 'file' || stat.size === 0 || (path.endsWith('.json') && stat.size > MOST_DOCUMENT_BYTES)) return undefined;
  try {
    const opened = await openResultsFile(path, files);
    const tool = LOAD_TOOLS[isStream(opened) ? opened.format.id : opened.format];
    if (tool === undefined) return undefined;
    // A stream's metrics are known only when it has been read through; load tools all time requests.
    return { tool, metrics: new Set(isStream(opened) ? [] : opened.series.map(({ metric }) => metric)) };
  } catch (error) {
    // Most files are no results at all.
    if (isUserError(error)) return undefined;
    throw error;
  }
}
