import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CAUSE_IDS } from '../../../src/gates/determinism-check/cause-words.ts';
import { CAUSES } from '../../../src/gates/determinism-check/causes/index.ts';
import { VARIATION_IDS } from '../../../src/gates/determinism-check/inputs.ts';
import { chooseVariations, VARIATIONS } from '../../../src/gates/determinism-check/variations/index.ts';
import { words } from '../../../src/gates/determinism-check/words.ts';

const pages = join(import.meta.dirname, '../../../docs/findings/determinism-check');

describe('registries', () => {
  it('have words for every cause, and no words for none', () => {
    expect(CAUSES.map(({ id }) => id).sort()).toEqual([...CAUSE_IDS].sort());
  });

  it('have a page for every finding, and no page for none', () => {
    const codes = Object.keys(words).map((code) => code.split('/')[1] ?? '');
    expect(existsSync(pages)).toBe(true);
    expect(
      readdirSync(pages)
        .map((name) => name.replace(/\.md$/, ''))
        .sort(),
    ).toEqual(codes.sort());
  });

  it('know every variation under its own name', () => {
    expect(Object.entries(VARIATIONS).map(([name, { id }]) => [name, id])).toEqual(VARIATION_IDS.map((id) => [id, id]));
  });

  it('read `vary`: all, names, and what is taken away', () => {
    expect(chooseVariations(['all'])).toEqual(VARIATION_IDS);
    expect(chooseVariations(['umask', 'time'])).toEqual(['time', 'umask']);
    expect(chooseVariations(['-time'])).toEqual(VARIATION_IDS.filter((id) => id !== 'time'));
    expect(chooseVariations(['all', '-time', '-umask', 'time'])).toEqual(VARIATION_IDS.filter((id) => id !== 'umask'));
    expect(chooseVariations([])).toEqual([]);
  });
});
