import picomatch from 'picomatch';
import type { DifferenceFacts, Target } from './facts.ts';

/** What an accepted difference names: an output (glob) or a stream, a cause, a variation; all that are given must hold. */
export interface AcceptedMatch {
  readonly target?: string;
  readonly cause?: string;
  readonly variation?: string;
}

/** Reads `match`: `[output] [cause:<name>] [variation:<name>]`. */
export function parseMatch(match: string): AcceptedMatch {
  const conditions = /(?:^|\s+)(cause|variation):([a-z0-9-]+)\s*$/;
  const parsed: { target?: string; cause?: string; variation?: string } = {};
  let rest = match.trim();
  for (let hit = conditions.exec(rest); hit !== null; hit = conditions.exec(rest)) {
    parsed[hit[1] as 'cause' | 'variation'] = hit[2] ?? '';
    rest = rest.slice(0, hit.index).trim();
  }
  if (rest !== '') parsed.target = rest;
  return parsed;
}

/** Whether an accepted difference names this target, whatever else it asks for. How a command ends is never accepted: it is no output. */
export function matchesTarget(match: string, target: Target): boolean {
  const { target: named } = parseMatch(match);
  if (target.type === 'exit') return false;
  if (named === undefined) return true;
  if (target.type !== 'file') return named === target.type;
  return named === target.path || picomatch(named, { dot: true, flags: 's' })(target.path);
}

/** Whether an accepted difference covers one that was found. */
export function covers(match: string, difference: DifferenceFacts): boolean {
  if (!matchesTarget(match, difference.target)) return false;
  const { cause, variation } = parseMatch(match);
  if (cause !== undefined && difference.explanation.causes[0]?.id !== cause) return false;
  if (variation === undefined) return true;
  const { attribution } = difference;
  // Every way in which it differs must be the accepted one.
  return attribution.kind === 'named' && attribution.culprits.every((set) => set.some((culprit) => culprit.variation === variation));
}
