/** What a cause is called (after "likely:"), and what to do about it. */
const CAUSES: Readonly<Record<string, { readonly title: string; readonly fix: string }>> = {
  'archive-order': {
    title: 'members of an archive come in the order in which a folder was listed',
    fix: 'Sort them: `tar --sort=name`, `find … | LC_ALL=C sort | zip -X -@`.',
  },
  'archive-times': {
    title: 'members of an archive carry the time at which they were written',
    fix: 'Fix them: `tar --mtime=@$SOURCE_DATE_EPOCH`, `zip -X` after `touch -d @$SOURCE_DATE_EPOCH`.',
  },
  'build-path': {
    title: 'the absolute path of the work tree is written into it',
    fix: 'Write paths relative to the work tree (`-ffile-prefix-map`, `--remap-path-prefix`, `-trimpath`, source roots of source maps).',
  },
  'digest-of-output': {
    title: 'it carries the digest of another output that differs',
    fix: 'Mend that output; this one follows.',
  },
  'embedded-time': {
    title: 'the time of the run is written into it',
    fix: 'Use `SOURCE_DATE_EPOCH`, or the time of the commit (`git log -1 --format=%ct`).',
  },
  environment: {
    title: 'variables of the environment are written into it',
    fix: 'Name the variables that are inputs; run the rest with `env -i`.',
  },
  'file-order': {
    title: 'it follows the order in which the file system lists a folder',
    fix: 'Sort what comes from a folder (`ls | LC_ALL=C sort`, `sorted(os.listdir())`, `readdir().sort()`).',
  },
  'float-noise': {
    title: 'numbers differ in their last digits',
    fix: 'Sum in a fixed order, round before writing, and pin the instructions that the compiler may use.',
  },
  'gzip-header': {
    title: 'the header of gzip carries the time or the name of the file',
    fix: '`gzip -n`.',
  },
  'hash-order': {
    title: 'it follows the order of a hash table',
    fix: 'Sort keys before writing them; a fixed seed (`PYTHONHASHSEED=0`) hides it only here.',
  },
  home: {
    title: 'it depends on the home folder',
    fix: 'Do not read dot files in the build, or set what they would say inside the command.',
  },
  host: {
    title: 'the name of the machine is written into it',
    fix: 'Leave the host name out, or take it from an input.',
  },
  kernel: {
    title: 'the release of the kernel is written into it',
    fix: 'Leave `uname -r` out.',
  },
  'line-ends': {
    title: 'lines end differently',
    fix: 'Write LF everywhere, and pin it in `.gitattributes`.',
  },
  'locale-format': {
    title: 'numbers, dates or messages follow the locale',
    fix: 'Set `LC_ALL=C.UTF-8` inside the command, or name the locale in the program.',
  },
  'locale-order': {
    title: 'it is sorted by the rules of the locale',
    fix: 'Sort by bytes (`LC_ALL=C sort`), or name the collation in the program.',
  },
  'measured-duration': {
    title: 'it says how long something took',
    fix: 'Keep durations out of outputs, or print them to a stream that is not compared.',
  },
  'memory-address': {
    title: 'an address in memory is written into it, or orders it',
    fix: 'Print names instead of pointers, and do not sort or hash by address.',
  },
  'permission-bits': {
    title: 'permission bits follow the umask',
    fix: 'Set them: `umask 022` in the command, `install -m 644`, `tar --mode=go=rX,u+rw,a-s`.',
  },
  'process-id': {
    title: 'the number of a process is written into it',
    fix: 'Leave it out.',
  },
  'processor-count': {
    title: 'it depends on the number of processors',
    fix: 'Give the number of jobs or shards as an input.',
  },
  'random-id': {
    title: 'something random is written into it',
    fix: 'Seed the generator, or derive the value from contents.',
  },
  'search-path': {
    title: 'the text of PATH is written into it',
    fix: 'Print the version of a tool, not the path on which it was found.',
  },
  'temporary-name': {
    title: 'the name of a temporary file is written into it',
    fix: 'Work in a folder with a fixed name inside the work tree, or strip the path.',
  },
  terminal: {
    title: 'it is written differently when the command runs on a terminal',
    fix: 'Do not let colours or progress bars reach files (`NO_COLOR`, `--no-progress`).',
  },
  'thread-interleaving': {
    title: 'threads or processes write in the order in which they happen to come',
    fix: 'Collect results first, then write them in a fixed order (`make --output-sync`, `xargs -P1`, `Promise.all`).',
  },
  'time-zone': {
    title: 'a time is written in the zone of the machine',
    fix: 'Write times in UTC (`TZ=UTC`, `date -u`, `toISOString`).',
  },
  user: {
    title: 'the user or group that ran it is written into it',
    fix: 'Give fixed owners (`tar --owner=0 --group=0 --numeric-owner`), and do not print the user.',
  },
  uuid: {
    title: 'it carries a UUID made anew in each run',
    fix: 'Derive it from contents (UUID version 5), or take it from an input.',
  },
};

/** Every cause that has words; a test holds it against the registry. */
export const CAUSE_IDS: readonly string[] = Object.keys(CAUSES);

export function causeTitle(id: string): string {
  return CAUSES[id]?.title ?? id;
}

export function causeFix(id: string): string {
  return CAUSES[id]?.fix ?? '';
}
