/**
 * A workflow as GitHub names it in several places: `owner/name/.github/workflows/file.yml@ref` (referenced workflows), the same behind
 * `https://github.com/` (the certificate of a signer), or `.github/workflows/file.yml` of the repository of a run.
 */
export interface WorkflowName {
  /** `owner/name/.github/workflows/file.yml`, lower-case but for the path. */
  readonly path: string;
  readonly ref: string | undefined;
}

/** Reads a name; `repository` completes one that has none. `undefined` when it is no workflow file. */
export function readWorkflowName(text: string, repository?: string): WorkflowName | undefined {
  const bare = text.replace(/^https:\/\/[^/]+\//, '');
  const at = bare.indexOf('@');
  const path = at < 0 ? bare : bare.slice(0, at);
  const whole = path.startsWith('.github/') ? (repository === undefined ? undefined : `${repository}/${path}`) : path;
  const match = whole === undefined ? null : /^([^/]+\/[^/]+)\/(\.github\/workflows\/[^/]+\.ya?ml)$/.exec(whole);
  if (!match?.[1] || !match[2]) return undefined;
  return { path: `${match[1].toLowerCase()}/${match[2]}`, ref: at < 0 ? undefined : bare.slice(at + 1) };
}

/** Whether a workflow is one of those that are trusted; a trusted name with a ref (`…@refs/heads/main`, `…@<sha>`) demands that ref. */
export function isTrusted(name: WorkflowName, trusted: readonly string[]): boolean {
  return trusted.some((text) => {
    const wanted = readWorkflowName(text);
    return wanted !== undefined && wanted.path === name.path && (wanted.ref === undefined || wanted.ref === name.ref);
  });
}
