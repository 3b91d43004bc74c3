import { artillery } from './artillery.ts';
import { autocannon } from './autocannon.ts';
import { bencher, githubActionBenchmark } from './benchmarks.ts';
import { chaosToolkit, litmus } from './chaos.ts';
import type { JsonFormat, StreamFormat } from './format.ts';
import { gatlingLog } from './gatling-log.ts';
import { gatlingStats } from './gatling-stats.ts';
import { hdrLog } from './hdr-log.ts';
import { hdrText } from './hdr-text.ts';
import { heyCsv } from './hey-csv.ts';
import { jmeterCsv } from './jmeter-csv.ts';
import { jmeterXml } from './jmeter-xml.ts';
import { k6Csv } from './k6-csv.ts';
import { k6MachineSummary } from './k6-machine-summary.ts';
import { k6Ndjson } from './k6-ndjson.ts';
import { k6Summary } from './k6-summary.ts';
import { locustCsv } from './locust-csv.ts';
import { oha } from './oha.ts';
import { otlpMetrics, otlpMetricsLines } from './otlp-metrics.ts';
import { prometheusText } from './prometheus-text.ts';
import { gatlingBinaryLog, type RefusedFormat } from './refused.ts';
import { testopsReport } from './testops-report.ts';
import { vegetaReport, vegetaResults } from './vegeta.ts';

/** Formats that are recognised and refused by name. */
export const REFUSED: readonly RefusedFormat[] = [gatlingBinaryLog];

/** Every format that is read piece by piece, in the order in which they are tried. */
export const STREAM_FORMATS: readonly StreamFormat[] = [
  k6Ndjson,
  k6Csv,
  jmeterCsv,
  jmeterXml,
  locustCsv,
  gatlingLog,
  vegetaResults,
  heyCsv,
  hdrLog,
  hdrText,
  otlpMetricsLines,
  prometheusText,
];

/** Every format of results that is one JSON document, in the order in which they are tried. */
export const JSON_FORMATS: readonly JsonFormat[] = [
  k6MachineSummary,
  k6Summary,
  autocannon,
  testopsReport,
  artillery,
  gatlingStats,
  vegetaReport,
  oha,
  otlpMetrics,
  chaosToolkit,
  litmus,
  githubActionBenchmark,
  bencher,
];
