import { type Forge, UserError } from '../core/index.ts';
import { DEFAULT_CONFIGURATION, parseConfiguration } from './configuration.ts';

const REPOSITORY = 'testops/beta-gates';

/** Workflows whose runs are believed where nobody names others: the one that gates, and the one that signs what a person decided. */
export const TRUSTED_WORKFLOWS: readonly string[] = [
  `${REPOSITORY}/.github/workflows/testops-ci.yml`,
  `${REPOSITORY}/.github/workflows/testops-sign.yml`,
];

/** Workflows whose signature is believed. */
export const TRUSTED_SIGNERS: readonly string[] = [`${REPOSITORY}/.github/workflows/testops-sign.yml`];

/** The workflows that testops.yml on the default branch trusts; the commit and the run that are judged have no say in it. */
export async function readTrustedWorkflows(
  forge: Pick<Forge, 'defaultBranch' | 'readFile'>,
  config: string | undefined,
): Promise<readonly string[]> {
  const branch = await forge.defaultBranch();
  for (const path of config === undefined ? [DEFAULT_CONFIGURATION, 'testops.yml'] : [config.replace(/^(\.\/)+/, '')]) {
    const bytes = await forge.readFile(path, branch.commit);
    if (bytes === undefined) continue;
    const named = parseConfiguration(new TextDecoder().decode(bytes), `${path} on ${branch.name}`).decision.workflows;
    if (named === undefined) return TRUSTED_WORKFLOWS;
    if (Array.isArray(named) && named.every((name) => typeof name === 'string')) return named;
    throw new UserError({
      where: `${path} on ${branch.name}: decision-record.workflows`,
      found: 'no list of names',
      expected: 'a list',
      todo: 'mend it',
    });
  }
  return TRUSTED_WORKFLOWS;
}
