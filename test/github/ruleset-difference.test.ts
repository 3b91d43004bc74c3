import { describe, expect, it } from '@jest/globals';
import { BETA_TAGS, compareRuleset, mendRuleset, type Ruleset, wantedRulesets } from '../../src/github/ruleset-difference.ts';

const [gates, creation, ledger] = wantedRulesets('testops/beta-gate', 1234) as [Required<Ruleset>, Required<Ruleset>, Required<Ruleset>];
const [open] = wantedRulesets('testops/beta-gate', undefined) as [Required<Ruleset>];
const kinds = (found: Ruleset | undefined, wanted: Required<Ruleset>) => compareRuleset(found, wanted).map(({ kind }) => kind);
const withInclude = (include: readonly string[], exclude: readonly string[] = []): Ruleset => ({
  ...gates,
  conditions: { ref_name: { include, exclude } },
});
const withChecks = (checks: readonly object[], more: object = {}): Ruleset => ({
  ...gates,
  rules: [{ type: 'required_status_checks', parameters: { required_status_checks: checks, ...more } }, ...(gates.rules ?? []).slice(1)],
});

describe('compareRuleset', () => {
  it('finds nothing in what it would write', () => {
    for (const wanted of [gates, creation, open, ledger]) expect(compareRuleset(wanted, wanted)).toEqual([]);
  });

  it.each<readonly [string, Ruleset | undefined, Required<Ruleset>, readonly string[]]>([
    ['that is not there', undefined, gates, ['absent']],
    ['that is disabled', { ...gates, enforcement: 'disabled' }, gates, ['not-active']],
    ['that only evaluates', { ...gates, enforcement: 'evaluate' }, gates, ['not-active']],
    ['for branches', { ...gates, target: 'branch' }, gates, ['not-for-tags']],
    ['of the ledger for tags', { ...ledger, target: 'tag' }, ledger, ['not-for-branches']],
    [
      'of the ledger for another branch',
      { ...ledger, conditions: { ref_name: { include: ['refs/heads/main'] } } },
      ledger,
      ['misses-ledger'],
    ],
    ['of the ledger for every branch', { ...ledger, conditions: { ref_name: { include: ['~ALL'] } } }, ledger, []],
    ['of the ledger that lets it be rewritten', { ...ledger, rules: [{ type: 'deletion' }] }, ledger, ['rule-missing']],
    ['with an empty include', withInclude([]), gates, ['matches-nothing']],
    ['without conditions', { ...gates, conditions: null }, gates, ['matches-nothing']],
    ['with a pattern that lacks refs/tags/', withInclude(['v*-beta*']), gates, ['matches-nothing']],
    ['with a pattern for branches', withInclude(['refs/heads/v*-beta*']), gates, ['matches-nothing']],
    ['with a pattern of another naming', withInclude(['refs/tags/beta-*']), gates, ['matches-nothing']],
    ['that takes prereleases out again', withInclude(['refs/tags/v*'], ['refs/tags/*-beta*']), gates, ['matches-nothing']],
    ['that only covers one major version', withInclude(['refs/tags/v2.*-beta*']), gates, ['misses-betas']],
    ['that takes one release out', withInclude([BETA_TAGS], ['refs/tags/v2.5.0-beta.1']), gates, ['misses-betas']],
    ['for every tag', withInclude(['~ALL']), gates, []],
    ['with a wider pattern', withInclude(['refs/tags/v*']), gates, []],
    [
      'that an administrator can pass',
      { ...gates, bypass_actors: [{ actor_type: 'RepositoryRole', actor_id: 5, bypass_mode: 'always' }] },
      gates,
      ['bypass-open'],
    ],
    ['that does not show who can pass', { ...gates, bypass_actors: undefined }, gates, ['bypass-hidden']],
    ['whose App cannot pass', { ...creation, bypass_actors: [] }, creation, ['bypass-missing']],
    [
      'whose App is another',
      { ...creation, bypass_actors: [{ actor_type: 'Integration', actor_id: 99, bypass_mode: 'always' }] },
      creation,
      ['bypass-open', 'bypass-missing'],
    ],
    [
      'whose App passes in pull requests only',
      { ...creation, bypass_actors: [{ actor_type: 'Integration', actor_id: 1234, bypass_mode: 'pull_request' }] },
      creation,
      ['bypass-missing'],
    ],
    ['without its rule', { ...creation, rules: [] }, creation, ['rule-missing']],
    [
      'that lets tags be deleted',
      { ...gates, rules: (gates.rules ?? []).filter(({ type }) => type !== 'deletion') },
      gates,
      ['rule-missing'],
    ],
    ['without any check', withChecks([]), gates, ['check-missing']],
    ['with another check', withChecks([{ context: 'ci/build' }]), gates, ['check-missing']],
    ['that takes the status from anybody', withChecks([{ context: 'testops/beta-gate' }]), gates, ['check-of-anybody']],
    [
      'that takes the status from another app',
      withChecks([{ context: 'testops/beta-gate', integration_id: 15368 }]),
      gates,
      ['check-of-other-app'],
    ],
    [
      'that is not enforced on creation',
      withChecks([{ context: 'testops/beta-gate', integration_id: 1234 }], { do_not_enforce_on_create: true }),
      gates,
      ['check-not-on-create'],
    ],
    ['with a stricter status than is asked for', gates, open, []],
    ['that forbids more', { ...gates, rules: [...(gates.rules ?? []), { type: 'required_signatures' }] }, gates, []],
  ])('on one %s', (_name, found, wanted, expected) => expect(kinds(found, wanted)).toEqual(expected));

  it('is satisfied by what it mends, and what was stricter stays', () => {
    const found: Ruleset = {
      name: gates.name,
      target: 'tag',
      enforcement: 'disabled',
      bypass_actors: [{ actor_type: 'OrganizationAdmin', actor_id: 1, bypass_mode: 'always' }],
      conditions: { ref_name: { include: ['refs/tags/release-*'], exclude: ['refs/tags/v2*'] } },
      rules: [
        { type: 'required_signatures' },
        {
          type: 'required_status_checks',
          parameters: { required_status_checks: [{ context: 'ci/build' }, { context: 'testops/beta-gate', integration_id: 1 }] },
        },
      ],
    };
    const mended = mendRuleset(found, gates);
    expect(compareRuleset(mended, gates)).toEqual([]);
    expect(mended.conditions?.ref_name?.include).toEqual([BETA_TAGS, 'refs/tags/release-*']);
    expect(mended.rules?.map(({ type }) => type)).toContain('required_signatures');
    const checks = mended.rules?.find(({ type }) => type === 'required_status_checks')?.parameters?.required_status_checks;
    expect(checks).toEqual([{ context: 'testops/beta-gate', integration_id: 1234 }, { context: 'ci/build' }]);
  });
});
