import { createHash } from 'node:crypto';
import type { Http } from '../../../core/ports/http.ts';
import { asList, asRecord } from '../formats/format.ts';
import { type Objective, selectorsOf } from '../objectives/objective.ts';
import type { MetricSelector } from '../objectives/selector.ts';
import { windowStart } from '../objectives/time-window.ts';
import type { Recording } from '../series/recording.ts';

/** A query that gave nothing to judge, and why. */
export interface UnansweredQuery {
  readonly query: string;
  readonly reason: string;
}

const TIMEOUT_MS = 60_000;
/** Prometheus refuses more than 11,000 points for each series. */
const MAX_POINTS = 10_000;
const DEFAULT_STEP_MS = 60_000;

/**
 * Asks a Prometheus server (HTTP API v1, `query_range`) for every query of the objectives, over the window of each, and records the points: of a counter the
 * increases from point to point (a fall is a restart, as Prometheus' `increase` takes it), of anything else the values. A query must give one series.
 */
export async function queryPrometheus(
  url: string,
  objectives: readonly Objective[],
  recording: Recording,
  ports: { readonly http: Http },
  nowMs: number,
): Promise<{ readonly unanswered: readonly UnansweredQuery[]; readonly sha256: string; readonly answers: number }> {
  const hash = createHash('sha256');
  let answers = 0;
  const unanswered: UnansweredQuery[] = [];
  const asked = new Set<string>();
  recording.begin(url);
  for (const objective of objectives) {
    for (const selector of selectorsOf(objective.ask)) {
      if (!selector.query || asked.has(selector.metric)) continue;
      asked.add(selector.metric);
      const problem = await record(url, objective, selector, recording, ports.http, nowMs, (text) => hash.update(text));
      if (problem !== undefined) unanswered.push({ query: selector.query.text, reason: problem });
      else answers += 1;
    }
  }
  return { unanswered, sha256: hash.digest('hex'), answers };
}

async function record(
  url: string,
  objective: Objective,
  selector: MetricSelector,
  recording: Recording,
  http: Http,
  nowMs: number,
  digest: (text: string) => void,
): Promise<string | undefined> {
  const { text = '', counter = false } = selector.query ?? {};
  const ratio = (objective.ask.kind === 'slices' ? objective.ask.of : objective.ask).kind === 'ratio';
  const fromMs = objective.budget ? windowStart(objective.budget.window, nowMs) : nowMs - 3_600_000;
  const sliceMs = objective.ask.kind === 'slices' ? objective.ask.sliceMs : DEFAULT_STEP_MS;
  const stepMs = Math.max(1000, Math.min(DEFAULT_STEP_MS, sliceMs));
  const sink = recording.sink(selector.metric, ratio ? 'counter' : 'trend', '1');
  if (!sink) return undefined;
  let previous: number | undefined;
  let points = 0;
  for (let start = fromMs; start < nowMs; start += stepMs * MAX_POINTS) {
    const end = Math.min(nowMs, start + stepMs * (MAX_POINTS - 1));
    const answer = await ask(url, { query: text, start: start / 1000, end: end / 1000, step: stepMs / 1000 }, http);
    if (typeof answer === 'string') return answer;
    digest(JSON.stringify([text, answer]));
    for (const [timeMs, value] of answer) {
      points += 1;
      if (!ratio || !counter) sink.add(value, timeMs, noTags);
      else {
        if (previous !== undefined) sink.add(value >= previous ? value - previous : value, timeMs, noTags);
        previous = value;
      }
    }
  }
  if (points === 0) return 'it has no points in the window of the objective';
  return ratio && counter && points === 1 ? 'it has a single point in the window of the objective' : undefined;
}

/** The points of the one series that a query gives, or why there are none; never a part of the answer's body but Prometheus' own error type. */
async function ask(
  url: string,
  parameters: Readonly<Record<string, string | number>>,
  http: Http,
): Promise<readonly (readonly [timeMs: number, value: number])[] | string> {
  const body = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)] as [string, string])).toString();
  const result = await http.request({
    method: 'POST',
    url: `${url.replace(/\/+$/, '')}/api/v1/query_range`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: 64 * 1024 * 1024,
  });
  if (result.kind === 'unreachable') return `the server could not be reached (${result.reason})`;
  let document: ReturnType<typeof asRecord>;
  try {
    document = asRecord(JSON.parse(new TextDecoder().decode(result.body)));
  } catch {
    return `the server answered ${result.status}, and not with JSON`;
  }
  if (document?.status !== 'success') {
    const type = typeof document?.errorType === 'string' && /^[a-z_]{1,40}$/.test(document.errorType) ? document.errorType : 'unknown';
    return `the server answered ${result.status} with an error of type ${type}`;
  }
  const series = asList(asRecord(document.data)?.result);
  if (series.length > 1) return `it gives ${series.length} series where one is needed`;
  return asList(asRecord(series[0])?.values).flatMap((point) => {
    const [seconds, text] = asList(point);
    const value = Number(text);
    return typeof seconds === 'number' && Number.isFinite(value) ? [[seconds * 1000, value] as const] : [];
  });
}

const noTags = () => undefined;
