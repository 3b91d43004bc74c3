import { describe, expect, it } from '@jest/globals';
import { type KnownRun, recall } from '../../../../src/gates/determinism-check/attribution/known-runs.ts';
import { furtherRunsBound, type Group, searchCulprits } from '../../../../src/gates/determinism-check/attribution/search.ts';

/** A program whose output differs when every atom of one of the causes is varied; counts the runs. */
async function search(groups: readonly Group[], causes: readonly (readonly string[])[]) {
  const all = groups.flatMap(({ atoms }) => atoms);
  const known: KnownRun[] = [
    { varied: new Set(), differing: new Set() },
    { varied: new Set(all), differing: new Set(['x']) },
  ];
  let runs = 0;
  const result = await searchCulprits(
    groups,
    async (atoms, sure) => {
      const set = new Set(atoms);
      const answer = recall(known, 'x', set, sure);
      if (answer !== undefined) return answer;
      runs += 1;
      const differs = causes.some((cause) => cause.every((atom) => set.has(atom)));
      known.push({ varied: set, differing: new Set(differs ? ['x'] : []) });
      return differs;
    },
    { maxSets: 3 },
  );
  return { result, runs };
}

const singles = (count: number): Group[] => Array.from({ length: count }, (_, at) => ({ id: `v${at}`, atoms: [`v${at}`] }));

describe('group testing', () => {
  it('names one culprit among V within 2 + ceil(log2 V) runs, wherever it stands', async () => {
    for (let count = 1; count <= 40; count += 1) {
      for (let at = 0; at < count; at += 1) {
        const { result, runs } = await search(singles(count), [[`v${at}`]]);
        expect(result).toEqual({ kind: 'named', sets: [[{ group: `v${at}` }]] });
        expect(runs).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count)));
      }
    }
  });

  it('names two culprits, each enough or only both together, within 2 + 2(1 + ceil(log2 V)) runs', async () => {
    for (const count of [2, 3, 5, 8, 16, 17]) {
      const bound = 2 + 2 * (1 + Math.ceil(Math.log2(count)));
      for (let a = 0; a < count; a += 1) {
        for (let b = a + 1; b < count; b += 1) {
          const either = await search(singles(count), [[`v${a}`], [`v${b}`]]);
          expect(either.result).toEqual({ kind: 'named', sets: [[{ group: `v${a}` }], [{ group: `v${b}` }]] });
          expect(either.runs).toBeLessThanOrEqual(bound);
          const both = await search(singles(count), [[`v${a}`, `v${b}`]]);
          expect(both.result).toEqual({ kind: 'named', sets: [[{ group: `v${a}` }, { group: `v${b}` }]] });
          expect(both.runs).toBeLessThanOrEqual(bound);
        }
      }
    }
  });

  it('names the variable within ceil(log2) of their number more', async () => {
    for (const variables of [2, 3, 7, 9, 16]) {
      const environment: Group = { id: 'environment', atoms: Array.from({ length: variables }, (_, at) => `environment#${at}`) };
      for (const place of [0, 5, 15]) {
        const groups = singles(15).toSpliced(place, 0, environment);
        for (const atom of environment.atoms) {
          const { result, runs } = await search(groups, [[atom]]);
          expect(result).toEqual({ kind: 'named', sets: [[{ group: 'environment', atom }]] });
          expect(runs).toBeLessThanOrEqual(furtherRunsBound(16, variables));
        }
      }
    }
  });

  it('names the variation as a whole when several of its variables are at fault, or only all together', async () => {
    const groups = [...singles(3), { id: 'e', atoms: ['e#0', 'e#1', 'e#2', 'e#3'] }];
    const several = await search(groups, [['e#1'], ['e#2']]);
    expect(several.result).toEqual({ kind: 'named', sets: [[{ group: 'e' }]] });
    const together = await search(groups, [['e#0', 'e#3']]);
    expect(together.result).toEqual({ kind: 'named', sets: [[{ group: 'e' }]] });
  });

  it('gives up on more sets than it was told to look for', async () => {
    const { result } = await search(singles(16), [['v1'], ['v4'], ['v9'], ['v12']]);
    expect(result).toEqual({ kind: 'too-many' });
  });

  it('names nothing when answers contradict each other', async () => {
    // Differs with everything, but with nothing less: a flaw that does not return.
    const result = await searchCulprits(singles(16), async () => false, { maxSets: 3 });
    expect(result).toEqual({ kind: 'contradiction' });
    // Differs whatever is varied: everything else together differs as well.
    const always = await searchCulprits(singles(16), async () => true, { maxSets: 3 });
    expect(always.kind).not.toBe('named');
  });
});
