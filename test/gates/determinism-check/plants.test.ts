import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { createHost } from '../../../src/host/create-host.ts';
import { describeInFullCheck } from '../../support/skip.ts';
import { environment, inPool, measureIn, measurePlant, type PlantResult, plants } from './support/measure-plant.ts';

/** How often each random plant is measured; the full count is 20. */
const DRAWS = Number(process.env.TESTOPS_DRAWS ?? (process.env.TESTOPS_FULL ? 20 : 1));
const AT_ONCE = 6;

/** What this machine cannot vary, or run, is skipped aloud. */
const probe = mkdtempSync(join(tmpdir(), 'plant-probe-'));
const { facts } = await measureIn(probe, { run: 'echo x', outputs: ['none'], runs: 2 });
rmSync(probe, { recursive: true });
const missing = facts.runs?.variations.filter(({ applied }) => !applied).map(({ id }) => id as string) ?? [];
const { processes } = createHost({ workspace: tmpdir(), environment, progress: 'quiet' });
const lacking: Record<string, string> = {};
for (const plant of plants) {
  const tools = await Promise.all(['node', ...(plant.needs ?? [])].map(async (tool) => ((await processes.find(tool)) ? [] : [tool])));
  const variations = missing.filter((id) => plant.attribution?.includes(id));
  const reasons = [...tools.flat(), ...variations];
  if (reasons.length > 0) lacking[plant.name] = reasons.join(', ');
}
const usable = plants.filter(({ name }) => lacking[name] === undefined);
const planted = usable.filter(({ kind }) => kind !== 'clean');

const isRight = ({ plant, attribution, causes }: PlantResult): boolean => {
  const wanted = plant.causes ?? [];
  // One cause must come first; of two, both must be named.
  const explained = wanted.length === 1 ? causes[0] === wanted[0] : wanted.every((cause) => causes.includes(cause));
  return attribution === plant.attribution && explained;
};

describeInFullCheck('planted causes', () => {
  let results: PlantResult[] = [];
  beforeAll(async () => {
    const draws = usable.flatMap((plant) => Array.from({ length: plant.random ? DRAWS : 1 }, () => plant));
    results = await inPool(draws, AT_ONCE, measurePlant);
    process.stdout.write(`${table(results)}\n`);
  }, 1_800_000);

  for (const [name, reason] of Object.entries(lacking)) it.skip(`${name}: this machine lacks ${reason}`, () => undefined);

  it('are as many as they should be', () => {
    const count = (kind: string): number => plants.filter((plant) => plant.kind === kind).length;
    expect(count('single')).toBeGreaterThanOrEqual(30);
    expect(count('double')).toBeGreaterThanOrEqual(4);
    expect(count('clean')).toBeGreaterThanOrEqual(12);
  });

  it.each(planted.map(({ name }) => name))('%s is detected, every time', (name) => {
    const verdicts = results.filter(({ plant }) => plant.name === name).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(verdicts.map(() => 'fail'));
    expect(verdicts.length).toBeGreaterThan(0);
  });

  it.each(usable.filter(({ kind }) => kind === 'clean').map(({ name }) => name))('%s raises no alarm', (name) => {
    expect(results.filter(({ plant }) => plant.name === name).map(({ verdict, attribution }) => [verdict, attribution])).toEqual([
      ['pass', 'equal'],
    ]);
  });

  it('are attributed and explained rightly, at least 95 of 100', () => {
    const judged = results.filter(({ plant }) => plant.kind !== 'clean');
    const wrong = judged.filter((result) => !isRight(result));
    expect(wrong.length / judged.length).toBeLessThanOrEqual(0.05);
  });

  it('cost no more further runs than promised', () => {
    for (const { plant, furtherRuns, bound } of results) expect([plant.name, furtherRuns <= bound]).toEqual([plant.name, true]);
  });
});

function table(results: readonly PlantResult[]): string {
  const rows = usable.map((plant) => {
    const own = results.filter((result) => result.plant === plant);
    const detected = own.filter(({ verdict }) => verdict === 'fail').length;
    const right = plant.kind === 'clean' ? '' : `${own.filter(isRight).length}/${own.length}`;
    const [first] = own;
    const further = first === undefined || first.bound === 0 ? '' : `${first.furtherRuns}/${first.bound}`;
    return [plant.kind, plant.name, `${detected}/${own.length}`, right, further, first?.attribution ?? '', first?.causes.join(', ') ?? ''];
  });
  const head = ['kind', 'plant', 'detected', 'right', 'further runs', 'attributed to', 'causes'];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const judged = results.filter(({ plant }) => plant.kind !== 'clean');
  const share = (100 * judged.filter(isRight).length) / Math.max(1, judged.length);
  const alarms = results.filter(({ plant, verdict }) => plant.kind === 'clean' && verdict !== 'pass').length;
  return [
    line(head),
    ...rows.map(line),
    `${judged.length} draws, ${share.toFixed(1)} % attributed and explained rightly; ${alarms} false alarms`,
  ].join('\n');
}
