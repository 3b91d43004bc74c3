import type { Host, Ports } from '../core/index.ts';

/** What a command of the terminal gets: the machine, the words to people and the way out. */
export interface CommandContext {
  readonly args: readonly string[];
  readonly host: Host;
  readonly ports: Ports;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly toolVersion: string;
  /** For stdout: the result and nothing else. */
  readonly print: (text: string) => void;
  /** For stderr: progress and words for people. */
  readonly say: (text: string) => void;
}

/** A command of `testops`; resolves to its exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/** One line of the registry of commands. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
