import type { SecretName, Secrets } from '../core/ports/secrets.ts';

/** Secrets that were given (inputs of an action) come before those of the environment; an empty one counts as not given. */
export function createSecrets(environment: NodeJS.ProcessEnv, given: Partial<Record<SecretName, string>> = {}): Secrets {
  return { get: (name) => nonEmpty(given[name]) ?? nonEmpty(environment[name]) };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
