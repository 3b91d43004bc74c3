import picomatch from 'picomatch';

/** Whether a path matches one of several glob patterns (picomatch, dot files included). */
export function matchesPath(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => picomatch.isMatch(path, pattern, { dot: true }));
}

/** Whether a name (an id, a tag, a code) matches a pattern in which only `*` is special and stands for any text. */
export function matchesName(name: string, pattern: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return name === pattern;
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

/**
 * Whether a list of patterns of testops.yml names a path, as the gates read such lists: a pattern without special characters is a file, or everything below
 * a folder; `!pattern` takes away, wherever it is in the list.
 */
export function matchesGlobs(path: string, patterns: readonly string[]): boolean {
  const matches = (pattern: string) => {
    const bare = pattern.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    return path === bare || path.startsWith(`${bare}/`) || picomatch.isMatch(path, bare, { dot: true, flags: 's' });
  };
  const isNegation = (pattern: string) => pattern.startsWith('!') && !pattern.startsWith('!(');
  // A negation takes away everything below a folder that it matches, too.
  const takenAway = (pattern: string) => matches(pattern) || matches(`${pattern}/**`);
  return patterns.some((one) => !isNegation(one) && matches(one)) && !patterns.some((one) => isNegation(one) && takenAway(one.slice(1)));
}
