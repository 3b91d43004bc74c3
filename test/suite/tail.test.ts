import { describe, expect, it } from '@jest/globals';
import { readTail } from '../../src/suite/tail.ts';
import { createScrubbedEnvironment, runProcess } from '../support/process.ts';

describe('what a command last said', () => {
  it('holds the message of a crash, not the frames of the runtime below it', async () => {
    const script = "await import('./no-such-module.mjs')";
    const run = await runProcess(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: '/',
      env: createScrubbedEnvironment(),
    });
    expect(run.stderr.split('\n').length).toBeGreaterThan(10);
    const tail = readTail(Buffer.from(run.stderr));
    expect(tail).toContain('no-such-module.mjs');
    expect(tail.split('\n').length).toBeLessThanOrEqual(8);
  });
});
