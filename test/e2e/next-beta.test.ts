import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.ts';
import { DIST } from '../support/dist.ts';
import { createRepository } from '../support/repository.ts';

describe('next-beta', () => {
  it('prints the version of the next beta and nothing else', async () => {
    await using repository = await createRepository({ a: '' });
    const next = async (...flags: string[]) => {
      const { exitCode, stdout, stderr } = await runCli({ dist: DIST, args: ['next-beta', ...flags], cwd: repository.path });
      return { exitCode, stdout, stderr };
    };
    expect(await next('--version', '2.5.0')).toEqual({ exitCode: 0, stdout: '2.5.0-beta.1\n', stderr: '' });
    for (const tag of ['v2.5.0-beta.1', 'v2.5.0-beta.3', 'v2.4.0', 'unrelated']) await repository.tag(tag);
    expect(await next('--version', '2.5.0')).toEqual({ exitCode: 0, stdout: '2.5.0-beta.4\n', stderr: '' });
    expect(await next('--version', '2.5.0', '--json')).toEqual({ exitCode: 0, stdout: '{"version":"2.5.0-beta.4"}\n', stderr: '' });
    expect((await next('--version', '2.4.0')).exitCode).toBe(3);
    expect((await next('--version', 'two')).exitCode).toBe(3);
  });
});
