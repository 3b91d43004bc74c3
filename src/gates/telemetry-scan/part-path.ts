/** Where a shard writes its part. */
export function partPath(folder: string, { index, of }: { readonly index: number; readonly of: number }): string {
  return `${folder}/telemetry-scan-${index}-of-${of}.json`;
}
