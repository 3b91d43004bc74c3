/** Words for people while something long goes on; goes to stderr, quiet where nobody watches. Never carries a private value. */
export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  /** A bar: `done` of `total` in `unit`; total undefined when unknown. */
  show(task: string, done: number, total: number | undefined, unit: string): void;
  /** The bar of a task is over. */
  finish(task: string): void;
}
