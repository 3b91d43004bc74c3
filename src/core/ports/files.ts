/** What a path leads to, links not followed. */
export type FileKind = 'file' | 'folder' | 'link' | 'fifo' | 'socket' | 'device';

export interface FileStat {
  readonly kind: FileKind;
  /** Bytes; 0 for what has no size. */
  readonly size: number;
  /** Permission bits, 0o000 to 0o7777. */
  readonly mode: number;
  readonly modifiedMs: number;
  /** When content, name or mode last changed; nothing but the system's clock sets it. */
  readonly changedMs: number;
  /** Another text after each write: inode, size and time of the last change. Equal texts say that nothing wrote the file in between. */
  readonly revision: string;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** A folder that is removed when it is disposed of. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** What a file is and the SHA-256 of its bytes (of a link: of its target's text); `''` for what is never opened and what cannot be read. */
export interface FileDigest {
  readonly kind: FileKind;
  readonly mode: number;
  /** Bytes that were hashed. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Why it could not be read, in a few words. */
  readonly unreadable?: string;
}

export interface GlobOptions {
  /** Folder that the patterns are relative to; default the workspace. */
  readonly folder?: string;
  /** Patterns to leave out. */
  readonly ignore?: readonly string[];
}

/** A file that is written piece by piece and appears under its name only when it is closed; disposing of it unclosed leaves nothing. */
export interface FileWriter extends AsyncDisposable {
  write(chunk: Uint8Array | string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Files and folders. Relative paths are relative to the workspace; results are relative to the folder asked for, with `/` between segments.
 * What cannot be read (absent, permission, a folder given as a file) is thrown as a `UserError` that names the path.
 */
export interface Files {
  /** Absolute path of the workspace. */
  readonly workspace: string;
  /** Absolute path. */
  resolve(path: string): string;
  /** `undefined` when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Like `stat`, following links. */
  statTarget(path: string): Promise<FileStat | undefined>;
  /** Absolute path with every link followed; `undefined` when nothing is there. */
  realPath(path: string): Promise<string | undefined>;
  /** Entries in total order. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  /** Regular files (and links to them) that match, sorted, each once; never anything under `.git`. A pattern with no special character names that file, or every file below that folder. */
  glob(patterns: readonly string[], options?: GlobOptions): Promise<readonly string[]>;
  /**
   * Streams bytes `start` (inclusive) to `end` (exclusive), in chunks of about 1 MiB. `reuse`: the memory of a chunk may be used again for the next one, for
   * readers that are done with each before they ask for another.
   */
  stream(path: string, range?: { readonly start?: number; readonly end?: number; readonly reuse?: boolean }): AsyncIterable<Uint8Array>;
  /** Digests of files below `folder` (relative paths, never through links), one for each, in order, in batches; fit for very many and for very large files. */
  digests(folder: string, paths: readonly string[]): AsyncIterable<readonly FileDigest[]>;
  read(path: string, options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
  /** UTF-8 text; a UserError when it is not UTF-8. */
  readText(path: string, options?: { readonly maxBytes?: number }): Promise<string>;
  readLink(path: string): Promise<string>;
  /** Writes whole or not at all (temporary name, then rename), making folders as needed. */
  write(path: string, data: Uint8Array | string): Promise<void>;
  writer(path: string): Promise<FileWriter>;
  append(path: string, data: Uint8Array | string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Removes a file or a whole folder; nothing there is no error. */
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  changeMode(path: string, mode: number): Promise<void>;
  /**
   * Copies a tree with links, modes and times, by reflink where the file system has it, never by hard link. `exclude` are patterns relative to `from`;
   * `onFile` is told how many files and links are there already.
   */
  copyTree(
    from: string,
    to: string,
    options?: { readonly exclude?: readonly string[]; readonly onFile?: ((done: number) => void) | undefined },
  ): Promise<void>;
  temporaryFolder(prefix: string): Promise<TemporaryFolder>;
}
