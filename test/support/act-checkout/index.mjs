import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * A real `git fetch` and checkout from `$TESTOPS_ACT_REPOSITORIES/<owner>/<name>`. As the original does: depth 1 and no tags unless asked, the commit
 * of the event when no ref is given, a detached head for anything but a branch.
 */
const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const repository = input('repository') || process.env.GITHUB_REPOSITORY;
const source = `file://${join(process.env.TESTOPS_ACT_REPOSITORIES, repository)}`;
const target = resolve(process.env.GITHUB_WORKSPACE, input('path') || '.');
const git = (...args) => execFileSync('git', args, { cwd: target, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

mkdirSync(target, { recursive: true });
if (input('clean') !== 'false') for (const name of readdirSync(target)) rmSync(join(target, name), { recursive: true, force: true });
git('init', '--quiet');
git('remote', 'add', 'origin', `https://github.com/${repository}`);

const isOwn = repository === process.env.GITHUB_REPOSITORY;
const ref = input('ref') || (isOwn ? process.env.GITHUB_SHA : '') || 'HEAD';
const depth = Number(input('fetch-depth'));
const limits = depth > 0 ? ['--no-tags', `--depth=${depth}`] : ['--tags'];
const wide = depth > 0 ? [] : ['+refs/heads/*:refs/remotes/origin/*'];
const names = git('ls-remote', source)
  .split('\n')
  .map((line) => line.split('\t')[1]);
const branch = ['', 'refs/heads/'].map((prefix) => prefix + ref).find((name) => name.startsWith('refs/heads/') && names.includes(name));
const wanted = branch ?? ['', 'refs/tags/'].map((prefix) => prefix + ref).find((name) => names.includes(name)) ?? ref;
git('fetch', '--quiet', ...limits, source, ...wide, `+${wanted}:refs/testops/wanted`);
if (input('fetch-tags') === 'true') git('fetch', '--quiet', '--tags', ...(depth > 0 ? [`--depth=${depth}`] : []), source);
if (branch === undefined) git('checkout', '--quiet', '--force', '--detach', 'refs/testops/wanted^{commit}');
else git('checkout', '--quiet', '--force', '-B', branch.replace('refs/heads/', ''), 'refs/testops/wanted');
git('update-ref', '-d', 'refs/testops/wanted');
appendFileSync(process.env.GITHUB_OUTPUT, `ref=${ref}\ncommit=${git('rev-parse', 'HEAD')}\n`);
