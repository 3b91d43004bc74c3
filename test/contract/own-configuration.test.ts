import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseConfiguration } from '../../src/suite/configuration.ts';

describe('.github/testops.yml', () => {
  const own = readFileSync('.github/testops.yml', 'utf8');
  const example = readFileSync('examples/toron/testops.yml', 'utf8');

  it('is accepted', () => {
    expect(parseConfiguration(own, '.github/testops.yml').gates.size).toBe(5);
  });

  it('says from the root what examples/toron/testops.yml says from inside its folder', () => {
    const inside = JSON.parse(
      JSON.stringify(parse(own))
        .replaceAll('cd examples/toron && exec ', '')
        .replaceAll('cd examples/toron && ', '')
        .replaceAll('examples/toron/', ''),
    );
    expect({ 'decision-record': {}, ...inside }).toEqual(parse(example));
  });
});
