import { LineCounter, parseDocument } from 'yaml';
import { UserError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest.ts';
import { compilePattern } from '../../../core/structural-diff-rules.ts';
import { ACTION_KEYS, RULE_KEYS, type SnapshotRule, snapshotRule } from './schema.ts';

const TOLERANCE_KEYS = ['absolute', 'relative', 'ulp'];
const IMAGE_KEYS = ['threshold', 'pixels', 'rate', 'antialiasing'];
const FORMAT_PAGE = 'docs/gates/snapshot-compare.md, "Rules"';

/**
 * Reads a rules file: a YAML list of rules.
 * @throws UserError that names the file, the line and the rule
 */
export function readRules(text: string, file: string): readonly SnapshotRule[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw refuse(`${file}:${lines.linePos(error.pos[0]).line}`, error.message, 'YAML', 'mend the syntax');
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (!Array.isArray(value))
    throw refuse(
      file,
      value === null ? 'nothing' : describe(value),
      'a list of rules',
      `write one rule behind each "-"; see ${FORMAT_PAGE}`,
    );
  return value.map((entry, index) => {
    const node = document.getIn([index], true) as { range?: readonly [number, number, number] } | undefined;
    const line = node?.range ? `:${lines.linePos(node.range[0]).line}` : '';
    return readRule(entry, `${file}${line}: rule ${index + 1}`);
  });
}

function readRule(entry: unknown, where: string): SnapshotRule {
  const parsed = snapshotRule.safeParse(entry);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    if (issue?.code === 'unrecognized_keys') {
      const [key = ''] = issue.keys;
      const known = issue.path[0] === 'tolerance' ? TOLERANCE_KEYS : issue.path[0] === 'image' ? IMAGE_KEYS : RULE_KEYS;
      const near = nearestName(key, known);
      throw refuse(
        where,
        `the key ${JSON.stringify(key)}`,
        `one of ${known.join(', ')}`,
        near ? `did you mean ${near}?` : `see ${FORMAT_PAGE}`,
      );
    }
    const at = issue?.path.join('.') ?? '';
    throw refuse(
      at ? `${where}: ${at}` : where,
      describe(valueAt(entry, issue?.path ?? [])),
      issue?.message ?? 'a rule',
      `see ${FORMAT_PAGE}`,
    );
  }
  const rule = parsed.data;
  if (!ACTION_KEYS.some((key) => rule[key] !== undefined))
    throw refuse(where, 'a rule that says nothing', `at least one of ${ACTION_KEYS.join(', ')}`, 'say what the rule is for, or remove it');
  for (const pattern of rule.path === undefined ? [] : [rule.path].flat())
    try {
      compilePattern(pattern);
    } catch (cause) {
      throw refuse(`${where}: path`, JSON.stringify(pattern), 'a pointer pattern such as /items/*/id', (cause as Error).message);
    }
  for (const key of ['lines', 'redact'] as const) {
    const source = rule[key];
    if (typeof source === 'string') refuseBadExpression(source, `${where}: ${key}`);
  }
  if (
    rule.lines !== undefined &&
    (rule.path !== undefined || ACTION_KEYS.some((key) => rule[key] !== undefined && key !== 'ignore' && key !== 'redact'))
  )
    throw refuse(
      `${where}: lines`,
      'lines together with something that is about values',
      'lines with ignore or redact only',
      'split the rule',
    );
  return rule;
}

function refuseBadExpression(source: string, where: string): void {
  try {
    new RegExp(source, 'u');
  } catch (cause) {
    throw refuse(where, JSON.stringify(source), 'a regular expression (JavaScript, flag u)', (cause as Error).message);
  }
}

function refuse(where: string, found: string, expected: string, todo: string): UserError {
  return new UserError({ where, found, expected, todo });
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((current, key) => (current as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}
