/** What may be broken on purpose, and where it shows. */
export const FAULTS = {
  nondeterminism: 'the engine build writes the time and random bytes into one file',
  latency: 'runners answer 1.5 s late',
  pii: 'the telemetry holds private data',
  drift: 'one rule of the engine has another threshold',
  'replica-loss': 'the second runner never becomes ready',
};

/**
 * The fault named by TORON_FAULT, or null when it is unset or empty.
 * An unknown name ends the process with status 3: a misspelt fault must not look like a healthy system.
 * @returns {keyof FAULTS | null}
 */
export function readFaultOrExit() {
  const name = process.env.TORON_FAULT ?? '';
  if (name === '') return null;
  if (Object.hasOwn(FAULTS, name)) return name;
  console.error(
    `toron: TORON_FAULT is ${JSON.stringify(name)}; expected one of ${Object.keys(FAULTS).join(', ')}, or nothing for a healthy system.`,
  );
  process.exit(3);
}
