import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { refuseOldNode } from '../../src/cli/node-version.ts';

describe('the Node that the command runs on', () => {
  it.each(['16.20.2', '18.20.8', '20.0.0', '20.18.3'])('is refused when it is %s', (version) => {
    expect(() => refuseOldNode(version)).toThrow(
      new RegExp(`found: +version ${version.replaceAll('.', '\\.')}\n +expected: 20\\.19 or later`),
    );
  });

  it.each(['20.19.0', '20.20.2', '21.0.0', '24.21.0', process.versions.node])('is taken when it is %s', (version) => {
    expect(() => refuseOldNode(version)).not.toThrow();
  });

  it('is the one that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.19');
  });
});
