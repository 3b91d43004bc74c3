import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DIST } from './dist.ts';
import { createScrubbedEnvironment } from './process.ts';
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

const execute = promisify(execFile);

/** Copies the files of this repository as they stand here, less its tests, with the build under test as `dist/`. */
export async function copyFilesOfThisRepository(to: string): Promise<void> {
  const { stdout } = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const path of stdout.split('\0')) {
    if (path === '' || /^(dist|test|fixtures|bench)\//.test(path)) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(path, join(to, path), { verbatimSymlinks: true });
  }
  await cp(DIST, join(to, 'dist'), { recursive: true });
}

/** The same, as the only commit of a repository. */
export async function copyThisRepository(): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('testops-published-');
  await copyFilesOfThisRepository(folder.path);
  const env = createScrubbedEnvironment({ GIT_CONFIG_GLOBAL: '/dev/null' });
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    ['-c', 'user.name=Author', '-c', 'user.email=author@example.test', 'commit', '--quiet', '--message=This repository'],
  ])
    await execute('git', args, { cwd: folder.path, env });
  return folder;
}
