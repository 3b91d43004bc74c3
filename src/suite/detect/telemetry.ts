import { compareText, type Files } from '../../core/index.ts';
import { NOT_OURS, type Suggestion } from './detected.ts';

const FOLDERS = /^(logs?|telemetry|traces|otel|spans)$/i;
const FILES = ['**/*.log', '**/*.jsonl', '**/*.otlp.json', '**/*otlp*.json', '**/*.log.gz'];
const IN_FOLDERS = ['**/{log,logs,telemetry,traces,otel,spans}/**'];
const SOURCE = /\.(ts|tsx|js|mjs|cjs|py|go|rb|java|rs|kt|cs|php|md|html|css|yml|yaml|toml)$/i;
const MOST_PATTERNS = 10;

/** Logs, traces and other telemetry, by the names of files and folders; `taken` are files that another gate reads. */
export async function detectTelemetry(files: Files, taken: readonly string[]): Promise<Suggestion | undefined> {
  const found = (await files.glob([...FILES, ...IN_FOLDERS], { ignore: [...NOT_OURS, 'src/**'] })).filter(
    (path) => !taken.includes(path) && !SOURCE.test(path),
  );
  if (found.length === 0) return undefined;
  const patterns = [...new Set(found.map(patternOf))].sort(compareText).slice(0, MOST_PATTERNS);
  return {
    gate: 'telemetry-scan',
    because: `${found.length === 1 ? '1 file' : `${found.length} files`} of logs or telemetry in ${patterns.join(', ')}`,
    section: { paths: patterns, 'fail-on': 'high' },
    reads: found,
  };
}

/** The folder that is called after telemetry, whole; else files of the same ending beside this one. */
function patternOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  const at = folders.findIndex((name) => FOLDERS.test(name));
  if (at !== -1) return `${folders.slice(0, at + 1).join('/')}/**`;
  const ending = /(\.[a-z]+){1,2}$/i.exec(path)?.[0] ?? '';
  return `${folders.map((name) => `${name}/`).join('')}*${ending}`;
}
