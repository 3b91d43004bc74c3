import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './workflow-files.ts';

interface Entry {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

describe('package-lock.json', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Readonly<Record<string, Entry>> };
  const entries = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link);

  it('has the integrity of every package, so that npm ci installs these bytes and no others', () => {
    expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  it('names no other registry', () => {
    expect(
      entries
        .filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
        .map(([path]) => path),
    ).toEqual([]);
  });
});

describe('.ci/run', () => {
  it('installs programs in one version each', () => {
    const script = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    expect(script.match(/@latest/g)).toBeNull();
    expect(script.match(/go install \S+/g)?.filter((command) => !/@v\d+\.\d+\.\d+$/.test(command))).toEqual([]);
    expect(script.match(/pip install [^|\n]*/g)?.filter((command) => !/zizmor==\d+\.\d+\.\d+/.test(command))).toEqual([]);
  });
});
