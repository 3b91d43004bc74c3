import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Codes without a page, and pages without a code. `codes` are `<gate>/<name>`. */
export function findPageProblems(root, codes) {
  const missing = codes
    .filter((code) => !existsSync(join(root, 'docs/findings', `${code}.md`)))
    .map((code) => `docs/findings/${code}.md is missing`);
  const folder = join(root, 'docs/findings');
  const pages = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1, -3));
  const orphans = pages
    .filter((page) => page.split('/').length === 2 && !codes.includes(page))
    .map((page) => `docs/findings/${page}.md belongs to no code`);
  return [...missing, ...orphans].sort();
}
