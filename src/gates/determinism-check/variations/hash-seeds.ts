import type { Atom, Change, Variation } from './variation.ts';

/** Switches of the common runtimes: the value of unvaried runs, which holds the order still, and that of the varied one. */
const SEEDS: readonly {
  readonly name: string;
  readonly still: Readonly<Record<string, string>>;
  readonly other: Readonly<Record<string, string>>;
}[] = [
  { name: 'PYTHONHASHSEED', still: { PYTHONHASHSEED: '0' }, other: { PYTHONHASHSEED: '3735928559' } },
  {
    name: 'PERL_HASH_SEED',
    still: { PERL_HASH_SEED: '0', PERL_PERTURB_KEYS: '0' },
    other: { PERL_HASH_SEED: '0x5eed5eed', PERL_PERTURB_KEYS: '2' },
  },
  { name: 'QT_HASH_SEED', still: { QT_HASH_SEED: '0' }, other: { QT_HASH_SEED: '1540483477' } },
  { name: 'OCAMLRUNPARAM', still: {}, other: { OCAMLRUNPARAM: 'R' } },
];

/** Order of hash tables. What the job itself has set is meant, and is left alone. */
export const hashSeeds: Variation = {
  id: 'hash-seeds',
  prepare: async ({ environment }) => {
    const free = SEEDS.filter(({ name }) => !(name in environment));
    if (free.length === 0)
      return { id: 'hash-seeds', applied: false, reason: { kind: 'no-choice', what: 'a seed that the job has not set' } };
    const control: Change = { set: Object.assign({}, ...free.map(({ still }) => still)) };
    const atoms: Atom[] = free.map(({ name, other }) => ({ variable: name, change: { set: other } }));
    return { id: 'hash-seeds', applied: true, setting: free.map(({ name }) => name).join(', '), control, atoms };
  },
};
