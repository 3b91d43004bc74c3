/**
 * What must happen even when the process is told to end: child processes are in groups of their own, so a Ctrl-C at the terminal does not reach them,
 * and temporary folders would stay. `now` runs at the very end and cannot wait; `gently` runs on a signal, before it.
 */
export interface LastWill {
  readonly gently: () => Promise<void>;
  readonly now: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const wills = new Set<LastWill>();
let ending = false;

/** Registers a will; the function that comes back withdraws it. Signal handlers exist only while there is one. */
export function registerLastWill(will: LastWill): () => void {
  if (wills.size === 0) listen();
  wills.add(will);
  return () => {
    if (wills.delete(will) && wills.size === 0 && !ending) stopListening();
  };
}

function listen(): void {
  process.on('exit', executeNow);
  for (const signal of SIGNALS) process.on(signal, executeOnSignal);
}

function stopListening(): void {
  process.off('exit', executeNow);
  for (const signal of SIGNALS) process.off(signal, executeOnSignal);
}

function executeNow(): void {
  for (const will of wills) will.now();
}

function executeOnSignal(signal: NodeJS.Signals): void {
  if (ending) return;
  ending = true;
  // Somebody else who listens decides how the process ends; we only clean up.
  const alone = process.listenerCount(signal) === 1;
  void Promise.allSettled([...wills].map((will) => will.gently())).then(() => {
    executeNow();
    ending = false;
    if (!alone) return;
    stopListening();
    process.kill(process.pid, signal);
  });
}
