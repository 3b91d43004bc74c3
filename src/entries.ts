/** What stands behind `dist/<entry>/index.js`: the actions, the command and the worker thread. */
export const ACTIONS = [
  'determinism-check',
  'slo-gate',
  'telemetry-scan',
  'snapshot-compare',
  'deploy-preview',
  'decision-record',
  'plan',
  'exercise',
  'gate-inputs',
  'publish-comment',
  'sign',
  'record',
  'upload-sarif',
  'accept-snapshots',
  'scrub-store',
  'rehearse-rollback',
] as const;
export type ActionName = (typeof ACTIONS)[number];

export const ENTRIES = [...ACTIONS, 'cli', 'worker'] as const;
export type EntryName = (typeof ENTRIES)[number];
