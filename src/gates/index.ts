import type { GateEntry } from '../core/index.ts';
import { inputs as deployPreview } from './deploy-preview/inputs.ts';
import { inputs as determinismCheck } from './determinism-check/inputs.ts';
import { inputs as sloGate } from './slo-gate/inputs.ts';
import { objectivesDocument } from './slo-gate/objectives/document.ts';
import { inputs as snapshotCompare } from './snapshot-compare/inputs.ts';
import { snapshotRules } from './snapshot-compare/rules/schema.ts';
import { inputs as telemetryScan } from './telemetry-scan/inputs.ts';
import { customRules, gitleaksRules } from './telemetry-scan/rules/custom-rules-schema.ts';

/** The registry: one line per gate, in the order in which people read them. Schemas are at hand at once, engines load when they run. */
export const gates: readonly GateEntry[] = [
  { id: 'determinism-check', inputs: determinismCheck, load: async () => (await import('./determinism-check/gate.ts')).gate },
  {
    id: 'slo-gate',
    inputs: sloGate,
    documents: { objectives: { schema: objectivesDocument, entries: true } },
    load: async () => (await import('./slo-gate/gate.ts')).gate,
  },
  {
    id: 'telemetry-scan',
    inputs: telemetryScan,
    documents: { 'custom-rules': { schema: customRules, toml: gitleaksRules } },
    load: async () => (await import('./telemetry-scan/gate.ts')).gate,
  },
  {
    id: 'snapshot-compare',
    inputs: snapshotCompare,
    documents: { 'snapshot-rules': { schema: snapshotRules } },
    load: async () => (await import('./snapshot-compare/gate.ts')).gate,
  },
  { id: 'deploy-preview', inputs: deployPreview, load: async () => (await import('./deploy-preview/gate.ts')).gate },
];
