import picomatch from 'picomatch';
import type { DifferenceFacts } from './facts.ts';

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

/** Whether an accepted difference covers one that was found. A differing ending is never covered: it is not an output. */
export function covers(match: string, difference: DifferenceFacts): boolean {
  const { target, cause, variation } = parseMatch(match);
  if (difference.target.type === 'exit') return false;
  const name = difference.target.type === 'file' ? difference.target.path : difference.target.type;
  if (target !== undefined && target !== name && !(difference.target.type === 'file' && picomatch(target, { dot: true, flags: 's' })(name)))
    return false;
  if (cause !== undefined && difference.explanation.causes[0]?.id !== cause) return false;
  if (variation === undefined) return true;
  const { attribution } = difference;
  // Every way in which it differs must be the accepted one.
  return attribution.kind === 'named' && attribution.culprits.every((set) => set.some((culprit) => culprit.variation === variation));
}
