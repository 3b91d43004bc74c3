import semver from 'semver';
import { UserError } from '../core/index.ts';

/** `X.Y.Z-beta.N`, taken apart. */
export interface BetaVersion {
  /** The whole, without `v`. */
  readonly version: string;
  /** `X.Y.Z`. */
  readonly base: string;
  readonly number: number;
  /** `vX.Y.Z-beta.N`. */
  readonly tag: string;
}

/**
 * Reads `X.Y.Z-beta.N` (SemVer 2.0.0, exactly the two prerelease identifiers `beta` and a number, no build metadata, no leading `v`).
 * @throws UserError when it is anything else; `where` names the input for the message.
 */
export function parseBetaVersion(text: string, where = 'version'): BetaVersion {
  const beta = readBeta(text);
  if (beta) return beta;
  throw new UserError({
    where,
    found: JSON.stringify(text.slice(0, 80)),
    expected: 'a beta version such as 2.5.0-beta.1 (no `v`, no build metadata)',
    todo: hintFor(text),
  });
}

/** Reads a tag `vX.Y.Z-beta.N`. @throws UserError when it is anything else. */
export function parseBetaTag(tag: string, where = 'tag'): BetaVersion {
  const beta = readBetaTag(tag);
  if (beta) return beta;
  throw new UserError({
    where,
    found: JSON.stringify(tag.slice(0, 80)),
    expected: 'a beta tag such as v2.5.0-beta.1',
    todo: 'name the tag v<major>.<minor>.<patch>-beta.<number>',
  });
}

/** Reads a tag `vX.Y.Z-beta.N`; anything else is no beta tag. */
export function readBetaTag(tag: string): BetaVersion | undefined {
  return tag.startsWith('v') ? readBeta(tag.slice(1)) : undefined;
}

/** Below 0 when `a` is the lower version (SemVer 2.0.0, §11). */
export function compareBetas(a: BetaVersion, b: BetaVersion): number {
  return semver.compare(a.version, b.version);
}

/**
 * The next free beta of a release: one more than the highest number among the tags; gaps are not filled and build metadata is ignored when numbers
 * are compared, so a number is never used twice. The first is `beta.1`.
 * @param version `X.Y.Z`, or a beta of it.
 * @param tags every tag of the repository; those that are not versions are passed over.
 * @throws UserError when the version is neither, or when a tag ranks above every beta of it (`v2.5.0`, `v2.5.0-rc.1`).
 */
export function nextBeta(version: string, tags: readonly string[]): BetaVersion {
  const base = baseOf(version);
  let highest = 0;
  for (const tag of tags) {
    const parsed = tag.startsWith('v') ? semver.parse(tag.slice(1)) : null;
    if (!parsed || `${parsed.major}.${parsed.minor}.${parsed.patch}` !== base) continue;
    const [kind, number] = parsed.prerelease;
    if (parsed.prerelease.length === 2 && kind === 'beta' && typeof number === 'number') highest = Math.max(highest, number);
    // A malformed beta (`beta.x`) is nobody's version; a later stage or the final release is.
    else if (kind !== 'beta' && semver.gt(parsed, `${base}-beta.0`)) refuseAfter(tag, base);
  }
  return parseBetaVersion(`${base}-beta.${highest + 1}`);
}

function readBeta(text: string): BetaVersion | undefined {
  const parsed = semver.parse(text);
  if (!parsed || parsed.raw !== text || text.startsWith('v') || text.startsWith('=') || parsed.build.length > 0) return undefined;
  const [kind, number, ...more] = parsed.prerelease;
  if (kind !== 'beta' || typeof number !== 'number' || more.length > 0 || parsed.version !== text) return undefined;
  return { version: text, base: `${parsed.major}.${parsed.minor}.${parsed.patch}`, number, tag: `v${text}` };
}

function baseOf(version: string): string {
  const parsed = semver.parse(version);
  if (parsed && parsed.version === version && parsed.prerelease.length === 0 && parsed.build.length === 0) return version;
  const beta = readBeta(version);
  if (beta) return beta.base;
  throw new UserError({
    where: 'version',
    found: JSON.stringify(version.slice(0, 80)),
    expected: 'a release such as 2.5.0, or a beta of it',
    todo: 'give the release that the beta leads to',
  });
}

function hintFor(text: string): string {
  const bare = text.trim().replace(/^[v=]+/, '');
  const parsed = semver.parse(bare);
  if (!parsed) return 'write it as <major>.<minor>.<patch>-beta.<number>';
  const beta = readBeta(parsed.version);
  if (beta) return `write ${beta.version}`;
  return `for the first beta of ${parsed.major}.${parsed.minor}.${parsed.patch} write ${parsed.major}.${parsed.minor}.${parsed.patch}-beta.1`;
}

function refuseAfter(tag: string, base: string): never {
  throw new UserError({
    where: 'version',
    found: `the tag ${tag}, which ranks above every beta of ${base}`,
    expected: 'a release that has neither a final version nor a later stage than beta',
    todo: 'give the next release, e.g. with a higher minor or patch number',
  });
}
