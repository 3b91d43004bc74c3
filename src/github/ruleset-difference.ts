import picomatch from 'picomatch';

/** A ruleset as GitHub's API has it, as far as it matters here. `bypass_actors` is only shown to whoever may change the ruleset. */
export interface Ruleset {
  readonly name: string;
  readonly target: string;
  readonly enforcement: string;
  readonly bypass_actors?: readonly BypassActor[] | undefined;
  readonly conditions?:
    | { readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] } }
    | null
    | undefined;
  readonly rules?: readonly Rule[] | undefined;
}

export interface BypassActor {
  readonly actor_id?: number | null;
  readonly actor_type: string;
  readonly bypass_mode?: string;
}

export interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** One thing in which a ruleset is not as it has to be. `found` and `expected` are short plain text. */
export interface RulesetDifference {
  readonly ruleset: string;
  readonly kind:
    | 'absent'
    | 'not-active'
    | 'not-for-tags'
    | 'not-for-branches'
    | 'matches-nothing'
    | 'misses-betas'
    | 'misses-ledger'
    | 'bypass-hidden'
    | 'bypass-open'
    | 'bypass-missing'
    | 'rule-missing'
    | 'check-missing'
    | 'check-of-anybody'
    | 'check-of-other-app'
    | 'check-not-on-create';
  readonly found: string;
  readonly expected: string;
}

export const BETA_TAGS = 'refs/tags/v*-beta*';
/** Name of the ruleset that wants the status and keeps tags where they are. */
export const GATES_RULESET = 'TestOps: beta tags need the gates';
/** Name of the ruleset that lets only the App make tags. */
export const CREATION_RULESET = 'TestOps: only the App makes beta tags';

/** Branch that holds the ledgers and signed summaries. */
export const LEDGER_REF = 'refs/heads/testops-ledger';
/** Name of the ruleset that keeps every commit of the ledger branch. */
export const LEDGER_RULESET = 'TestOps: the ledger only grows';

/** Tags that any pattern for betas has to match. */
const SAMPLES = ['v0.1.0-beta.1', 'v2.5.0-beta.1', 'v2.5.0-beta.12', 'v10.20.30-beta.3'].map((tag) => `refs/tags/${tag}`);

/**
 * The rulesets that protect beta tags. With an App: nobody passes the first, whose status only the App can set, and only the App passes the second.
 * Without one: the first alone, whose status anybody with write access can set. Either way nobody deletes or rewrites the ledger branch, whose history keeps every
 * entry and every decision.
 */
export function wantedRulesets(context: string, appId: number | undefined): readonly Required<Ruleset>[] {
  const conditions = { ref_name: { include: [BETA_TAGS], exclude: [] } };
  const gates: Required<Ruleset> = {
    name: GATES_RULESET,
    target: 'tag',
    enforcement: 'active',
    bypass_actors: [],
    conditions,
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: false,
          do_not_enforce_on_create: false,
          required_status_checks: [{ context, ...(appId === undefined ? {} : { integration_id: appId }) }],
        },
      },
      { type: 'update' },
      { type: 'deletion' },
      { type: 'non_fast_forward' },
    ],
  };
  const ledger: Required<Ruleset> = {
    name: LEDGER_RULESET,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [],
    conditions: { ref_name: { include: [LEDGER_REF], exclude: [] } },
    rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }],
  };
  if (appId === undefined) return [gates, ledger];
  const creation: Required<Ruleset> = {
    name: CREATION_RULESET,
    target: 'tag',
    enforcement: 'active',
    bypass_actors: [{ actor_id: appId, actor_type: 'Integration', bypass_mode: 'always' }],
    conditions,
    rules: [{ type: 'creation' }],
  };
  return [gates, creation, ledger];
}

/** Everything in which a ruleset falls short of the wanted one. What it forbids beyond that is no difference. */
export function compareRuleset(found: Ruleset | undefined, wanted: Required<Ruleset>): readonly RulesetDifference[] {
  const differ = (kind: RulesetDifference['kind'], left: string, right: string): RulesetDifference => ({
    ruleset: wanted.name,
    kind,
    found: left,
    expected: right,
  });
  const forTags = wanted.target === 'tag';
  if (!found) return [differ('absent', 'no such ruleset', `an active ruleset for ${forTags ? 'beta tags' : LEDGER_REF}`)];
  return [
    ...(found.target === wanted.target ? [] : [differ(forTags ? 'not-for-tags' : 'not-for-branches', found.target, wanted.target)]),
    ...(found.enforcement === 'active' ? [] : [differ('not-active', found.enforcement, 'active')]),
    ...(forTags ? comparePatterns(found, differ) : compareLedgerPattern(found, differ)),
    ...compareBypass(found.bypass_actors, wanted.bypass_actors ?? [], differ),
    ...(wanted.rules ?? []).flatMap((rule) => compareRule(found.rules ?? [], rule, differ)),
  ];
}

/** What is written to mend a ruleset: as wanted, and whatever else it forbids or covers stays. */
export function mendRuleset(found: Ruleset | undefined, wanted: Required<Ruleset>): Required<Ruleset> {
  if (!found) return wanted;
  const ours = new Set((wanted.rules ?? []).map(({ type }) => type));
  const more = (found.rules ?? []).filter(({ type }) => !ours.has(type));
  const include = new Set([...(wanted.conditions?.ref_name?.include ?? []), ...(found.conditions?.ref_name?.include ?? [])]);
  return {
    ...wanted,
    conditions: { ref_name: { include: [...include], exclude: [] } },
    rules: [...(wanted.rules ?? []).map((rule) => keepChecks(found.rules ?? [], rule)), ...more],
  };
}

