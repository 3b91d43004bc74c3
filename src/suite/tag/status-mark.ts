import { canonicalJson, sha256 } from '../../core/index.ts';
import type { Decision } from '../../decision/index.ts';

/**
 * What the link of a status says behind `#`. A status cannot be taken away, so it tells which decision there was when its bundle is gone. One that only
 * verified another decision is about none.
 */
export type StatusMark =
  | { readonly kind: 'decision' | 'person'; readonly decisionSha256: string }
  | { readonly kind: 'verification'; readonly decisionSha256?: undefined };

/** The link of the status about a decision: the page of its run, and which decision it was. */
export function linkToDecision(url: string, decision: Decision): string {
  const kind = decision.given.person === undefined ? 'decision' : 'person';
  return `${withoutMark(url)}#${kind}-${sha256(canonicalJson(decision))}`;
}

/** The link of the status of a run that verified a tag. */
export function linkToVerification(url: string): string {
  return `${withoutMark(url)}#verification`;
}

function withoutMark(url: string): string {
  return url.split('#')[0] ?? url;
}

/** Reads a mark; undefined for none of ours. */
export function readMark(text: string | undefined): StatusMark | undefined {
  if (text === 'verification') return { kind: 'verification' };
  const [, kind, decisionSha256] = /^(decision|person)-([0-9a-f]{64})$/.exec(text ?? '') ?? [];
  return decisionSha256 === undefined ? undefined : { kind: kind as 'decision' | 'person', decisionSha256 };
}
