export async function main(entry: string): Promise<void> {
  const core = await import('@actions/core');
  const { getOctokit } = await import('@actions/github');
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const cache = await import('@actions/cache');
  const at = await import('@actions/attest');
  core.info(`${entry} ${typeof getOctokit} ${typeof DefaultArtifactClient} ${typeof cache.restoreCache} ${typeof at.attest}`);
}
