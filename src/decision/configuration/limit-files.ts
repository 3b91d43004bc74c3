import { parseDocument } from 'yaml';

/**
 * Paths and glob patterns of the files that hold limits, as testops.yml names them: objectives, rules of comparison, the policy, the checklist. Whoever gathers the
 * input of a decision gives these files and testops.yml itself as they were at the last beta and as they are now (`configuration`). A file
 * that cannot be read names nothing; comparing it then says so.
 * @param testopsYml bytes of testops.yml at either commit.
 */
export function limitFilesNamedBy(testopsYml: Uint8Array): readonly string[] {
  const named = new Set<string>();
  const value: unknown = readQuietly(testopsYml);
  for (const [section, key] of SOURCES) {
    const part = isMap(value) ? value[section] : undefined;
    const found = isMap(part) ? part[key] : undefined;
    for (const path of Array.isArray(found) ? found : [found]) if (typeof path === 'string' && path !== '') named.add(path);
  }
  return [...named].sort();
}

const SOURCES = [
  ['slo-gate', 'objectives'],
  ['snapshot-compare', 'rules'],
  ['telemetry-scan', 'rules'],
  ['decision-record', 'policy'],
  ['decision-record', 'checklist'],
] as const;

function readQuietly(bytes: Uint8Array): unknown {
  try {
    return parseDocument(new TextDecoder().decode(bytes)).toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
