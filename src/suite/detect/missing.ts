import { GATE_IDS, type GateId } from '../../core/index.ts';
import type { Build, Missing } from './detected.ts';

/** What to add for a gate that found nothing to look at. */
const ADD: Readonly<Record<GateId, string>> = {
  'determinism-check': 'a command that makes files: `run`, and `outputs` with the files that it makes',
  'slo-gate': 'results of a load test, such as `k6 run --summary-export load/k6.json load.js`, as `results`, and `thresholds` for them',
  'telemetry-scan': 'a folder with logs or traces of a test run, as `paths`',
  'snapshot-compare': 'a folder with what is meant to come out, as `baseline`, and what came out, as `actual`',
  'deploy-preview': 'the address of a TestOps service, as `url`',
};

/** The gates that are not among those chosen, each with what to add; a build that was found but says not what it writes is told. */
export function listMissing(chosen: readonly { readonly gate: GateId }[], build: Build | undefined): readonly Missing[] {
  return GATE_IDS.filter((gate) => !chosen.some((each) => each.gate === gate)).map((gate) => ({
    gate,
    add:
      gate === 'determinism-check' && build?.outputs.length === 0
        ? `the files that \`${build.command}\` makes, as \`outputs\` (found ${build.because})`
        : ADD[gate],
  }));
}
