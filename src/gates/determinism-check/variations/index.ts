import { VARIATION_IDS, type VariationId } from '../inputs.ts';
import { aslr } from './aslr.ts';
import { buildPath } from './build-path.ts';
import { domainHost } from './domain-host.ts';
import { environment } from './environment.ts';
import { execPath } from './exec-path.ts';
import { fileOrdering } from './file-ordering.ts';
import { hashSeeds } from './hash-seeds.ts';
import { home } from './home.ts';
import { kernel } from './kernel.ts';
import { locales } from './locales.ts';
import { numCpus } from './num-cpus.ts';
import { tempFolder } from './temp-folder.ts';
import { terminal } from './terminal.ts';
import { time } from './time.ts';
import { timezone } from './timezone.ts';
import { umask } from './umask.ts';
import { userGroup } from './user-group.ts';
import type { Variation } from './variation.ts';

/** One line per variation. */
export const VARIATIONS: Readonly<Record<VariationId, Variation>> = {
  environment,
  'build-path': buildPath,
  time,
  timezone,
  locales,
  'hash-seeds': hashSeeds,
  'file-ordering': fileOrdering,
  home,
  'temp-folder': tempFolder,
  'user-group': userGroup,
  'domain-host': domainHost,
  'exec-path': execPath,
  umask,
  'num-cpus': numCpus,
  aslr,
  kernel,
  terminal,
};

/** Reads `vary`: `all`, names, and `-name`; a list that only takes away starts from all. Result in registry order. */
export function chooseVariations(vary: readonly string[]): readonly VariationId[] {
  const chosen = new Set<VariationId>();
  const onlyTakes = vary.length > 0 && vary.every((name) => name.startsWith('-'));
  for (const name of onlyTakes ? ['all', ...vary] : vary) {
    if (name === 'all') for (const id of VARIATION_IDS) chosen.add(id);
    else if (name.startsWith('-')) chosen.delete(name.slice(1) as VariationId);
    else chosen.add(name as VariationId);
  }
  return VARIATION_IDS.filter((id) => chosen.has(id));
}
