import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attribution, Facts } from '../../../../src/gates/determinism-check/facts.ts';
import { gate } from '../../../../src/gates/determinism-check/gate.ts';
import { inputs as schema } from '../../../../src/gates/determinism-check/inputs.ts';
import { createHost } from '../../../../src/host/create-host.ts';

export interface Plant {
  readonly name: string;
  readonly kind: 'single' | 'double' | 'clean';
  readonly run: string;
  /** `by-itself`, or `variation (VARIABLE) + …`. */
  readonly attribution?: string;
  readonly causes?: readonly string[];
  readonly random?: boolean;
  readonly needs?: readonly string[];
}

export const PLANTS = join(import.meta.dirname, '../../../../fixtures/determinism-check/plants');
export const { outputs, plants } = JSON.parse(readFileSync(join(PLANTS, 'table.json'), 'utf8')) as {
  readonly outputs: readonly string[];
  readonly plants: readonly Plant[];
};

/** The system's own programs first: wrappers of version managers cost more than the programs here. */
export const environment = { ...process.env, PATH: `/usr/local/bin:/usr/bin:/bin:${process.env.PATH ?? ''}` };

/** Measures a command in a workspace of its own. */
export async function measureIn(
  workspace: string,
  section: object,
  more: Readonly<Record<string, string>> = {},
): Promise<{ facts: Facts; verdict: string; codes: readonly string[] }> {
  await using host = createHost({ workspace, environment: { ...environment, ...more }, progress: 'quiet' });
  const inputs = schema.parse(section);
  const facts = (await gate.measure(inputs, host as never)) as Facts;
  const judgement = gate.judge(facts, inputs);
  return { facts, verdict: judgement.verdict, codes: judgement.findings.map(({ code }) => code) };
}

export interface PlantResult {
  readonly plant: Plant;
  readonly verdict: string;
  readonly attribution: string;
  readonly causes: readonly string[];
  readonly furtherRuns: number;
  readonly bound: number;
}

export async function measurePlant(plant: Plant): Promise<PlantResult> {
  const workspace = mkdtempSync(join(tmpdir(), 'plant-'));
  try {
    cpSync(join(PLANTS, 'data'), join(workspace, 'data'), { recursive: true });
    const [, program = ''] = plant.run.split(' ');
    cpSync(join(PLANTS, program), join(workspace, program));
    const { facts, verdict } = await measureIn(workspace, { run: plant.run, outputs });
    const [first] = facts.runs?.differences ?? [];
    return {
      plant,
      verdict,
      attribution: first === undefined ? 'equal' : attributionText(first.attribution),
      causes: first?.explanation.causes.map(({ id }) => id) ?? [],
      furtherRuns: first?.search?.runs ?? 0,
      bound: first?.search?.bound ?? 0,
    };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function attributionText(attribution: Attribution): string {
  if (attribution.kind === 'intrinsic') return 'by-itself';
  if (attribution.kind === 'not-attributed') return 'not attributed';
  const sets = attribution.culprits.map((set) =>
    set.map(({ variation, variable }) => (variable === undefined ? variation : `${variation} (${variable})`)).join(' & '),
  );
  return sets.join(' + ');
}

/** Runs work side by side, at most `size` at once; results in the order of the items. */
export async function inPool<Item, Result>(items: readonly Item[], size: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at] as Item);
      await wait(0);
    }
  };
  await Promise.all(Array.from({ length: size }, worker));
  return results;
}
