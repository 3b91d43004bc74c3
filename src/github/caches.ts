/** The cache of GitHub Actions. What cannot be had costs time and nothing else, so nothing here throws for want of a service. */
export interface Caches {
  /** Unpacks the newest cache whose key begins with `prefix` (paths as they were saved); its key, or `undefined`. */
  restore(paths: readonly string[], prefix: string): Promise<string | undefined>;
  /** Whether it was saved. */
  save(paths: readonly string[], key: string): Promise<boolean>;
}

/** The client is large, so it is imported when the first cache moves. */
export function createCaches(): Caches {
  const client = () => import('@actions/cache');
  return {
    async restore(paths, prefix) {
      // A key that no cache has: keys carry the run, and the newest of any run is wanted.
      return (await client()).restoreCache([...paths], `${prefix}?`, [prefix]);
    },
    async save(paths, key) {
      return (await (await client()).saveCache([...paths], key)) !== -1;
    },
  };
}
