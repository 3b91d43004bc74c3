import { messageOf, sha256 } from '../core/index.ts';
import { RULE_SET_VERSION } from '../gates/telemetry-scan/rules/version.ts';
import { createCaches } from '../github/caches.ts';
import { countLeaks } from '../suite/leaks.ts';
import type { Runner } from './runner.ts';

/** Larger ones are scanned anew: the check of what leaves would take as long. */
const MAX_CACHE_BYTES = 64 << 20;

type Given = { readonly [name: string]: unknown };

/** What telemetry-scan remembers of unchanged files, between runs. */
export interface ScanCache {
  /** The inputs without `cache-file` where nothing may be remembered. */
  readonly inputs: Given;
  /** To be called when the scan has ended. */
  save(): Promise<void>;
}

/**
 * Fetches what earlier runs remembered, newest first, by version of the tool and its rules. The run of a tag neither reads nor writes it: what it says
 * stands for a release. Without a salt nothing is comparable from run to run, and so nothing is remembered.
 */
export async function openScanCache<T extends Given>(runner: Runner, inputs: T): Promise<ScanCache & { readonly inputs: T }> {
  const { core, github, ports } = runner;
  const path = inputs['cache-file'];
  const nothing = { inputs, save: async () => {} };
  if (typeof path !== 'string' || inputs['merge-parts'] !== undefined) return nothing;
  if (github.tag !== undefined) {
    core.info('the run of a tag scans every file, whatever is remembered');
    const { 'cache-file': _left, ...others } = inputs;
    return { ...nothing, inputs: others as T };
  }
  if (ports.secrets.get('TESTOPS_SALT') === undefined) {
    core.info('no salt: nothing is remembered of unchanged files');
    return nothing;
  }
  if (!process.env.ACTIONS_RESULTS_URL) return nothing;
  const caches = createCaches();
  const share = typeof inputs.shard === 'string' ? inputs.shard.replace('/', '-of-') : '1-of-1';
  const prefix = `testops-telemetry-scan-${runner.toolVersion}-r${RULE_SET_VERSION}-${share}-`;
  try {
    const found = await caches.restore([path], prefix);
    core.info(found === undefined ? 'no earlier scan is remembered' : `earlier scan: ${found}`);
  } catch (error) {
    core.warning(`no earlier scan could be fetched: ${messageOf(error)}`);
  }
  const before = await digestOf(path, runner);
  return {
    inputs,
    async save() {
      const after = await digestOf(path, runner);
      if (after === undefined || after === before) return;
      const text = await ports.files.readText(path, { maxBytes: MAX_CACHE_BYTES }).catch(() => undefined);
      const leaks = text === undefined ? undefined : countLeaks(text.replace(/"[0-9a-f]{64}"/g, '""'));
      if (leaks === undefined || leaks.length > 0)
        return core.info('what was scanned is not remembered: it is too large, or has private names');
      try {
        await caches.save([path], `${prefix}${github.runId}-${github.attempt}`);
      } catch (error) {
        core.warning(`what was scanned could not be remembered: ${messageOf(error)}`);
      }
    },
  };
}

async function digestOf(path: string, { ports: { files } }: Runner): Promise<string | undefined> {
  const stat = await files.statTarget(path);
  return stat === undefined || stat.size > MAX_CACHE_BYTES ? undefined : sha256(await files.read(path, { maxBytes: MAX_CACHE_BYTES }));
}
