import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { workerTasks } from '../../src/suite/tasks.ts';

const ROOMS = readdirSync('src/gates').filter((gate) => existsSync(`src/gates/${gate}/tasks.ts`));

describe('the registry of worker tasks', () => {
  it('knows every task that a gate declares, and can load it', async () => {
    const declared: string[] = [];
    for (const gate of ROOMS) {
      const room = (await import(`../../src/gates/${gate}/tasks.ts`)) as Readonly<Record<string, unknown>>;
      const tables = Object.values(room).filter((value) => typeof value === 'object' && value !== null);
      declared.push(...tables.flatMap((table) => Object.keys(table as object)));
    }
    expect(declared.length).toBeGreaterThan(0);
    expect(Object.keys(workerTasks).sort()).toEqual(declared.sort());
    for (const load of Object.values(workerTasks)) expect(typeof (await load())).toBe('function');
  });
});
