import { canonicalJson, sha256 } from '../../../core/index.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Progress } from '../../../core/ports/progress.ts';
import type { ServiceFailure, ServiceReport, TestopsServices } from '../../../core/ports/testops-service.ts';
import { parseServiceReport } from '../formats/testops-report.ts';
import type { SourceResults } from './read-file.ts';

const POLL_MS = 1000;

/** A report, or why there is none to judge. */
export type ReportResult =
  | { readonly kind: 'ok'; readonly source: SourceResults }
  | { readonly kind: 'unavailable'; readonly failure: ServiceFailure };

/** Fetches a report; while it is running, asks again until `waitMs` have passed and then hands out what there is, marked `running`. */
export async function readReport(
  request: { readonly url: string; readonly id: string; readonly waitMs: number },
  ports: { readonly services: TestopsServices; readonly clock: Clock; readonly progress: Progress },
): Promise<ReportResult> {
  const service = ports.services.at(request.url);
  const deadline = ports.clock.monotonicMs() + request.waitMs;
  for (;;) {
    const answer = await service.report(request.id);
    if (answer.kind === 'failure') return { kind: 'unavailable', failure: answer };
    if (answer.value.status !== 'running' || ports.clock.monotonicMs() + POLL_MS > deadline) {
      return { kind: 'ok', source: sourceOf(answer.value, request.id) };
    }
    ports.progress.say(`report ${request.id} is still running; waiting`);
    await ports.clock.sleep(POLL_MS);
  }
}

function sourceOf(report: ServiceReport, id: string): SourceResults {
  return { ...parseServiceReport(report), label: `report ${id}`, format: 'testops-report', sha256: sha256(canonicalJson(report)) };
}
