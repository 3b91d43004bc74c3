/**
 * How the project runs git, everywhere. Nothing that the repository's own configuration names is started (hooks, file system monitor), attributes come from the
 * tree alone, and history is what the commits say: neither replace refs nor grafts put other content or other parents in their place.
 */
const OPTIONS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.useReplaceRefs=false',
  'core.quotePath=false',
  'log.showSignature=false',
];

/** Variables that would point git at another repository, as inside a hook, or at programs and settings of someone else. */
const MISLEADING =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|EXTERNAL_DIFF|DIFF_OPTS|REPLACE_REF_BASE|SHALLOW_FILE|ATTR_SOURCE|CEILING_DIRECTORIES)$/;

/** The command line of a git command. */
export function gitCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['git', ...OPTIONS.flatMap((option) => ['-c', option]), ...args];
}

/** The environment of a git command, made from that of the repository's commands. */
export function gitEnvironment(from: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(Object.entries(from).filter(([name]) => !MISLEADING.test(name))),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
  };
}
