/** Secrets have no flag and no file key: they come from the environment or from an action's input. */
export const SECRET_NAMES = [
  'TESTOPS_SALT',
  'TESTOPS_PREVIOUS_SALT',
  'TESTOPS_TOKEN',
  'TESTOPS_QUARANTINE_KEY',
  'TESTOPS_SIGNING_KEY',
  'GITHUB_TOKEN',
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

export interface Secrets {
  /** `undefined` when it is not given; an empty one counts as not given. */
  get(name: SecretName): string | undefined;
}
