import type { WorkerTasks } from '../../core/ports/workers.ts';
import type { BlockWish, Keys } from './engine/scan-block.ts';
import type { OwnRule } from './rules/own-rule.ts';
import type { Block } from './sources/blocks.ts';

/** Scans one block; the answer is a `BlockResult`. */
export const BLOCK_TASK = 'telemetry-scan/block';

export interface BlockTask {
  readonly block: Block;
  readonly keys: Keys;
  readonly wish: BlockWish;
  /** The user's own rules; the built-in ones are always there. */
  readonly ruleSet: RuleSet;
}

/** Rules as data, so that they reach a worker. */
export interface RuleSet {
  readonly own: readonly OwnRule[];
}

/** Tasks of this gate, for the registry of whoever starts workers. */
export const telemetryTasks: WorkerTasks = { [BLOCK_TASK]: async () => (await import('./scan-block-task.ts')).scanBlockTask };
