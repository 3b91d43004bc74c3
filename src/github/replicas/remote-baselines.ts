import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUserError } from '../../core/errors.ts';
import type { BaselineSource, Baselines, FetchedBaseline } from '../../core/ports/baselines.ts';
import type { Files } from '../../core/ports/files.ts';
import { ReplicaFailure } from '../../core/ports/replica.ts';
import { readArchive } from '../read-archive.ts';
import { ask, type GithubPlace, must } from './requests.ts';

/** Name of the release asset, and start of the name of the artifact, that hold snapshots. */
const SNAPSHOTS = 'testops-snapshots';
/** Where a cached baseline lies in the workspace while it is saved and restored: the path is part of a cache's identity. */
const CACHE_FOLDER = `.${SNAPSHOTS}`;
const LIMITS = {
  maxEntries: 100_000,
  maxFileBytes: 512 * 1024 * 1024,
  maxTotalBytes: 2 * 1024 * 1024 * 1024,
  // Relative, without empty, `.` or `..` segments, backslashes or control characters.
  names: /^(?![/])(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\\\u0000-\u001f]+$/u,
};

/** Restores `paths` from the cache of GitHub Actions; `undefined`: no such key. */
export type RestoreCache = (paths: string[], key: string) => Promise<string | undefined>;

export interface RemoteOptions {
  readonly connect: () => Promise<GithubPlace | undefined>;
  readonly files: Files;
  /** Where caches can be reached: on a runner. */
  readonly restoreCache?: RestoreCache | undefined;
}

/** Baselines on GitHub. What comes from there was made by somebody: only plain files with safe names are written, within limits. */
export function createRemoteBaselines({ connect, files, restoreCache }: RemoteOptions): Baselines {
  return {
    fetch: async (source, folder) => {
      if (source.kind === 'cache') return fetchCache(source.key, folder, files, restoreCache);
      const place = await connect();
      if (!place) return { kind: 'unreachable', detail: 'no token (GITHUB_TOKEN) or no repository on GitHub' };
      try {
        const found = await findArchive(place, source);
        if ('detail' in found) return { kind: 'absent', detail: found.detail };
        await unpack(found.name, found.bytes, folder);
        return { kind: 'fetched' };
      } catch (error) {
        if (error instanceof ReplicaFailure) return { kind: 'unreachable', detail: error.message };
        if (isUserError(error)) return { kind: 'unreachable', detail: error.problem.found };
        throw error;
      }
    },
  };
}

type Archive = { readonly name: string; readonly bytes: Uint8Array } | { readonly detail: string };

async function findArchive(place: GithubPlace, source: Exclude<BaselineSource, { readonly kind: 'cache' }>): Promise<Archive> {
  const { octokit, owner, repo } = place;
  const at = { owner, repo };
  if (source.kind === 'release') {
    const release = await ask(() => octokit.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...at, tag: source.tag }), [404]);
    if (!release) return { detail: `there is no release ${source.tag}` };
    const name = `${SNAPSHOTS}.zip`;
    const asset = release.data.assets.find((candidate) => candidate.name === name);
    if (!asset) return { detail: `release ${source.tag} has no asset ${name}` };
    const headers = { accept: 'application/octet-stream' };
    const { data } = await must(() =>
      octokit.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...at, asset_id: asset.id, headers }),
    );
    return { name, bytes: new Uint8Array(data as unknown as ArrayBuffer) };
  }
  const artifact = source.kind === 'run' ? await artifactOfRun(place, source.runId) : await newestArtifact(place, source.name);
  if ('detail' in artifact) return artifact;
  const { data } = await must(() =>
    octokit.request('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}', {
      ...at,
      artifact_id: artifact.id,
      archive_format: 'zip',
    }),
  );
  return { name: artifact.name, bytes: new Uint8Array(data as ArrayBuffer) };
}

type Found = { readonly id: number; readonly name: string } | { readonly detail: string };

async function artifactOfRun({ octokit, owner, repo }: GithubPlace, runId: string): Promise<Found> {
  if (!/^\d+$/.test(runId)) return { detail: `${runId} is no number of a run` };
  const found = await ask(
    () =>
      octokit.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { owner, repo, run_id: Number(runId), per_page: 100 }),
    [404],
  );
  const candidates = (found?.data.artifacts ?? []).filter(({ name, expired }) => name.startsWith(SNAPSHOTS) && !expired);
  // Attempts number their artifacts upwards; the last one is what the run ended with.
  return candidates.sort((a, b) => b.id - a.id)[0] ?? { detail: `run ${runId} has no artifact whose name begins with ${SNAPSHOTS}` };
}

async function newestArtifact({ octokit, owner, repo }: GithubPlace, name: string): Promise<Found> {
  const { data: repository } = await must(() => octokit.request('GET /repos/{owner}/{repo}', { owner, repo }));
  const { data } = await must(() => octokit.request('GET /repos/{owner}/{repo}/actions/artifacts', { owner, repo, name, per_page: 100 }));
  // Only the default branch speaks for the project: a pull request may upload anything under any name.
  const own = data.artifacts.filter(
    ({ expired, workflow_run: run }) =>
      !expired && run?.head_branch === repository.default_branch && run.head_repository_id === run.repository_id,
  );
  return own.sort((a, b) => b.id - a.id)[0] ?? { detail: `the default branch has no artifact ${name}` };
}

async function unpack(name: string, bytes: Uint8Array, folder: string): Promise<void> {
  for (const [path, content] of await readArchive(name, bytes, LIMITS)) {
    const target = join(folder, ...path.split('/'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { flag: 'wx' });
  }
}

async function fetchCache(key: string, folder: string, files: Files, restore: RestoreCache | undefined): Promise<FetchedBaseline> {
  if (!restore) return { kind: 'unreachable', detail: 'caches can be reached from a workflow only' };
  await files.remove(CACHE_FOLDER);
  try {
    const hit = await restore([CACHE_FOLDER], key);
    // A prefix of another key is no hit: which baseline that would be is anybody's guess.
    if (hit !== key) return { kind: 'absent', detail: `no cache ${key} with the path ${CACHE_FOLDER}` };
    await rm(folder, { recursive: true });
    await files.copyTree(CACHE_FOLDER, folder);
    return { kind: 'fetched' };
  } catch (error) {
    return { kind: 'unreachable', detail: error instanceof Error ? error.name : 'the cache failed' };
  } finally {
    await files.remove(CACHE_FOLDER);
  }
}
