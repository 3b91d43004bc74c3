import { autocannon } from './autocannon.ts';
import type { JsonFormat, StreamFormat } from './format.ts';
import { jmeterCsv } from './jmeter-csv.ts';
import { k6MachineSummary } from './k6-machine-summary.ts';
import { k6Ndjson } from './k6-ndjson.ts';
import { k6Summary } from './k6-summary.ts';
import { gatlingBinaryLog, type RefusedFormat } from './refused.ts';
import { testopsReport } from './testops-report.ts';

/** Formats that are recognised and refused by name. */
export const REFUSED: readonly RefusedFormat[] = [gatlingBinaryLog];

/** Every format that is read piece by piece, in the order in which they are tried. */
export const STREAM_FORMATS: readonly StreamFormat[] = [k6Ndjson, jmeterCsv];

/** Every format of results that is one JSON document, in the order in which they are tried. */
export const JSON_FORMATS: readonly JsonFormat[] = [k6MachineSummary, k6Summary, autocannon, testopsReport];
