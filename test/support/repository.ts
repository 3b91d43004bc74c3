import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createScrubbedEnvironment } from './process.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

const execute = promisify(execFile);

/** File path (with `/`) to content. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A real git repository in a temporary folder; the same calls in the same order give the same object ids. */
export interface TestRepository extends AsyncDisposable {
  /** The work tree. */
  readonly path: string;
  /** Runs git in the work tree; stdout without its final newline. Rejects with git's words when it fails. */
  git(...args: readonly string[]): Promise<string>;
  /** Writes files (folders are made). */
  write(files: Files): Promise<void>;
  /** Writes the files, stages everything and commits, also when nothing changed; returns the commit's id. */
  commit(message: string, files?: Files): Promise<string>;
  /** Tags HEAD or `commit`; annotated when a message is given. Returns the object id that the tag's ref names. */
  tag(name: string, options?: { readonly message?: string; readonly commit?: string }): Promise<string>;
  /** Makes a branch at HEAD (or `start`) and checks it out. */
  branch(name: string, start?: string): Promise<void>;
  /** Clones into a temporary folder of its own, full history and tags, `origin` set to this repository. */
  clone(): Promise<TestRepository>;
}

/** The first commit's time; each following commit or annotated tag is one minute later. */
const FIRST_COMMIT_EPOCH_SECONDS = Date.UTC(2026, 0, 5, 9, 0, 0) / 1000;

const IDENTITY = { name: 'Test Author', email: 'author@example.test' };

/** Makes an empty repository on branch `main`, with the files committed when given. */
export async function createRepository(files?: Files): Promise<TestRepository> {
  const folder = await createTemporaryFolder('testops-repository-');
  const repository = wrapRepository(folder.path, () => folder[Symbol.asyncDispose]());
  try {
    await repository.git('init', '--quiet', '--initial-branch=main');
    await configure(repository);
    if (files !== undefined) await repository.commit('First commit', files);
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  return repository;
}

async function configure(repository: TestRepository): Promise<void> {
  await repository.git('config', 'commit.gpgsign', 'false');
  await repository.git('config', 'tag.gpgsign', 'false');
  await repository.git('config', 'core.autocrlf', 'false');
}

function wrapRepository(path: string, dispose: () => PromiseLike<void>): TestRepository {
  let ticks = 0;
  const run = async (args: readonly string[], stamped = false): Promise<string> => {
    const date = `${FIRST_COMMIT_EPOCH_SECONDS + 60 * (stamped ? ticks++ : ticks)} +0000`;
    const env = createScrubbedEnvironment({
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: IDENTITY.name,
      GIT_AUTHOR_EMAIL: IDENTITY.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: IDENTITY.name,
      GIT_COMMITTER_EMAIL: IDENTITY.email,
      GIT_COMMITTER_DATE: date,
    });
    const { stdout } = await execute('git', [...args], { cwd: path, env, maxBuffer: 256 * 1024 * 1024 });
    return stdout.replace(/\n$/, '');
  };
  const repository: TestRepository = {
    path,
    git: (...args) => run(args),
    write: (files) => writeFiles(path, files),
    commit: async (message, files = {}) => {
      await writeFiles(path, files);
      await run(['add', '--all']);
      await run(['commit', '--quiet', '--allow-empty', '--message', message], true);
      return run(['rev-parse', 'HEAD']);
    },
    tag: async (name, options = {}) => {
      const target = options.commit ?? 'HEAD';
      if (options.message === undefined) await run(['tag', name, target]);
      else await run(['tag', '--annotate', '--message', options.message, name, target], true);
      return run(['rev-parse', `refs/tags/${name}`]);
    },
    branch: async (name, start = 'HEAD') => {
      await run(['checkout', '--quiet', '-b', name, start]);
    },
    clone: async () => {
      const folder = await createTemporaryFolder('testops-clone-');
      await run(['clone', '--quiet', path, folder.path]);
      const clone = wrapRepository(folder.path, () => folder[Symbol.asyncDispose]());
      await configure(clone);
      return clone;
    },
    [Symbol.asyncDispose]: dispose,
  };
  return repository;
}

/** Writes files below a folder; folders are made. */
export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
