/**
 * Runs `work` on every item with at most `limit` at a time; `work` may add items while it runs. The first error stops what has not begun and is
 * thrown when everything in progress has ended.
 */
export async function drain<T>(items: T[], limit: number, work: (item: T, add: (item: T) => void) => Promise<void>): Promise<void> {
  if (items.length === 0) return;
  let failed = false;
  let running = 0;
  await new Promise<void>((resolve, reject) => {
    let failure: unknown;
    const add = (item: T): void => {
      items.push(item);
      advance();
    };
    const settle = (): void => {
      running -= 1;
      if (running === 0 && (failed || items.length === 0)) {
        if (failed) reject(failure);
        else resolve();
      } else advance();
    };
    const advance = (): void => {
      while (!failed && running < limit && items.length > 0) {
        const item = items.pop() as T;
        running += 1;
        work(item, add).then(settle, (error: unknown) => {
          if (!failed) failure = error;
          failed = true;
          settle();
        });
      }
    };
    advance();
  });
}
