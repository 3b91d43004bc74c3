export * from './canonical-json.ts';
export * from './count.ts';
export * from './directions.ts';
export * from './errors.ts';
export * from './evidence.ts';
export * from './exceptions.ts';
export * from './exhibit.ts';
export * from './finding.ts';
export * from './gate.ts';
export * from './git.ts';
export * from './git-names.ts';
export * from './inputs.ts';
export * from './json.ts';
export * from './judgement.ts';
export * from './ledger.ts';
export {
  FILE_ORIGINS,
  type FileOrigin,
  handingArtifact,
  type LimitFile,
  type MeasuredFile,
  measuredFile,
  ORIGIN_REASONS,
  type OriginReason,
} from './measured-file.ts';
export * from './measurement.ts';
export * from './nearest.ts';
export * from './nesting.ts';
export * from './order.ts';
export type * from './ports/index.ts';
export * from './uris.ts';
export * from './verdict.ts';
