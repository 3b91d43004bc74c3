import { parse, parseDocument, visit } from 'yaml';

/** What a workflow or action file asks for, rewritten so that act can find it. */
export interface RewrittenFile {
  readonly text: string;
  /** Remote actions and workflows as `owner/repo@ref`, without paths; sorted. */
  readonly remotes: readonly string[];
}

/**
 * act 0.2.89 knows no `$/`: such a reference becomes `<suite>/…@<suiteRef>`. With `rewriteLocal`, reusable workflows called as `./…` become remote
 * ones too, because act would read those from the work tree, where they are not rewritten. An output of a job that was skipped, which act gives as the
 * unevaluated text of its expression, becomes empty as on GitHub. Comments stay.
 */
export function rewriteUses(text: string, suite: string, suiteRef: string, rewriteLocal: boolean): RewrittenFile {
  const document = parseDocument(text);
  const remotes = new Set<string>();
  visit(document, {
    Pair(_key, pair) {
      const key = pair.key as { readonly value?: unknown } | null;
      // act does not know it, and keeps no caches here.
      if (key?.value === 'cache-mode') return visit.REMOVE;
      const node = pair.value as { value?: unknown } | null;
      if (key?.value !== 'uses' || typeof node?.value !== 'string') return undefined;
      let uses = node.value;
      if (uses.startsWith('$/')) uses = `${suite}/${uses.slice(2)}@${suiteRef}`;
      else if (rewriteLocal && uses.startsWith('./.github/workflows/')) uses = `${suite}/${uses.slice(2)}@${suiteRef}`;
      node.value = uses;
      const [, repository, ref] = /^([^/.@]+\/[^/@]+)(?:\/[^@]*)?@(.+)$/.exec(uses) ?? [];
      if (repository !== undefined) remotes.add(`${repository}@${ref}`);
      return undefined;
    },
  });
  // In the values, not in the text: what is written has quotes of its own, which the writer then sees to.
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      // act evaluates the outputs of a matrix with the job that ends first, and only then: those of the others are lost, so none are passed on.
      if (/^\$\{\{ toJSON\(needs\.[\w-]+\.outputs\) \}\}$/.test(node.value)) {
        node.value = '';
        return;
      }
      node.value = node.value.replace(
        /\bneeds\.([\w-]+)\.outputs\.([\w-]+)/g,
        "(needs.$1.result != 'skipped' && needs.$1.outputs.$2 || '')",
      );
    },
  });
  return { text: document.toString({ lineWidth: 0 }), remotes: [...remotes].sort() };
}

/** Ids of the jobs that may fail without failing the run. act ignores `continue-on-error` of jobs. */
export function listToleratedJobs(text: string): readonly string[] {
  const workflow = parse(text) as { readonly jobs?: Readonly<Record<string, { readonly 'continue-on-error'?: unknown } | null>> } | null;
  return Object.entries(workflow?.jobs ?? {}).flatMap(([id, job]) => (job?.['continue-on-error'] === true ? [id] : []));
}