type Differ = (kind: RulesetDifference['kind'], found: string, expected: string) => RulesetDifference;

/** Whether a ruleset is about a ref, `refs/tags/v1`. GitHub matches whole ref names as Ruby's `File.fnmatch` with FNM_PATHNAME does; `~ALL` is everything, and no pattern is nothing. */
export function coversRef({ conditions }: Ruleset, ref: string): boolean {
  const { include = [], exclude = [] } = conditions?.ref_name ?? {};
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => pattern === '~ALL' || picomatch.isMatch(ref, pattern, { nonegate: true, noextglob: true, dot: true }));
  return matches(include) && !matches(exclude);
}

function comparePatterns(ruleset: Ruleset, differ: Differ): readonly RulesetDifference[] {
  const { include = [], exclude = [] } = ruleset.conditions?.ref_name ?? {};
  const covered = SAMPLES.filter((ref) => coversRef(ruleset, ref));
  const shown = `${include.join(', ') || 'no pattern'}${exclude.length === 0 ? '' : ` without ${exclude.join(', ')}`}`;
  if (covered.length === 0) return [differ('matches-nothing', shown, BETA_TAGS)];
  return covered.length < SAMPLES.length ? [differ('misses-betas', shown, BETA_TAGS)] : [];
}

function compareLedgerPattern(ruleset: Ruleset, differ: Differ): readonly RulesetDifference[] {
  if (coversRef(ruleset, LEDGER_REF)) return [];
  const { include = [], exclude = [] } = ruleset.conditions?.ref_name ?? {};
  const shown = `${include.join(', ') || 'no pattern'}${exclude.length === 0 ? '' : ` without ${exclude.join(', ')}`}`;
  return [differ('misses-ledger', shown, LEDGER_REF)];
}

function compareBypass(
  found: readonly BypassActor[] | undefined,
  wanted: readonly BypassActor[],
  differ: Differ,
): readonly RulesetDifference[] {
  const show = ({ actor_type: type, actor_id: id, bypass_mode: mode }: BypassActor) => `${type} ${id ?? '-'} (${mode ?? 'always'})`;
  const expected = wanted.map(show).join(', ') || 'nobody';
  if (found === undefined) return [differ('bypass-hidden', 'not shown to this token', expected)];
  const same = (a: BypassActor) => (b: BypassActor) => a.actor_type === b.actor_type && a.actor_id === b.actor_id;
  const strangers = found.filter((actor) => !wanted.some(same(actor)));
  const missing = wanted.filter((actor) => !found.some((other) => same(actor)(other) && other.bypass_mode !== 'pull_request'));
  return [
    ...(strangers.length === 0 ? [] : [differ('bypass-open', strangers.map(show).join(', '), expected)]),
    ...(missing.length === 0 ? [] : [differ('bypass-missing', found.map(show).join(', ') || 'nobody', expected)]),
  ];
}

interface RequiredCheck {
  readonly context: string;
  readonly integration_id?: number | null;
}

function compareRule(found: readonly Rule[], wanted: Rule, differ: Differ): readonly RulesetDifference[] {
  const rules = found.filter(({ type }) => type === wanted.type);
  if (rules.length === 0) return [differ('rule-missing', found.map(({ type }) => type).join(', ') || 'no rule', wanted.type)];
  if (wanted.type !== 'required_status_checks') return [];
  const [check] = checksOf(wanted);
  if (!check) return [];
  const named = rules.flatMap((rule) => checksOf(rule).map((own) => ({ own, rule }))).filter(({ own }) => own.context === check.context);
  const [first] = named;
  if (!first) {
    const contexts = rules.flatMap((rule) => checksOf(rule).map(({ context }) => context));
    return [differ('check-missing', contexts.join(', ') || 'no check', check.context)];
  }
  const differences: RulesetDifference[] = [];
  // Several with the same context must all be met, so one that is right is enough.
  if (check.integration_id !== undefined && !named.some(({ own }) => own.integration_id === check.integration_id)) {
    const app = first.own.integration_id ?? undefined;
    differences.push(
      app === undefined
        ? differ('check-of-anybody', `${check.context} by anybody`, `${check.context} by app ${check.integration_id}`)
        : differ('check-of-other-app', `${check.context} by app ${app}`, `${check.context} by app ${check.integration_id}`),
    );
  }
  if (named.every(({ rule }) => rule.parameters?.do_not_enforce_on_create === true))
    differences.push(differ('check-not-on-create', 'not enforced when a tag is made', 'enforced when a tag is made'));
  return differences;
}

function checksOf(rule: Rule): readonly RequiredCheck[] {
  const checks = rule.parameters?.required_status_checks;
  return Array.isArray(checks) ? (checks as RequiredCheck[]) : [];
}

/** Other checks that somebody requires beside ours stay. */
function keepChecks(found: readonly Rule[], wanted: Rule): Rule {
  if (wanted.type !== 'required_status_checks') return wanted;
  const ours = checksOf(wanted);
  const others = found
    .filter(({ type }) => type === wanted.type)
    .flatMap(checksOf)
    .filter(({ context }) => !ours.some((own) => own.context === context));
  return { ...wanted, parameters: { ...wanted.parameters, required_status_checks: [...ours, ...others] } };
}
