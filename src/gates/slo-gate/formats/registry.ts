import { autocannon } from './autocannon.ts';
import type { JsonFormat } from './format.ts';
import { k6MachineSummary } from './k6-machine-summary.ts';
import { k6Summary } from './k6-summary.ts';
import { testopsReport } from './testops-report.ts';

/** Every format of results that is one JSON document, in the order in which they are tried. */
export const JSON_FORMATS: readonly JsonFormat[] = [k6MachineSummary, k6Summary, autocannon, testopsReport];
