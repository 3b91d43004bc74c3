import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import { messageOf, UserError } from '../../../core/index.ts';
import { customRules, gitleaksRules } from './custom-rules-schema.ts';
import { compileOwnRule, type OwnRule } from './own-rule.ts';

export interface OwnRules {
  readonly rules: readonly OwnRule[];
  /** Ids of rules that look at paths alone. */
  readonly leftOut: readonly string[];
}

/** Reads a file of own rules, TOML as gitleaks has it when the name ends so, else YAML. @throws UserError that names the file and the rule. */
export function readOwnRules(text: string, name: string): OwnRules {
  const rules = name.toLowerCase().endsWith('.toml') ? fromGitleaks(text, name) : fromYaml(text, name);
  for (const rule of rules.rules) {
    try {
      compileOwnRule(rule);
    } catch (error) {
      throw new UserError({
        where: `${name}, rule ${rule.id}`,
        found: `a pattern that RE2 does not take: ${messageOf(error)}`,
        expected: 'RE2 syntax: no look-around, no references, nothing that can backtrack without bound',
        todo: 'write the pattern without them; `group` and `unless` do most of what they are for',
      });
    }
  }
  return rules;
}

function fromYaml(text: string, name: string): OwnRules {
  const { rules } = check(customRules, () => parseYaml(text), name, 'a list `rules` of `id` and `pattern` (docs/gates/telemetry-scan.md)');
  return {
    rules: rules.map((rule) => ({
      id: rule.id,
      title: rule.title ?? rule.id,
      pattern: rule.pattern,
      group: rule.group,
      severity: rule.severity,
      keywords: rule.keywords.map((keyword) => keyword.toLowerCase()),
      entropy: rule.entropy,
      unless: rule.unless.map((pattern) => ({ pattern, target: 'value' })),
      stopWords: [],
    })),
    leftOut: [],
  };
}

function fromGitleaks(text: string, name: string): OwnRules {
  const file = check(gitleaksRules, () => parseToml(text), name, 'a configuration of gitleaks with [[rules]]');
  const rules: OwnRule[] = [];
  const leftOut: string[] = [];
  for (const rule of file.rules) {
    if (rule.regex === undefined) {
      leftOut.push(rule.id);
      continue;
    }
    const lists = [
      ...(rule.allowlist ? [rule.allowlist] : []),
      ...(rule.allowlists ?? []),
      ...(file.allowlist ? [file.allowlist] : []),
    ].filter(
      // A list that needs a path as well can never hold for telemetry.
      (list) => !(list.condition?.toUpperCase() === 'AND' && list.paths !== undefined),
    );
    rules.push({
      id: rule.id,
      title: rule.description ?? rule.id,
      pattern: rule.regex,
      // gitleaks takes the first group when none is named and there is one.
      group: rule.secretGroup ?? (/(?<!\\)\((?!\?)/.test(rule.regex) ? 1 : 0),
      severity: 'critical',
      keywords: (rule.keywords ?? []).map((keyword) => keyword.toLowerCase()),
      entropy: rule.entropy ?? 0,
      unless: lists.flatMap((list) =>
        (list.regexes ?? []).map((pattern) => ({
          pattern,
          target: list.regexTarget === 'match' ? ('match' as const) : list.regexTarget === 'line' ? ('line' as const) : ('value' as const),
        })),
      ),
      stopWords: lists.flatMap((list) => (list.stopwords ?? []).map((word) => word.toLowerCase())),
    });
  }
  return { rules, leftOut };
}

function check<T>(schema: z.ZodType<T>, read: () => unknown, name: string, expected: string): T {
  const todo = 'correct the file, or take it out of `rules`';
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    throw new UserError(
      { where: name, found: messageOf(error).split('\n', 1)[0] ?? 'text that cannot be read', expected, todo },
      { cause: error },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError({
    where: name,
    found: `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'another shape'}`,
    expected,
    todo,
  });
}
