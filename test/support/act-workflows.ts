import { parseDocument, visit } from 'yaml';

/** What a workflow or action file asks for, rewritten so that act can find it. */
export interface RewrittenFile {
  readonly text: string;
  /** Remote actions and workflows as `owner/repo@ref`, without paths; sorted. */
  readonly remotes: readonly string[];
}

/**
 * act 0.2.89 knows no `$/`: such a reference becomes `<suite>/…@<suiteRef>`. With `rewriteLocal`, reusable workflows called as `./…` become remote
 * ones too, because act would read those from the work tree, where they are not rewritten. Comments stay.
 */
export function rewriteUses(text: string, suite: string, suiteRef: string, rewriteLocal: boolean): RewrittenFile {
  const document = parseDocument(text);
  const remotes = new Set<string>();
  visit(document, {
    Pair(_key, pair) {
      const key = pair.key as { readonly value?: unknown } | null;
      const value = pair.value as { value?: unknown } | null;
      if (key?.value !== 'uses' || typeof value?.value !== 'string') return;
      if (value.value.startsWith('$/')) value.value = `${suite}/${value.value.slice(2)}@${suiteRef}`;
      else if (rewriteLocal && value.value.startsWith('./.github/workflows/')) value.value = `${suite}/${value.value.slice(2)}@${suiteRef}`;
      const [, repository, ref] = /^([^/.@]+\/[^/@]+)(?:\/[^@]*)?@(.+)$/.exec(value.value) ?? [];
      if (repository !== undefined) remotes.add(`${repository}@${ref}`);
    },
  });
  return { text: document.toString({ lineWidth: 0 }), remotes: [...remotes].sort() };
}
