import { escapeControls } from './escape.ts';

/** How a ruleset differs, as data. */
export interface ProtectionDifferenceView {
  readonly kind: string;
  readonly found: string;
  readonly expected: string;
}

export interface ProtectionView {
  readonly rulesets: readonly {
    readonly name: string;
    readonly url: string | undefined;
    readonly differences: readonly ProtectionDifferenceView[];
  }[];
}

const SENTENCES: Readonly<Record<string, string>> = {
  absent: 'is not there',
  'not-active': 'is not enforced',
  'not-for-tags': 'is not for tags',
  'not-for-branches': 'is not for branches',
  'matches-nothing': 'matches no beta tag, so it protects nothing',
  'misses-betas': 'does not match every beta tag',
  'misses-ledger': 'does not match the branch testops-ledger',
  'bypass-hidden': 'does not show who can pass it by: the token may not change it',
  'bypass-open': 'can be passed by others',
  'bypass-missing': 'cannot be passed by the App',
  'rule-missing': 'lacks a rule',
  'check-missing': 'does not require the status',
  'check-of-anybody': 'takes the status from anybody',
  'check-of-other-app': 'takes the status from another app',
  'check-not-on-create': 'does not require the status when a tag is made',
};

/** What `testops protect` says: each ruleset, whether it protects, and if not what is found and what is needed. */
export function renderProtection(view: ProtectionView, about: { readonly applied: boolean; readonly withApp: boolean }): string {
  const lines: string[] = [];
  for (const { name, url, differences } of view.rulesets) {
    lines.push(`${differences.length === 0 ? 'PROTECTS' : 'DIFFERS '}  ${escapeControls(name)}${url ? `  ${escapeControls(url)}` : ''}`);
    for (const { kind, found, expected } of differences) {
      lines.push(`  ${SENTENCES[kind] ?? kind}`, `    found:    ${escapeControls(found)}`, `    expected: ${escapeControls(expected)}`);
    }
  }
  const differs = view.rulesets.some(({ differences }) => differences.length > 0);
  if (differs)
    lines.push(
      '',
      about.applied
        ? 'GitHub did not take everything over: look at the rulesets.'
        : 'Nothing was written. `testops protect --apply` creates and mends.',
    );
  if (!about.withApp)
    lines.push(
      '',
      'Without an App whoever has write access can set the status, and so make a tag: docs/release-protection.md says what that leaves open.',
    );
  return `${lines.join('\n')}\n`;
}
