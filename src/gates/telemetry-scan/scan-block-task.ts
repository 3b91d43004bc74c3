import { type BlockResult, scanBlock } from './engine/scan-block.ts';
import { createScanner, type Scanner } from './engine/scanner.ts';
import { DEFAULT_RULES } from './rules/index.ts';
import { compileOwnRule } from './rules/own-rule.ts';
import type { BlockTask } from './tasks.ts';

const scanners = new Map<string, Scanner>();

/** Runs in a worker: prepares the rule set once and scans a block with it. */
export async function scanBlockTask(task: BlockTask): Promise<BlockResult> {
  const key = JSON.stringify(task.ruleSet);
  const scanner = scanners.get(key) ?? createScanner(DEFAULT_RULES, task.ruleSet.own.map(compileOwnRule));
  scanners.set(key, scanner);
  // What crossed between threads is a plain Uint8Array.
  const { bytes } = task.block;
  const block = { ...task.block, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  return scanBlock(scanner, block, task.keys, task.wish);
}
