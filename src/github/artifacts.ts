import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactClient } from '@actions/artifact';
import { UserError } from '../core/index.ts';
import { type UnpackedFile, unpackArtifact } from './unpack-artifact.ts';

/** An artifact of this run. */
export interface ArtifactInfo {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** Hexadecimal SHA-256 of the zip, as the service recorded it. */
  readonly sha256: string | undefined;
}

/** Artifacts of the current run, through the runner's own service. */
export interface Artifacts {
  /** Uploads files below `root`; names in the artifact are relative to it. */
  upload(
    name: string,
    files: readonly string[],
    root: string,
    retentionDays?: number,
  ): Promise<{ readonly id: number; readonly sha256: string }>;
  /** Uploads one file as it is, so that a browser opens it from the artifact's link. The artifact is called as the file. */
  uploadFile(path: string): Promise<{ readonly id: number; readonly sha256: string }>;
  list(): Promise<readonly ArtifactInfo[]>;
  /**
   * Unpacks into a folder below `root` (default the folder itself); never under a `.git`, never through a link. Where the service recorded a digest the
   * bytes must have it; callers compare what is inside with digests of their own, since not every service records one.
   */
  download(artifact: ArtifactInfo, folder: string, root?: string): Promise<readonly UnpackedFile[]>;
}

/** The client is large, so it is imported when the first artifact moves. */
export function createArtifacts(): Artifacts {
  let loading: Promise<ArtifactClient> | undefined;
  const client = () => {
    loading ??= import('@actions/artifact').then(({ DefaultArtifactClient }) => new DefaultArtifactClient());
    return loading;
  };
  return {
    async upload(name, files, root, retentionDays) {
      const { id, digest } = await (await client()).uploadArtifact(
        name,
        [...files],
        root,
        retentionDays === undefined ? {} : { retentionDays },
      );
      if (id === undefined || digest === undefined) throw new Error(`the artifact service gave no id or digest for ${name}`);
      return { id, sha256: digest };
    },
    async uploadFile(path) {
      const root = path.slice(0, path.lastIndexOf('/')) || '/';
      const { id, digest } = await (await client()).uploadArtifact('', [path], root, { skipArchive: true });
      if (id === undefined || digest === undefined) throw new Error(`the artifact service gave no id or digest for ${path}`);
      return { id, sha256: digest };
    },
    async list() {
      const { artifacts } = await (await client()).listArtifacts();
      return artifacts.map(({ id, name, size, digest }) => ({ id, name, size, sha256: digest?.replace(/^sha256:/, '') }));
    },
    async download(artifact, folder, root = folder) {
      const options = artifact.sha256 === undefined ? {} : { expectedHash: `sha256:${artifact.sha256}` };
      const temporary = await mkdtemp(join(process.env.RUNNER_TEMP || tmpdir(), 'testops-artifact-'));
      try {
        // The client would unpack whatever names the archive has, also such as lead elsewhere.
        const { digestMismatch } = await (await client()).downloadArtifact(artifact.id, {
          path: temporary,
          skipDecompress: true,
          ...options,
        });
        if (digestMismatch) throw differs(artifact);
        await mkdir(root, { recursive: true });
        return await unpackArtifact(temporary, { artifact: artifact.name, root, folder });
      } finally {
        await rm(temporary, { recursive: true, force: true });
      }
    },
  };
}

function differs(artifact: ArtifactInfo): UserError {
  return new UserError({
    where: `artifact ${artifact.name}`,
    found: 'bytes with another digest than the one recorded at upload',
    expected: 'the bytes that were uploaded',
    todo: 'run the workflow again; if it happens again, check who changes artifacts',
  });
}
